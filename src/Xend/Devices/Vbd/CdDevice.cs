using System.Globalization;
using Xend.Domains;
using Xend.Hypervisor;
using XenStore;

namespace Xend.Devices;

/// <summary>
/// A CD drive of an HVM guest. The device model has it, on both of its sides (emulated, and qdisk for PV drivers), for it alone can change
/// the disc.
/// </summary>
public sealed class CdDevice(VbdConfig config) : IDevice
{
    public DeviceConfig Config => config;

    public string Label => $"CD drive {config.Name}";

    /// <summary>What the backend's params say of a raw disc; without a path of an empty drive.</summary>
    public static string ParametersOf(VbdConfig drive) => $"aio:{drive.Source?.Path}";

    public static DeviceAddress AddressOf(uint domainId, VbdConfig drive) => new("qdisk", domainId, drive.Id);

    public void Check(HostServices host, OtherHolds others)
    {
        if (config.Source is { } source)
        {
            DiskCheck.Check(config, source, host, others);
        }
    }

    public Task WriteAsync(IXenStoreOperations store, DeviceOwner owner, HostServices host, CancellationToken cancellation) =>
        DeviceNodes.WriteAsync(
            store,
            AddressOf(owner.DomainId, config),
            owner,
            [
                ("params", ParametersOf(config)),
                ("type", "qdisk"),
                ("dev", config.Name),
                ("device-type", "cdrom"),
                ("mode", "r"),
                ("removable", "1"),
                ("bootable", config.Bootable ? "1" : "0"),
                ("discard-enable", "0"),
                ("uuid", config.Uuid.ToString()),
            ],
            [("virtual-device", config.Id.ToString(CultureInfo.InvariantCulture)), ("device-type", "cdrom")],
            cancellation
        );

    /// <summary>The device model finds it when it starts.</summary>
    public Task ConnectAsync(DeviceOwner owner, HostServices host, CancellationToken cancellation) => Task.CompletedTask;
}
