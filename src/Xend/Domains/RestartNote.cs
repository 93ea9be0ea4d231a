using System.Globalization;
using Sxp;

namespace Xend.Domains;

/// <summary>Why a domain that ended does not run again yet, or not at all. Shown by <c>xm list --long</c>, and kept.</summary>
/// <param name="State">Waiting, or given up.</param>
/// <param name="Reason">One line.</param>
/// <param name="Attempt">The how many-th restart in a row it is.</param>
/// <param name="Until">When it is started again, seconds since 1970; null where it is not.</param>
public sealed record RestartNote(RestartState State, string Reason, int Attempt, double? Until)
{
    /// <summary>Old clients pass over what they do not know, and none knows this.</summary>
    private const string Element = "xend_restart";

    private const int LongestReason = 300;

    public SList Describe()
    {
        List<SValue> items =
        [
            Element,
            SList.Of("state", State == RestartState.Waiting ? "waiting" : "gave_up"),
            SList.Of("reason", Reason),
            SList.Of("attempt", Attempt),
        ];
        if (Until is { } until)
        {
            items.Add(SList.Of("until", until));
        }
        return new SList(items);
    }

    /// <summary>The note in a domain's record or file, or null.</summary>
    public static RestartNote? Read(SList source) =>
        source.Child(Element) is not { } note
            ? null
            : new RestartNote(
                DomainConfigReader.Text(note, "state") == "waiting" ? RestartState.Waiting : RestartState.GaveUp,
                DomainConfigReader.Text(note, "reason") ?? "",
                (int)(DomainConfigReader.ReadInteger(note, "attempt", 0, int.MaxValue) ?? 0),
                double.TryParse(DomainConfigReader.Text(note, "until"), NumberStyles.Float, CultureInfo.InvariantCulture, out var until)
                    ? until
                    : null
            );

    /// <summary>The first line of a text, bounded.</summary>
    public static string ReasonFrom(string text)
    {
        var line = text.Split('\n')[0].Trim();
        return line.Length > LongestReason ? line[..LongestReason] + "..." : line;
    }
}

public enum RestartState
{
    /// <summary>It is started again when its time has come.</summary>
    Waiting,

    /// <summary>It is not started again by itself.</summary>
    GaveUp,
}
