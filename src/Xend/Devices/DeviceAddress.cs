namespace Xend.Devices;

/// <summary>Which device of which domain: the place of its two ends in xenstore.</summary>
/// <param name="Class">The directory of backends: vbd, vif, console; qdisk for a disk that the device model serves.</param>
/// <param name="DomainId">The domain that has the frontend.</param>
/// <param name="DeviceId">The virtual device number of a disk, the index of an interface.</param>
/// <param name="BackendDomainId">The domain that has the backend: dom0, or a driver domain.</param>
public readonly record struct DeviceAddress(string Class, uint DomainId, uint DeviceId, uint BackendDomainId = 0)
{
    public string BackendPath => $"/local/domain/{BackendDomainId}/{RelativeBackendPath}";

    public bool IsOfDriverDomain => BackendDomainId != 0;

    /// <summary>What the scripts call XENBUS_PATH.</summary>
    public string RelativeBackendPath => $"backend/{Class}/{DomainId}/{DeviceId}";

    public string FrontendPath => BackendClasses.In(Class).FrontendPath(this);

    /// <summary>The path in the backend that the guest cannot write: state and hotplug-status live below it.</summary>
    public string BackendNode(string key) => $"{BackendPath}/{key}";

    public override string ToString() => $"{Class}/{DomainId}/{DeviceId}{(IsOfDriverDomain ? $" of driver domain {BackendDomainId}" : "")}";
}

/// <summary>XenbusState of xen/include/public/io/xenbus.h.</summary>
public enum XenbusState
{
    Unknown = 0,
    Initialising = 1,
    InitWait = 2,
    Initialised = 3,
    Connected = 4,
    Closing = 5,
    Closed = 6,
    Reconfiguring = 7,
    Reconfigured = 8,
}
