using System.Globalization;

namespace Xend.Devices;

/// <summary>What both ends of a device say of themselves, for an error: who has not come, or not gone.</summary>
/// <param name="Backend">The backend's state; null where there is none.</param>
/// <param name="Frontend">The state of the guest's end, as the guest wrote it: anything; null where there is none.</param>
/// <param name="Status">The script's word: connected, error, busy; null while it said none.</param>
/// <param name="Error">What the script has against the device (hotplug-error); null where it said nothing.</param>
internal sealed record DeviceEnds(string? Backend, string? Frontend, string? Status, string? Error)
{
    private const int LongestText = 400;

    public static async Task<DeviceEnds> LookAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        var values = await Task.WhenAll(
                new[]
                {
                    address.BackendNode("state"),
                    $"{address.FrontendPath}/state",
                    address.BackendNode("hotplug-status"),
                    address.BackendNode("hotplug-error"),
                }.Select(node => host.Store.ReadAsync(node, cancellation))
            )
            .ConfigureAwait(false);
        return new DeviceEnds(values[0], values[1], OneLine(values[2]), OneLine(values[3]));
    }

    /// <summary>Whether the guest has let go: what is still to come is dom0's.</summary>
    public bool HasGuestLetGo => Frontend is null || Parse(Frontend) is XenbusState.Closed or XenbusState.Unknown;

    /// <summary><c>backend InitWait, guest's end Initialising; hotplug-status error, hotplug-error no such bridge</c></summary>
    public override string ToString() =>
        $"backend {InWords(Backend)}, guest's end {InWords(Frontend)}; hotplug-status {Status ?? "not set"}"
        + (Error is null ? "" : $", hotplug-error: {Error}");

    /// <summary>A state in the words of xenbus.h. The guest may have written anything.</summary>
    public static string InWords(string? state) =>
        state is null ? "not there"
        : Parse(state) is { } known ? known.ToString()
        : "in no state that there is";

    private static XenbusState? Parse(string state) =>
        int.TryParse(state, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Enum.IsDefined((XenbusState)number)
            ? (XenbusState)number
            : null;

    private static string? OneLine(string? text)
    {
        var line = string.Concat((text?.ReplaceLineEndings(" ").Trim() ?? "").Select(letter => char.IsControl(letter) ? '?' : letter));
        return line.Length == 0 ? null : line[..int.Min(line.Length, LongestText)];
    }
}
