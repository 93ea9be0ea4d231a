using System.Globalization;
using Xm.CommandLine;

namespace Xm.Config.Domain;

/// <summary>A function of the host's device, and which function of the guest's device it becomes.</summary>
/// <param name="IsChosen">The line says which: it is not moved to 0 where nothing else is there.</param>
internal readonly record struct PciFunctionPair(int Physical, int Virtual, bool IsChosen);

/// <summary>
/// The functions behind the dot of a PCI device: <c>0</c>, <c>0,2</c>, <c>0-3</c>, downwards <c>3-0</c>, with the guest's function
/// <c>1=0</c>, or a range of such, <c>0=3-3=0</c>.
/// </summary>
internal static class PciFunctions
{
    private const int Highest = 7;

    /// <summary>All functions in the order in which the guest is given them: its function 0, by which it finds the device, last.</summary>
    /// <exception cref="CommandError">There is none, one comes twice, or the guest would have no function 0.</exception>
    public static IReadOnlyList<PciFunctionPair> Parse(string text, string line) =>
        Arrange([.. text.Split(',').SelectMany(part => Part(part, line))], line);

    /// <summary>Checks the functions of one device and puts them in order.</summary>
    /// <exception cref="CommandError">One comes twice, or the guest would have no function 0.</exception>
    public static IReadOnlyList<PciFunctionPair> Arrange(IReadOnlyList<PciFunctionPair> functions, string line)
    {
        if (
            functions.DistinctBy(function => function.Physical).Count() < functions.Count
            || functions.DistinctBy(function => function.Virtual).Count() < functions.Count
        )
        {
            throw new CommandError("Duplicate functions: " + line);
        }
        var arranged = functions.ToList();
        if (!arranged.Exists(function => function.Virtual == 0))
        {
            // A device without function 0 would not be found by the guest: the lowest takes that place, unless the line gave it another.
            var free = arranged.Where(function => !function.IsChosen).ToList();
            if (free.Count == 0)
            {
                throw new CommandError("Virtual device does not include virtual function 0: " + line);
            }
            var lowest = free.MinBy(function => function.Virtual);
            arranged[arranged.IndexOf(lowest)] = lowest with { Virtual = 0 };
        }
        return arranged.OrderByDescending(function => function.Virtual).ToList();
    }

    private static IEnumerable<PciFunctionPair> Part(string text, string line)
    {
        var ends = text.Split('-').Select(end => One(end, line)).ToArray();
        return ends switch
        {
            [var only] => [only],
            [var first, var last] => Range(first, last, text),
            _ => throw new CommandError("Failed to parse pci device: " + line),
        };
    }

    private static PciFunctionPair One(string text, string line)
    {
        var sides = text.Split('=');
        if (sides.Length > 2)
        {
            throw new CommandError("Invalid function: " + text);
        }
        var physical = Number(sides[0], line) ?? throw new CommandError("Invalid physical function in: " + text);
        return sides.Length == 1
            ? new PciFunctionPair(physical, physical, IsChosen: false)
            : new PciFunctionPair(
                physical,
                Number(sides[1], line) ?? throw new CommandError("Invalid virtual function in: " + text),
                IsChosen: true
            );
    }

    private static IEnumerable<PciFunctionPair> Range(PciFunctionPair first, PciFunctionPair last, string text)
    {
        var physical = Numbers(first.Physical, last.Physical);
        var inGuest = Numbers(first.Virtual, last.Virtual);
        return physical.Count == inGuest.Count
            ? physical.Zip(inGuest, (host, guest) => new PciFunctionPair(host, guest, IsChosen: true))
            : throw new CommandError("Invalid range in: " + text);
    }

    private static List<int> Numbers(int from, int to) =>
        [.. Enumerable.Range(0, Math.Abs(to - from) + 1).Select(step => from <= to ? from + step : from - step)];

    /// <summary>A function; null where it is above 7.</summary>
    /// <exception cref="CommandError">It is no number.</exception>
    private static int? Number(string text, string line)
    {
        if (text.Length == 0 || !text.All(char.IsAsciiDigit))
        {
            throw new CommandError("Failed to parse pci device: " + line);
        }
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= Highest ? number : null;
    }
}
