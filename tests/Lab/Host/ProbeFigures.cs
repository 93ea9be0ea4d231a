using System.Globalization;

namespace Lab.Host;

/// <summary>
/// What <c>make lab-probe</c> counted when its table was last put into probe/measured.txt: how many guests of a kind the stock toolstack
/// and ours lost while they booted. Beside a guest that did not boot it says what to expect of the emulator.
/// </summary>
public static class ProbeFigures
{
    private sealed record Row(string Toolstack, string Kind, int Guests, int Lost);

    /// <summary>A sentence on guests of the kind, one of those of probe/rounds.sh.</summary>
    public static string Of(string kind) => Of(kind, File.ReadLines(Path.Combine(LabOptions.Directory, "probe", "measured.txt")));

    internal static string Of(string kind, IEnumerable<string> table)
    {
        var counted = table.Select(ReadRow).OfType<Row>().Where(row => row.Kind == kind).ToDictionary(row => row.Toolstack);
        return counted.TryGetValue("xl", out var xl) && counted.TryGetValue("xm", out var xm)
            ? $"make lab-probe lost {xl.Lost} of {xl.Guests} {kind} guests of xl and {xm.Lost} of {xm.Guests} of xm while they booted."
            : $"make lab-probe has counted no {kind} guests.";
    }

    // toolstack kind guests dead wrong silent none median
    private static Row? ReadRow(string line) =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["xl" or "xm", _, _, ..] and { Length: 8 } words
            ? new Row(words[0], words[1], Number(words[2]), words[3..7].Sum(Number))
            : null;

    private static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);
}
