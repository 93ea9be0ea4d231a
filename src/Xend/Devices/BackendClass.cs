using Xend.Host;

namespace Xend.Devices;

/// <summary>
/// What a class of devices does on the host: the other half of the <see cref="DeviceClass"/> of the same name. Verbs on a device that is to
/// be are in the <see cref="IDevice"/> that it makes; verbs on one that is there work from xenstore alone, for any toolstack's devices.
/// </summary>
public abstract class BackendClass
{
    /// <summary>That of its <see cref="DeviceClass"/>.</summary>
    public abstract string Name { get; }

    /// <summary>The directories of dom0's backends in which its devices are: one for each program or driver that serves them.</summary>
    public abstract IReadOnlyList<string> Directories { get; }

    /// <summary>
    /// Whether a backend says Connected once the guest uses it. Consoles and displays are served by programs that do not.
    /// </summary>
    public abstract bool SaysConnected { get; }

    /// <summary>
    /// Whether a backend whose guest has closed its end is ready for the guest's next driver, whoever wants it to go, and closes only once
    /// that end is gone.
    /// </summary>
    public virtual bool AwaitsNextDriver => false;

    /// <summary>Whether the domain needs a device model for this device.</summary>
    public abstract bool NeedsDeviceModel(DeviceConfig config, GuestType type);

    /// <summary>
    /// The device of a domain that is to be created; null where a guest of its type has one without us. Throws where it cannot be
    /// connected.
    /// </summary>
    public abstract IDevice? Make(DeviceConfig config, DomainConfig domain);

    /// <summary>The same for a guest that runs already; null where it cannot get one any more.</summary>
    public virtual IDevice? MakeForRunning(DeviceConfig config) => null;

    /// <summary>Which of <see cref="Directories"/> its backend is in.</summary>
    public virtual string DirectoryOf(DeviceConfig config, GuestType type) => Name;

    /// <summary>Whether a script connects the backends in one of those directories, and says so in xenstore.</summary>
    public virtual bool HasScript(string directory) => true;

    /// <summary>What a domain with this device has for itself.</summary>
    public abstract IEnumerable<Hold> Holds(DeviceConfig config, string domain, IHostDevices host);

    /// <summary>What domains of other toolstacks have, from their backends.</summary>
    /// <param name="host">The host.</param>
    /// <param name="nameOf">The name of another toolstack's domain; null for one of ours.</param>
    /// <param name="cancellation">Gives up.</param>
    public abstract Task<IReadOnlyList<Hold>> FindForeignHoldsAsync(
        HostServices host,
        Func<uint, string?> nameOf,
        CancellationToken cancellation
    );

    /// <summary>
    /// Asks the guest to let go of a device, waits, and takes it away. Throws, with who is busy, where the guest keeps it: it stays then.
    /// </summary>
    /// <returns>What went wrong on the way; null where nothing did.</returns>
    public abstract Task<string?> UnplugAsync(HostServices host, DeviceAddress address, CancellationToken cancellation);

    /// <summary>Takes a device away without asking: of a guest that is dead, or of which nobody knows.</summary>
    /// <returns>What went wrong on the way; null where nothing did.</returns>
    public abstract Task<string?> ForceOffAsync(HostServices host, DeviceAddress address, CancellationToken cancellation);

    /// <summary>Makes a running guest's device what its configuration says, after a daemon that died while it changed it.</summary>
    /// <returns>What could not be done; null where all is well.</returns>
    public abstract Task<string?> SettleAsync(HostServices host, DeviceConfig config, DeviceOwner owner, CancellationToken cancellation);

    /// <summary>
    /// For a device with parts that come and go one by one, after a daemon that died while they did: takes off what is not whole.
    /// </summary>
    /// <param name="host">The host.</param>
    /// <param name="config">The device as it is kept.</param>
    /// <param name="address">Where its backend is.</param>
    /// <param name="isServed">Whether the host's side of it is connected. Where it is not, the caller takes the backend off.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What is left of it; null where nothing is.</returns>
    public virtual Task<DeviceConfig?> SettlePartsAsync(
        HostServices host,
        DeviceConfig config,
        DeviceAddress address,
        bool isServed,
        CancellationToken cancellation
    ) => Task.FromResult(isServed ? config : null);

    /// <summary>Devices of a domain of which the host has something although no backend tells of them.</summary>
    public virtual IEnumerable<DeviceAddress> FindWithoutNodes(HostServices host, uint domainId) => [];

    /// <summary>What to look at where a driver domain takes no notice of such a device.</summary>
    /// <param name="server">Its name.</param>
    public virtual string HintAt(string server) => $"No backend driver took it: has {server} one for devices of class {Name}?";

    /// <summary>The directory of the guests' ends, and of libxl's notes of such devices.</summary>
    public virtual string FrontendDirectory => Name;

    /// <summary>Where the guest's end is, whoever serves it.</summary>
    public virtual string FrontendPath(DeviceAddress address) =>
        $"/local/domain/{address.DomainId}/device/{FrontendDirectory}/{address.DeviceId}";
}

/// <summary>The same for a class with a record of its own.</summary>
public abstract class BackendClass<TConfig> : BackendClass
    where TConfig : DeviceConfig
{
    public sealed override bool NeedsDeviceModel(DeviceConfig config, GuestType type) => NeedsDeviceModel((TConfig)config, type);

    public sealed override IDevice? Make(DeviceConfig config, DomainConfig domain) => Make((TConfig)config, domain);

    public sealed override IEnumerable<Hold> Holds(DeviceConfig config, string domain, IHostDevices host) =>
        Holds((TConfig)config, domain, host);

    public sealed override Task<string?> SettleAsync(
        HostServices host,
        DeviceConfig config,
        DeviceOwner owner,
        CancellationToken cancellation
    ) => SettleAsync(host, (TConfig)config, owner, cancellation);

    protected abstract bool NeedsDeviceModel(TConfig config, GuestType type);

    protected abstract IDevice? Make(TConfig config, DomainConfig domain);

    protected abstract IEnumerable<Hold> Holds(TConfig config, string domain, IHostDevices host);

    protected abstract Task<string?> SettleAsync(HostServices host, TConfig config, DeviceOwner owner, CancellationToken cancellation);
}
