using System.Globalization;
using XenStore;

namespace Xend.Devices;

/// <summary>A virtual TPM, as nodes for the domain that serves it.</summary>
public sealed class VtpmDevice(VtpmConfig config) : IDevice
{
    public DeviceConfig Config => config;

    public string Label => $"vTPM {config.Uuid}";

    public bool MayBeOfDom0 => false;

    public void Check(HostServices host, OtherHolds others)
    {
        // One of dom0's is refused by its shape, and of another domain's only that domain knows.
    }

    /// <remarks>Nodes as of libxl_vtpm.c; pref_instance is old xend's.</remarks>
    public Task WriteAsync(IXenStoreOperations store, DeviceOwner owner, HostServices host, CancellationToken cancellation)
    {
        var handle = config.Id.ToString(CultureInfo.InvariantCulture);
        List<(string, string)> backend = [("handle", handle), ("uuid", config.Uuid.ToString()), ("resume", "False")];
        if (config.PreferredInstance is { } instance)
        {
            backend.Add(("pref_instance", instance.ToString(CultureInfo.InvariantCulture)));
        }
        return DeviceNodes.WriteAsync(store, BackendClasses.AddressOf(config, owner), owner, backend, [("handle", handle)], cancellation);
    }

    public Task ConnectAsync(DeviceOwner owner, HostServices host, CancellationToken cancellation) => Task.CompletedTask;
}
