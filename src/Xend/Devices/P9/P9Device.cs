using Xend.Host;
using XenStore;

namespace Xend.Devices;

/// <summary>A directory of dom0 that a guest mounts.</summary>
public sealed class P9Device(P9Config config) : IDevice
{
    public DeviceConfig Config => config;

    public string Label => $"directory {config.Tag}";

    public void Check(HostServices host, OtherHolds others)
    {
        var found = host.Devices.Stat(config.Path);
        if (found is not { Kind: FileKind.Directory })
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"9pfs: {DomainConfigReader.Printable(config.Path)} {(found is null ? "does not exist" : "is no directory")}",
                $"It is what the guest is to mount as {config.Tag}.",
                found is null ? $"mkdir {DomainConfigReader.Printable(config.Path)}" : "Name the directory that it is in."
            );
        }
    }

    /// <remarks>Nodes as of Xen's io/9pfs.h, in the order of libxl_9pfs.c.</remarks>
    public Task WriteAsync(IXenStoreOperations store, DeviceOwner owner, HostServices host, CancellationToken cancellation) =>
        DeviceNodes.WriteAsync(
            store,
            BackendClasses.AddressOf(config, owner),
            owner,
            [("path", config.Path), ("security_model", config.SecurityModel), ("uuid", config.Uuid.ToString())],
            [("tag", config.Tag)],
            cancellation
        );

    public Task ConnectAsync(DeviceOwner owner, HostServices host, CancellationToken cancellation) => Task.CompletedTask;
}
