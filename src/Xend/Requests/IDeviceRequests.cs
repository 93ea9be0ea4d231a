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

    /// <summary>Where the domain's display is to be seen.</summary>
    VncView GetVnc(string reference);
}
