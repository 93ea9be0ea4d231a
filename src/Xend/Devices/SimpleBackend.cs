using Xend.Host;

namespace Xend.Devices;

/// <summary>
/// A class whose devices are nodes in xenstore alone: no driver of dom0's kernel serves them, no script, nothing that others want.
/// </summary>
public abstract class SimpleBackend<TConfig> : BackendClass<TConfig>
    where TConfig : DeviceConfig
{
    public override bool SaysConnected => false;

    public sealed override bool HasScript(string directory) => false;

    public sealed override Task<IReadOnlyList<Hold>> FindForeignHoldsAsync(
        HostServices host,
        Func<uint, string?> nameOf,
        CancellationToken cancellation
    ) => Task.FromResult<IReadOnlyList<Hold>>([]);

    public sealed override Task<string?> UnplugAsync(HostServices host, DeviceAddress address, CancellationToken cancellation) =>
        BackendEnd.UnplugAsync(host, address, BackendServer.None, [], cancellation);

    public sealed override Task<string?> ForceOffAsync(HostServices host, DeviceAddress address, CancellationToken cancellation) =>
        BackendEnd.RemoveAsync(host, address, BackendServer.None, [], cancellation);

    protected sealed override IEnumerable<Hold> Holds(TConfig config, string domain, IHostDevices host) => [];

    protected sealed override Task<string?> SettleAsync(
        HostServices host,
        TConfig config,
        DeviceOwner owner,
        CancellationToken cancellation
    ) => Task.FromResult<string?>(null);
}
