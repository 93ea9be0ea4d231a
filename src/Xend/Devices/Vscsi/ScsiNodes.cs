using System.Globalization;
using Xend.Host;
using XenStore;

namespace Xend.Devices;

/// <summary>What a backend of the class says of its units: a directory vscsi-devs/dev-N each, as of old xend's vscsiif.</summary>
/// <remarks>
/// p-dev is what xen-scsiback looks for: a target and the unit in it. Where the device is in the host, which old xend had there, is in a
/// node of our own, p-hctl.
/// </remarks>
internal static class ScsiNodes
{
    public const string Directory = "vscsi-devs";

    /// <summary>The nodes of one unit of a domain.</summary>
    public static IEnumerable<(string Key, string Value)> Of(VscsiUnit unit, ScsiTarget target)
    {
        var entry = Key(target.Number);
        yield return (entry, "");
        yield return ($"{entry}/p-dev", target.Unit);
        yield return ($"{entry}/p-hctl", $"{unit.Physical}");
        yield return ($"{entry}/p-devname", unit.Name);
        yield return ($"{entry}/v-dev", $"{unit.Virtual}");
        yield return ($"{entry}/devid", target.DeviceId.ToString(CultureInfo.InvariantCulture));
        yield return ($"{entry}/state", DeviceNodes.State(XenbusState.Initialising));
    }

    /// <summary>The units of a backend; a directory that says nothing of one is passed over.</summary>
    public static async Task<IReadOnlyList<ScsiEntry>> ReadAsync(
        IXenStoreOperations store,
        DeviceAddress address,
        CancellationToken cancellation
    )
    {
        var names = await store.ListAsync(address.BackendNode(Directory), cancellation).ConfigureAwait(false) ?? [];
        var entries = await Task.WhenAll(names.Select(Number).OfType<byte>().Order().Select(ReadOneAsync)).ConfigureAwait(false);
        return [.. entries.OfType<ScsiEntry>()];

        async Task<ScsiEntry?> ReadOneAsync(byte number)
        {
            var values = await Task.WhenAll(
                    new[] { "v-dev", "p-hctl", "p-devname", "state" }.Select(key =>
                        store.ReadAsync(address.BackendNode($"{Key(number)}/{key}"), cancellation)
                    )
                )
                .ConfigureAwait(false);
            return ScsiAddress.Parse(values[0]) is { } place
                ? new ScsiEntry(number, place, ScsiAddress.Parse(values[1]), values[2] ?? "", values[3])
                : null;
        }
    }

    public static string Key(byte number) => string.Create(CultureInfo.InvariantCulture, $"{Directory}/dev-{number}");

    private static byte? Number(string name) =>
        name.StartsWith("dev-", StringComparison.Ordinal)
        && byte.TryParse(name.AsSpan("dev-".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}

/// <summary>One unit in a backend.</summary>
/// <param name="Number">Its N.</param>
/// <param name="Virtual">Where the guest has it.</param>
/// <param name="Physical">Where the host has it; null where xend did not write that.</param>
/// <param name="Name">What the host called it.</param>
/// <param name="Said">Its state; null where there is none.</param>
internal sealed record ScsiEntry(byte Number, ScsiAddress Virtual, ScsiAddress? Physical, string Name, string? Said)
{
    /// <summary>xen-scsiback has taken it up.</summary>
    public bool IsServed => Said == DeviceNodes.State(XenbusState.Initialised) || Said == DeviceNodes.State(XenbusState.Connected);

    /// <summary>xend wants it to go.</summary>
    public bool IsToGo => Said == DeviceNodes.State(XenbusState.Closing);

    /// <summary>xen-scsiback has not looked at it yet.</summary>
    public bool IsNew => Said == DeviceNodes.State(XenbusState.Initialising);
}
