using XenStore;

namespace Xend.Devices;

/// <summary>
/// The framebuffer of a PV or PVH guest. The device model is its backend, and has what it needs on its argument list; the nodes say where
/// both ends are.
/// </summary>
public sealed class VfbDevice(VfbConfig config) : IDevice
{
    public DeviceConfig Config => config;

    public string Label => "framebuffer";

    public void Check(HostServices host, OtherHolds others)
    {
        // Nothing on the host can be missing but the device model, which has a check of its own.
    }

    /// <summary>The guest may read these nodes, so the password is none of them.</summary>
    public Task WriteAsync(IXenStoreOperations store, DeviceOwner owner, HostServices host, CancellationToken cancellation) =>
        DeviceNodes.WriteAsync(
            store,
            new DeviceAddress("vfb", owner.DomainId, config.Id),
            owner,
            [
                ("vnc", config.Display.Vnc ? "1" : "0"),
                ("vncunused", config.Display.AnyFree ? "1" : "0"),
                ("sdl", config.Display.Sdl ? "1" : "0"),
                ("uuid", config.Uuid.ToString()),
            ],
            [],
            cancellation
        );

    public Task ConnectAsync(DeviceOwner owner, HostServices host, CancellationToken cancellation) => Task.CompletedTask;
}
