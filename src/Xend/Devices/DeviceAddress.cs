namespace Xend.Devices;

/// <summary>Which device of which domain: the place of its two ends in xenstore. Backends of driver domains are not ours.</summary>
/// <param name="Class">The directory of dom0's backends: vbd, vif, console; qdisk for a disk that the device model serves.</param>
/// <param name="DomainId">The domain that has the frontend.</param>
/// <param name="DeviceId">The virtual device number of a disk, the index of an interface.</param>
public readonly record struct DeviceAddress(string Class, uint DomainId, uint DeviceId)
{
    public string BackendPath => $"/local/domain/0/{RelativeBackendPath}";

    /// <summary>What the scripts call XENBUS_PATH.</summary>
    public string RelativeBackendPath => $"backend/{Class}/{DomainId}/{DeviceId}";

    public string FrontendPath => BackendClasses.In(Class).FrontendPath(this);

    /// <summary>The path in the backend that the guest cannot write: state and hotplug-status live below it.</summary>
    public string BackendNode(string key) => $"{BackendPath}/{key}";

    public override string ToString() => $"{Class}/{DomainId}/{DeviceId}";
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
