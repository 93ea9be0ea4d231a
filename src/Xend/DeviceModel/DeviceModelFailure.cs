using System.Text.RegularExpressions;
using Xend.Domains;

namespace Xend.DeviceModel;

/// <summary>
/// Why a device model ended before it served its guest, in one sentence that names the setting: from what it wrote last, which begins with
/// the option of its command line that it could not follow (qemu 7.2 and 10.0).
/// </summary>
internal static partial class DeviceModelFailure
{
    /// <param name="config">The guest's.</param>
    /// <param name="lines">The last lines of the device model's log; empty where it wrote none.</param>
    public static string Explain(DomainConfig config, string lines)
    {
        var name = config.Name;
        var said = ProgramName().Replace(lines.Split('\n')[^1], "");
        var display = QemuArguments.DisplayOf(config);
        return said switch
        {
            "" => $"The device model of {name} ended before it was ready, without a word.",
            _ when said.Contains("keymap", StringComparison.Ordinal) || said.StartsWith("-k ", StringComparison.Ordinal) =>
                $"keymap = '{display.Keymap}' of {name} cannot be used: {AfterOption(said)}",
            _ when said.StartsWith("-vnc ", StringComparison.Ordinal) && IsTaken(said) => display.AnyFree
                ? $"No VNC display is free for {name}: all ports from {5900 + display.Number} on are taken."
                : $"vncdisplay = {display.Number} of {name} is taken: somebody listens at port {5900 + display.Number} already.",
            _ when said.StartsWith("-vnc ", StringComparison.Ordinal) => $"The VNC display of {name} cannot be had: {said}",
            _ when UnknownDevice().Match(said) is { Success: true } match => config
                .Devices.OfType<VifConfig>()
                .Any(nic => nic.Model == match.Groups["name"].Value)
                ? $"A network interface of {name} has the model '{match.Groups["name"].Value}', which the device model does not know."
                : $"The device model does not know the device '{match.Groups["name"].Value}', which {name} is to have.",
            _ when said.StartsWith("-drive ", StringComparison.Ordinal) || said.StartsWith("-blockdev ", StringComparison.Ordinal) =>
                $"A disk of {name} cannot be used: {AfterOption(said)}",
            _ when said.StartsWith("-serial ", StringComparison.Ordinal) || said.StartsWith("-parallel ", StringComparison.Ordinal) =>
                $"A {said[1..said.IndexOf(' ')]} port of {name} cannot be had: {AfterOption(said)}",
            _ when said.StartsWith("-chardev ", StringComparison.Ordinal) && said.Contains("libxl-channel", StringComparison.Ordinal) =>
                $"A channel of {name} cannot be had: {AfterOption(said)}",
            _ => $"The device model of {name} ended before it was ready: {said}",
        };
    }

    private static bool IsTaken(string said) =>
        said.Contains("Address already in use", StringComparison.Ordinal) || said.Contains("available port", StringComparison.Ordinal);

    /// <summary>Behind the option and its value, where it begins with one.</summary>
    private static string AfterOption(string said) =>
        said.StartsWith('-') && said.IndexOf(": ", StringComparison.Ordinal) is > 0 and var end ? said[(end + 2)..] : said;

    [GeneratedRegex(@"^[\w./-]*qemu[\w.-]*: ")]
    private static partial Regex ProgramName();

    [GeneratedRegex(@"'(?<name>[^']+)' is not a valid device model name|[Uu]nsupported NIC model: (?<name>\S+)")]
    private static partial Regex UnknownDevice();
}
