using System.Globalization;
using LibXc.Interop;

namespace Xend.Build;

/// <summary>What the builder tells the daemon while it works, line by line, so that nothing is lost where the process dies.</summary>
internal sealed class BuildReport(TextWriter writer)
{
    /// <summary>A library call begins.</summary>
    /// <param name="call">xc_dom_parse_image.</param>
    /// <param name="sentence">For a person who waits; null where it takes no time.</param>
    public void Step(string call, string? sentence = null)
    {
        writer.WriteLine(BuildLine.Of(BuildLine.Step, call));
        if (sentence is not null)
        {
            writer.WriteLine(BuildLine.Of(BuildLine.Progress, sentence));
        }
    }

    public void Log(XenLogLine line) =>
        writer.WriteLine(BuildLine.Of(BuildLine.Log, ((int)line.Level).ToString(CultureInfo.InvariantCulture), line.ToString()));

    public void Built(ImageBuildResult result) =>
        writer.WriteLine(
            BuildLine.Of(
                BuildLine.Built,
                result.StoreFrame.ToString(CultureInfo.InvariantCulture),
                result.ConsoleFrame.ToString(CultureInfo.InvariantCulture)
            )
        );

    public void Failed(ImageBuildException failure) =>
        writer.WriteLine(BuildLine.Of(BuildLine.Failed, failure.Call, failure.Reason, failure.Detail ?? ""));
}
