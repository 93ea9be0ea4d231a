using System.Collections.Immutable;
using Xend.Host;
using Xend.Hotplug;

namespace Xend.Devices;

/// <summary>The targets of guests' SCSI devices: made before a driver looks for them, taken away when none has them any more.</summary>
internal static class GuestScsi
{
    /// <summary>The driver says Closed a moment before it lets go.</summary>
    private static readonly TimeSpan LetGoLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    /// <summary>Loads the driver where it is not there: targets are made before a backend, for which the kernel would load it.</summary>
    public static async Task EnsureBackendAsync(HostServices host, CancellationToken cancellation)
    {
        if (host.Scsi.HasBackend)
        {
            return;
        }
        var result = await host
            .Scripts.RunAsync(
                new ScriptCall("/sbin/modprobe", ["xen-scsiback"], new Dictionary<string, string>()),
                host.Options.DeviceCreateTimeout,
                cancellation
            )
            .ConfigureAwait(false);
        if (!host.Scsi.HasBackend)
        {
            throw new XendError(
                ErrorCode.HostResource,
                "dom0 has no driver that serves SCSI devices to guests",
                result.LastLines(1) is { Length: > 0 } words
                    ? $"modprobe xen-scsiback: {words}"
                    : "Either xen-scsiback is missing, or configfs is not mounted on /sys/kernel/config.",
                "modprobe xen-scsiback; mount -t configfs configfs /sys/kernel/config"
            );
        }
    }

    /// <summary>Makes the target of one unit.</summary>
    /// <exception cref="XendError">The host has not got the device, or its kernel refuses.</exception>
    public static void Make(HostServices host, ScsiTarget target, VscsiUnit unit)
    {
        var device = ScsiCheck.Find(host.Devices, unit.Physical);
        if (host.Scsi.Make(target, device) is { } refusal)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"The SCSI device {device} could not be given to a guest",
                refusal + ".",
                "dmesg in dom0 may say more."
            );
        }
    }

    /// <summary>Targets of an adapter that nothing tells of yet: neither configfs nor the backend.</summary>
    public static async Task<ImmutableArray<ScsiTarget>> FreeAsync(
        HostServices host,
        DeviceAddress address,
        int count,
        CancellationToken cancellation
    )
    {
        var entries = await ScsiNodes.ReadAsync(host.Store, address, cancellation).ConfigureAwait(false);
        var taken = entries.Select(entry => entry.Number).Concat(Of(host, address).Select(target => target.Number)).ToHashSet();
        return
        [
            .. Enumerable
                .Range(0, byte.MaxValue + 1)
                .Select(number => (byte)number)
                .Where(number => !taken.Contains(number))
                .Take(count)
                .Select(number => new ScsiTarget(address.DomainId, (byte)address.DeviceId, number)),
        ];
    }

    /// <summary>The targets that there are for one adapter of a domain.</summary>
    public static IReadOnlyList<ScsiTarget> Of(HostServices host, DeviceAddress address) =>
        [.. host.Scsi.All().Where(target => target.DomainId == address.DomainId && target.DeviceId == address.DeviceId)];

    /// <summary>Takes targets away. Returns why some stay; null where none does.</summary>
    public static async Task<string?> RemoveAsync(HostServices host, IEnumerable<ScsiTarget> targets)
    {
        var problems = new List<string>();
        var start = host.Clock.GetTimestamp();
        foreach (var target in targets)
        {
            string? problem;
            while ((problem = host.Scsi.Remove(target)) is not null && host.Clock.GetElapsedTime(start) < LetGoLimit)
            {
                await Task.Delay(BetweenTries, host.Clock).ConfigureAwait(false);
            }
            if (problem is not null)
            {
                problems.Add($"{target}: {problem}");
            }
        }
        return problems.Count == 0 ? null : string.Join('\n', problems);
    }
}
