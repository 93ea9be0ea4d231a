using System.Collections.Immutable;
using Xend.DeviceModel.Vnc;

namespace Xend.DeviceModel;

/// <summary>The device models of this host's domains: processes of qemu, told apart from all others, alive or not.</summary>
/// <remarks>A device model outlives the daemon, as the guest does that it serves; it must never outlive the guest.</remarks>
public interface IDeviceModels
{
    /// <summary>Raised when a process that was started here has ended: a hint to look.</summary>
    event Action? Ended;

    /// <summary>Starts one. It is not ready yet when this returns. Throws <see cref="XendError"/>.</summary>
    DeviceModelProcess Start(DeviceModelStart start);

    /// <summary>Whether that very process still runs: a number alone may be another's by now.</summary>
    bool IsAlive(DeviceModelProcess process);

    /// <summary>Whether any process serves the domain, by whomever it was started.</summary>
    bool Serves(uint domainId);

    /// <summary>How much it has done so far, in no unit: while it grows, the process is at work.</summary>
    long WorkDone(DeviceModelProcess process);

    /// <summary>Completes when the process has ended, whoever started it.</summary>
    Task WaitForEndAsync(DeviceModelProcess process, CancellationToken cancellation);

    /// <summary>
    /// Ends whatever process serves a domain, by whomever it was started, and waits until it is gone. What went wrong, or null.
    /// </summary>
    Task<string?> StopAsync(uint domainId);

    /// <summary>The last lines that the device model of a domain of that name wrote.</summary>
    string LastLines(string domain);

    /// <summary>
    /// Starts a gateway that asks viewers of the domain's display for a password, and returns when it listens. It ends with the device
    /// model. Throws
    /// <see cref="XendError"/>.
    /// </summary>
    Task<VncAddress> StartVncGatewayAsync(uint domainId, VncGatewaySetting setting, CancellationToken cancellation);

    /// <summary>Makes a connection to the device model's socket and gives orders on it. Throws <see cref="QmpException"/>.</summary>
    Task<IQmpSession> ConnectAsync(uint domainId, CancellationToken cancellation);
}

/// <summary>Orders to one device model, one after the other.</summary>
public interface IQmpSession : IAsyncDisposable
{
    /// <summary>The displays' listening port, and the address; null where there is no VNC display.</summary>
    Task<VncAddress?> QueryVncAsync(CancellationToken cancellation);

    /// <summary>The pseudo terminals behind character devices (serial0), by their names; those of other kinds are missing.</summary>
    Task<IReadOnlyDictionary<string, string>> QueryTerminalsAsync(CancellationToken cancellation);

    /// <summary>Opens a CD drive and takes the disc out.</summary>
    Task EjectAsync(uint deviceId, CancellationToken cancellation);

    /// <summary>Puts a disc (a raw image, a device) into a drive.</summary>
    Task InsertAsync(uint deviceId, string path, CancellationToken cancellation);

    /// <summary>The guest's processors and devices stand still.</summary>
    Task StopAsync(CancellationToken cancellation);

    /// <summary>They go on.</summary>
    Task ContinueAsync(CancellationToken cancellation);

    /// <summary>It tells Xen, or no longer tells, which of the guest's pages it writes.</summary>
    Task TrackPagesAsync(bool isOn, CancellationToken cancellation);

    /// <summary>Writes what it knows of the guest's devices into a file of dom0, from which another one can go on.</summary>
    Task SaveStateAsync(string path, CancellationToken cancellation);

    /// <summary>Opens an image, reading only and beside whoever has it, and closes it again.</summary>
    /// <param name="source">The image.</param>
    /// <param name="isBlockDevice">Whether it is on a block device.</param>
    /// <param name="cancellation">Gives up.</param>
    Task TryImageAsync(BlockSource source, bool isBlockDevice, CancellationToken cancellation);

    /// <summary>Gives the guest another disk on the emulated SCSI bus, with a controller if it has none.</summary>
    /// <param name="id">Its name here.</param>
    /// <param name="position">Its target on the bus, 0 to 6.</param>
    /// <param name="source">An image or a block device.</param>
    /// <param name="isBlockDevice">Which of the two.</param>
    /// <param name="isReadOnly">Whether the guest is not to write.</param>
    /// <param name="cancellation">Gives up.</param>
    Task PlugDiskAsync(string id, int position, BlockSource source, bool isBlockDevice, bool isReadOnly, CancellationToken cancellation);

    /// <summary>Makes the tap of a card that is to come.</summary>
    Task AddNetworkAsync(uint deviceId, string tap, CancellationToken cancellation);

    /// <summary>Gives the guest another PCI network card, on a tap that is there.</summary>
    Task PlugNicAsync(uint deviceId, string id, string model, string mac, CancellationToken cancellation);

    /// <summary>Gives the guest a USB device of the host, under <see cref="HostUsbDevice.Id"/>.</summary>
    Task PlugUsbAsync(HostUsbDevice device, CancellationToken cancellation);

    /// <summary>Shows the guest a PCI function of the host.</summary>
    /// <param name="id">Its name here.</param>
    /// <param name="function">Which one.</param>
    /// <param name="place">Slot and function in the guest; null for any free slot.</param>
    /// <param name="cancellation">Gives up.</param>
    Task PlugPciAsync(string id, PciAddress function, string? place, CancellationToken cancellation);

    /// <summary>What is on the guest's PCI buses and has a name: where it is there, slot times eight and function.</summary>
    Task<IReadOnlyDictionary<string, int>> ListPciAsync(CancellationToken cancellation);

    /// <summary>The names of the devices that came, and of those that could go.</summary>
    Task<IReadOnlySet<string>> ListPluggedAsync(CancellationToken cancellation);

    /// <summary>Asks for a device's removal. It is gone when it is listed no more: of a PCI card the guest has to let go.</summary>
    Task UnplugAsync(string id, CancellationToken cancellation);

    /// <summary>Removes a card's tap.</summary>
    Task RemoveNetworkAsync(uint deviceId, CancellationToken cancellation);

    /// <summary>Closes a disk's image or device.</summary>
    Task RemoveDiskAsync(string id, CancellationToken cancellation);
}

/// <param name="DomainId">The domain.</param>
/// <param name="Domain">Its name: that of the log file.</param>
/// <param name="Path">The program.</param>
/// <param name="Arguments">For it.</param>
/// <param name="Environment">What it needs beside the usual.</param>
/// <param name="LogsKept">How many of the earlier logs are kept.</param>
/// <param name="State">What it goes on from, which the arguments name as descriptor 3; null for a new guest.</param>
public sealed record DeviceModelStart(
    uint DomainId,
    string Domain,
    string Path,
    ImmutableArray<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    int LogsKept,
    SavedState? State = null
);

/// <summary>The state of a device model in a file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Offset">Where the state begins, in bytes.</param>
public sealed record SavedState(string Path, long Offset);

/// <summary>The device model refused an order, or did not answer.</summary>
/// <param name="command">The order: blockdev-change-medium.</param>
/// <param name="reason">What it said.</param>
public sealed class QmpException(string command, string reason) : Exception($"{command}: {reason}")
{
    public string Command { get; } = command;

    public string Reason { get; } = reason;
}
