using System.Globalization;

namespace Xm.Output;

/// <summary>How far an operation is, in a line for people: from the step that xend shows, and the time.</summary>
internal sealed class ProgressText
{
    private string _step = "";
    private TimeSpan _since;
    private double _first;

    /// <summary><c>save-guest: 43 %, 220 of 512 MiB, 55 MiB/s, 5 s left</c></summary>
    /// <param name="step">As xend shows it: <c>save-guest 43 % of 512 MiB</c>, or words without figures.</param>
    /// <param name="now">On any clock that does not jump.</param>
    public string Line(string step, TimeSpan now)
    {
        if (Read(step) is not var (name, percent, mib))
        {
            _step = step;
            return step;
        }
        var done = percent * mib / 100.0;
        if (_step != name)
        {
            (_step, _since, _first) = (name, now, done);
        }
        var line = string.Create(CultureInfo.InvariantCulture, $"{name}: {percent} %, {done:0} of {mib} MiB");
        var seconds = (now - _since).TotalSeconds;
        var rate = seconds > 0 ? (done - _first) / seconds : 0;
        return rate <= 0 ? line : line + string.Create(CultureInfo.InvariantCulture, $", {rate:0} MiB/s, {(mib - done) / rate:0} s left");
    }

    /// <summary>The step without its figures, which change all the time.</summary>
    public static string NameOf(string step) => Read(step) is var (name, _, _) ? name : step;

    private static (string Name, int Percent, int Mib)? Read(string step) =>
        step.Split(' ') is [var name, var percent, "%", "of", var mib, "MiB"]
        && int.TryParse(percent, NumberStyles.None, CultureInfo.InvariantCulture, out var done)
        && int.TryParse(mib, NumberStyles.None, CultureInfo.InvariantCulture, out var all)
            ? (name, done, all)
            : null;
}
