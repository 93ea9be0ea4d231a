using XenStore;

namespace Xend.Devices;

/// <summary>A device that a domain is to be created with. The plan calls the verbs in this order.</summary>
public interface IDevice
{
    DeviceConfig Config { get; }

    /// <summary>How users know it: "disk xvda", "interface 0".</summary>
    string Label { get; }

    /// <summary>Whether dom0 can serve such a device.</summary>
    bool MayBeOfDom0 => true;

    /// <summary>Finds who serves it, where that is not dom0.</summary>
    /// <param name="domainNamed">The id of a running domain by name, id or UUID; null where there is none.</param>
    /// <exception cref="XendError">Nobody of that name runs.</exception>
    void FindServer(Func<string, uint?> domainNamed) { }

    /// <summary>Where its two ends are.</summary>
    DeviceAddress AddressFor(DeviceOwner owner) => BackendClasses.AddressOf(Config, owner);

    /// <summary>Of what is refused early, that which can be told also where another domain serves it.</summary>
    void CheckElsewhere(HostServices host, OtherHolds others) { }

    /// <summary>Refuses early what cannot work on this host. Nothing exists yet.</summary>
    void Check(HostServices host, OtherHolds others);

    /// <summary>Writes both ends; all in the one transaction of <paramref name="store"/>.</summary>
    Task WriteAsync(IXenStoreOperations store, DeviceOwner owner, HostServices host, CancellationToken cancellation);

    /// <summary>Waits for the backend driver and runs the script that connects the backend.</summary>
    Task ConnectAsync(DeviceOwner owner, HostServices host, CancellationToken cancellation);

    /// <summary>Whether it comes once the guest is built and its device model is there, as it would come to one that runs.</summary>
    bool ComesLast => false;

    /// <summary>Whether the device model makes a tap for it, which is connected when that runs.</summary>
    bool HasTap => false;

    /// <summary>Connects that tap.</summary>
    Task ConnectTapAsync(DeviceOwner owner, HostServices host, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>The file for which its script makes a loop device; null where there will be none.</summary>
    string? LoopFile(HostServices host) => null;
}

/// <summary>The domain that has a device.</summary>
/// <param name="DomainId">Its id.</param>
/// <param name="Uuid">Its UUID.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">What kind of guest it is.</param>
/// <param name="BackendDomainId">The domain that serves the device.</param>
public sealed record DeviceOwner(uint DomainId, Guid Uuid, string Name, GuestType Type, uint BackendDomainId = 0)
{
    /// <param name="directory">That of the backends: vbd.</param>
    /// <param name="id">The device's number.</param>
    public DeviceAddress AddressOf(string directory, uint id) => new(directory, DomainId, id, BackendDomainId);
}
