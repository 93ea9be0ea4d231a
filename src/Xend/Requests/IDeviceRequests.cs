namespace Xend.Requests;

/// <summary>What is asked of a domain's devices.</summary>
public interface IDeviceRequests
{
    /// <summary>Returns when the domain's devices are connected on the host's side; throws where one of them failed.</summary>
    Task WaitForDevicesAsync(string reference, CancellationToken cancellation);

    /// <summary>Changes a device of a running domain as its new configuration says: the disc in a CD drive, and nothing else.</summary>
    /// <param name="reference">The domain.</param>
    /// <param name="device">The disk with its new disc; an empty uname takes the disc out.</param>
    /// <param name="requester">Who asks.</param>
    /// <param name="cancellation">Gives up.</param>
    Task ConfigureDeviceAsync(string reference, DeviceConfig device, Requester requester, CancellationToken cancellation);

    /// <summary>Gives a domain another device; one that does not run has it from its next start on.</summary>
    /// <param name="reference">The domain.</param>
    /// <param name="device">Called in the domain's turn: which number the device gets depends on what the domain has by then.</param>
    /// <param name="requester">Who asks.</param>
    /// <param name="cancellation">Gives up, and takes it away again.</param>
    /// <returns>The device, connected on the host's side where the domain runs.</returns>
    Task<AttachedDevice> AttachDeviceAsync(
        string reference,
        Func<DeviceNeighbours, DeviceConfig> device,
        Requester requester,
        CancellationToken cancellation
    );

    /// <summary>Takes a device from a domain, also one that another tool has attached. A guest that keeps it is an error.</summary>
    /// <param name="reference">The domain.</param>
    /// <param name="deviceClass">vbd, vif.</param>
    /// <param name="id">Its number.</param>
    /// <param name="force">Without asking the guest.</param>
    /// <param name="requester">Who asks.</param>
    /// <param name="cancellation">Gives up.</param>
    Task DetachDeviceAsync(string reference, string deviceClass, uint id, bool force, Requester requester, CancellationToken cancellation);

    /// <summary>
    /// The guest's ends of a running domain's devices of a class, as xenstore lists them; of a domain that does not run, none.
    /// </summary>
    Task<IReadOnlyList<DeviceNodesView>> ListDeviceNodesAsync(string reference, string deviceClass, CancellationToken cancellation);

    /// <summary>Gives a running HVM guest with a USB controller a USB device of the host, until the guest ends.</summary>
    /// <param name="reference">The domain.</param>
    /// <param name="device">host:BUS.ADDRESS or host:VENDOR:PRODUCT.</param>
    /// <param name="requester">Who asks.</param>
    /// <param name="cancellation">Gives up, and takes it away again.</param>
    Task AddUsbAsync(string reference, string device, Requester requester, CancellationToken cancellation);

    /// <summary>Takes one from it, by the name by which it came.</summary>
    Task RemoveUsbAsync(string reference, string device, Requester requester, CancellationToken cancellation);

    /// <summary>
    /// Plugs a USB device of the host into a port of a domain's controller for PV drivers, or unplugs what is there.
    /// </summary>
    /// <param name="reference">The domain.</param>
    /// <param name="controller">The controller's number.</param>
    /// <param name="port">From 1 on.</param>
    /// <param name="place">Bus and ports of the host's device, 1-2.3; empty for none.</param>
    /// <param name="requester">Who asks.</param>
    /// <param name="cancellation">Gives up.</param>
    Task SetUsbPortAsync(string reference, uint controller, int port, string place, Requester requester, CancellationToken cancellation);

    /// <summary>The USB devices that are plugged into the host, hubs left out.</summary>
    IReadOnlyList<UsbView> ListUsb();

    /// <summary>Gives a domain SCSI devices of the host: with the adapter they are to be on, or on one that it has.</summary>
    Task AttachScsiAsync(string reference, VscsiConfig added, Requester requester, CancellationToken cancellation);

    /// <summary>Takes SCSI devices of an adapter from a domain, and the adapter with the last.</summary>
    /// <param name="reference">The domain.</param>
    /// <param name="adapter">The adapter's number.</param>
    /// <param name="units">Where the domain has them.</param>
    /// <param name="requester">Who asks.</param>
    /// <param name="cancellation">Gives up.</param>
    Task DetachScsiAsync(
        string reference,
        uint adapter,
        IReadOnlyList<ScsiAddress> units,
        Requester requester,
        CancellationToken cancellation
    );

    /// <summary>The SCSI devices that a domain has, or is to have at its next start.</summary>
    Task<IReadOnlyList<ScsiView>> ListScsiAsync(string reference, CancellationToken cancellation);

    /// <summary>Where the domain's display is to be seen.</summary>
    VncView GetVnc(string reference);
}
