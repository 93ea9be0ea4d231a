using System.Globalization;

namespace Xend.Operations.Steps;

/// <summary>The password of a guest's display: its own, or the daemon's; empty for none.</summary>
internal static class VncPassword
{
    public static string Of(DisplayOptions display, XendOptions options) => display.Password ?? options.VncPassword ?? "";
}
