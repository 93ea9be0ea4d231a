namespace Xend.Operations.Steps;

/// <summary>Which steps may go on side by side, where they follow each other in a plan.</summary>
internal static class StepGroup
{
    /// <summary>Loading the kernel, and the scripts that connect backends.</summary>
    public const string BuildAndConnect = "build and connect";

    public const string Taps = "connect taps";

    public const string Removal = "devices";
}
