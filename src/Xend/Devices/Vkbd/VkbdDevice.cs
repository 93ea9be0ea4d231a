using XenStore;

namespace Xend.Devices;

/// <summary>Keyboard and mouse of a PV or PVH guest with a framebuffer.</summary>
public sealed class VkbdDevice(VkbdConfig config) : IDevice
{
    public DeviceConfig Config => config;

    public string Label => "keyboard";

    public void Check(HostServices host, OtherHolds others)
    {
        // Nothing on the host can be missing.
    }

    public Task WriteAsync(IXenStoreOperations store, DeviceOwner owner, HostServices host, CancellationToken cancellation) =>
        DeviceNodes.WriteAsync(
            store,
            new DeviceAddress("vkbd", owner.DomainId, config.Id),
            owner,
            [("uuid", config.Uuid.ToString())],
            [],
            cancellation
        );

    public Task ConnectAsync(DeviceOwner owner, HostServices host, CancellationToken cancellation) => Task.CompletedTask;
}
