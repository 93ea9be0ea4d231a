namespace Xend.Host;

/// <summary>
/// What there is on the host that serves guests, whoever made it: for the audit, and to tell what holds a domain that does not go.
/// </summary>
public interface IHostInventory
{
    /// <summary>All loop devices that have a file.</summary>
    IReadOnlyList<LoopDevice> LoopDevices();

    /// <summary>dom0's ends of guests' network interfaces, told by their names: vif7.0, vif7.0-emu, tap7.0.</summary>
    IReadOnlyList<GuestInterface> Interfaces();

    /// <summary>Processes that serve one domain: device models, and scripts on its devices.</summary>
    IReadOnlyList<GuestProcess> Processes();

    /// <summary>Backends that drivers of dom0's kernel have, whatever xenstore says.</summary>
    IReadOnlyList<KernelBackend> KernelBackends();

    /// <summary>
    /// Kills a process, unless another one has its number by now. Returns why it could not, null where it is gone or going.
    /// </summary>
    string? Kill(GuestProcess process);
}

/// <param name="Name">/dev/loop3.</param>
/// <param name="File">What the kernel says of the file behind it.</param>
public sealed record LoopDevice(string Name, string File);

/// <param name="Name">vif7.0.</param>
/// <param name="DomainId">The domain that it is named for.</param>
public sealed record GuestInterface(string Name, uint DomainId);

/// <param name="Id">The process id.</param>
/// <param name="Started">When it started, in clock ticks since the host's start: tells it from a later process of that number.</param>
/// <param name="DomainId">The domain that it serves.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Orphaned">Whoever started it is gone.</param>
public sealed record GuestProcess(int Id, ulong Started, uint DomainId, GuestProcessKind Kind, bool Orphaned)
{
    /// <summary>What it is, in users' words.</summary>
    public string What => Kind == GuestProcessKind.DeviceModel ? "device model" : "script";
}

/// <summary>Why a process is there for one domain.</summary>
public enum GuestProcessKind
{
    /// <summary>It is meant to outlive whoever started it, and is ended when its domain is.</summary>
    DeviceModel,

    /// <summary>At work on a device; whoever started it waits for its end.</summary>
    Script,
}

/// <param name="Class">vbd or vif.</param>
/// <param name="DomainId">The domain that it serves.</param>
/// <param name="DeviceId">The device.</param>
public sealed record KernelBackend(string Class, uint DomainId, uint DeviceId);
