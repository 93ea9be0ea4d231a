using System.Globalization;
using Xend.Host;
using XenStore;

namespace Xend.Devices;

/// <summary>A disk served by the kernel's block backend. The stock block script makes the loop device for an image file.</summary>
public sealed class VbdDevice(VbdConfig config) : IDevice
{
    private string Script => ScriptOf(config.Source);

    public DeviceConfig Config => config;

    public string Label => $"disk {config.Name}";

    /// <summary>The stock script for devices and raw files, block-X for what is no path.</summary>
    private static string ScriptOf(BlockSource? source) =>
        source?.Script is { } kind ? $"{BackendScript.StockBlock}-{kind}" : BackendScript.StockBlock;

    public void Check(HostServices host, OtherHolds others)
    {
        if (config.Source is { } source)
        {
            DiskCheck.Check(config, source, host, others);
        }
    }

    /// <summary>Two guests of one driver domain go by the same words.</summary>
    public void CheckElsewhere(HostServices host, OtherHolds others)
    {
        if (config.Source is { } source)
        {
            DiskSharing.Check(DiskCheck.Wanted(config, source), DiskData.Elsewhere(config, source), host, others);
        }
    }

    public Task WriteAsync(IXenStoreOperations store, DeviceOwner owner, HostServices host, CancellationToken cancellation)
    {
        var number = config.Id.ToString(CultureInfo.InvariantCulture);
        var type = config.IsCdrom ? "cdrom" : "disk";
        List<(string, string)> frontend = [("virtual-device", number), ("device-type", type)];
        if (owner.Type == GuestType.Pv)
        {
            frontend.Add(("protocol", "x86_64-abi"));
        }
        return DeviceNodes.WriteAsync(
            store,
            owner.AddressOf("vbd", config.Id),
            owner,
            [
                ("params", config.Source!.Path),
                ("type", "phy"),
                ("script", Script),
                ("dev", config.Name),
                ("device-type", type),
                ("mode", config.Mode),
                ("removable", config.IsCdrom ? "1" : "0"),
                ("bootable", config.Bootable ? "1" : "0"),
                ("discard-enable", config.IsReadOnly ? "0" : "1"),
                ("uuid", config.Uuid.ToString()),
            ],
            frontend,
            cancellation
        );
    }

    public async Task ConnectAsync(DeviceOwner owner, HostServices host, CancellationToken cancellation)
    {
        var address = owner.AddressOf("vbd", config.Id);
        await BackendDriver.WaitUntilReadyAsync(host, address, Label, "xen-blkback", cancellation).ConfigureAwait(false);
        await BackendScript
            .ConnectAsync(host, address, Label, BackendScript.Block(address, ["add", .. Words], Script), cancellation)
            .ConfigureAwait(false);
    }

    /// <summary>Beside the nodes, scripts of old have their words as arguments: block-nbd add HOST PORT.</summary>
    private IEnumerable<string> Words =>
        config.Source is { Script: not null } source ? source.Path.Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];

    public string? LoopFile(HostServices host) =>
        config.Source is { Script: null } source && host.Devices.Stat(source.Path) is { Kind: FileKind.Regular } ? source.Path : null;
}
