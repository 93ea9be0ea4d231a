using Sxp;
using Xend.Domains;
using Xend.Hypervisor;
using Xend.Operations.Audit;

namespace Xend.Operations;

/// <summary>The one request handler. Every interface of the daemon is a translation to and from it and owns no logic.</summary>
/// <remarks>
/// A domain is referred to by name, id or UUID, looked for in that order. Reads answer from the snapshot at once; what changes
/// a domain waits in that domain's own queue. Every failure is a <see cref="XendError"/>.
/// </remarks>
public interface IToolstack
{
    /// <summary>All domains, ascending by id, inactive ones last by name. One hypercall, no xenstore request.</summary>
    IReadOnlyList<DomainView> ListDomains();

    /// <summary>One domain. Throws <see cref="ErrorCode.NoSuchDomain"/>.</summary>
    DomainView FindDomain(string reference);

    /// <summary>Creates a domain and leaves it paused, its devices connected on the host's side.</summary>
    /// <param name="config">The domain's s-expression, <c>(vm (name ...) ...)</c>. Comes from a client: it is validated here.</param>
    /// <param name="requester">Who asks.</param>
    /// <param name="cancellation">Gives up and undoes.</param>
    Task<DomainView> CreateAsync(SList config, Requester requester, CancellationToken cancellation);

    /// <summary>Returns when the domain's devices are connected on the host's side; throws where one of them failed.</summary>
    Task WaitForDevicesAsync(string reference, CancellationToken cancellation);

    /// <summary>Returns when the domain's console can be opened; throws where the domain goes before that.</summary>
    Task WaitForConsoleAsync(string reference, CancellationToken cancellation);

    /// <summary>Destroys a domain at once. Returns when everything that it held has been released.</summary>
    Task DestroyAsync(string reference, Requester requester, CancellationToken cancellation);

    /// <summary>Asks the guest to shut down (poweroff, halt, reboot, suspend, crash) and returns when it has been asked.</summary>
    /// <returns>What the user should know about the way in which it was asked; null where there is nothing.</returns>
    Task<string?> ShutdownAsync(string reference, string reason, Requester requester, CancellationToken cancellation);

    Task PauseAsync(string reference, Requester requester, CancellationToken cancellation);

    Task UnpauseAsync(string reference, Requester requester, CancellationToken cancellation);

    /// <summary>
    /// Takes a domain into the daemon's keeping, halted; or, where it is there and halted, gives it this configuration. Kept for good when
    /// this returns.
    /// </summary>
    Task NewAsync(SList config, Requester requester, CancellationToken cancellation);

    /// <summary>Takes a halted domain out of the daemon's keeping.</summary>
    Task DeleteAsync(string reference, Requester requester, CancellationToken cancellation);

    /// <summary>Starts a halted domain; leaves it paused where <paramref name="paused"/>.</summary>
    Task StartAsync(string reference, bool paused, Requester requester, CancellationToken cancellation);

    /// <summary>Gives a domain another name, for good where it is managed.</summary>
    Task RenameAsync(string reference, string name, Requester requester, CancellationToken cancellation);

    /// <summary>Ends a domain at once and starts it again. It keeps name, UUID and devices, and never leaves the list.</summary>
    Task ResetAsync(string reference, Requester requester, CancellationToken cancellation);

    /// <summary>
    /// The host goes down: asks all guests to power off, in the reverse of their order, and ends those that do not within the limit, which
    /// is each guest's.
    /// </summary>
    Task StopGuestsAsync(TimeSpan limit, Requester requester, CancellationToken cancellation);

    /// <summary>Marks a domain as paused by the administrator, or not.</summary>
    Task SetPauseFlagAsync(string reference, bool paused, CancellationToken cancellation);

    bool GetPauseFlag(string reference);

    /// <summary>Changes a device of a running domain as its new configuration says: the disc in a CD drive, and nothing else.</summary>
    /// <param name="reference">The domain.</param>
    /// <param name="device">
    /// The device's s-expression: <c>(vbd (uname file:/disc.iso) (dev hdc:cdrom) (mode r))</c>; an empty uname takes the disc out.
    /// </param>
    /// <param name="requester">Who asks.</param>
    /// <param name="cancellation">Gives up.</param>
    Task ConfigureDeviceAsync(string reference, SList device, Requester requester, CancellationToken cancellation);

    /// <summary>Where the domain's display is to be seen.</summary>
    VncView GetVnc(string reference);

    /// <summary>How often the domain was restarted since it was created.</summary>
    int GetRestartCount(string reference);

    IReadOnlyList<VcpuInfo> GetVcpus(string reference);

    /// <summary>
    /// Sets the memory that a domain has now (a running one) or will start with, in MiB. The guest's balloon driver follows when it likes.
    /// </summary>
    Task SetMemoryAsync(string reference, int mib, Requester requester, CancellationToken cancellation);

    /// <summary>Sets the most memory that a domain may be given, in MiB.</summary>
    Task SetMaxMemoryAsync(string reference, int mib, Requester requester, CancellationToken cancellation);

    /// <summary>Sets how many vCPUs a running domain uses, or how many one that does not run will have.</summary>
    Task SetVcpusAsync(string reference, int count, Requester requester, CancellationToken cancellation);

    /// <summary>Sets which physical CPUs a vCPU (null: all of them) may run on.</summary>
    Task PinVcpuAsync(string reference, int? vcpu, IReadOnlyCollection<int> cpus, Requester requester, CancellationToken cancellation);

    /// <summary>The scheduler's weight and cap of a domain.</summary>
    SchedulerParameters GetScheduling(string reference);

    /// <summary>Sets weight and cap; null leaves as is.</summary>
    Task SetSchedulingAsync(string reference, int? weight, int? cap, Requester requester, CancellationToken cancellation);

    /// <summary>Presses a magic SysRq key in a guest: one letter or digit.</summary>
    Task PressSysrqAsync(string reference, string key, Requester requester, CancellationToken cancellation);

    /// <summary>Presses keys on Xen's own console.</summary>
    void SendDebugKeys(string keys);

    /// <summary>The operations that have not ended, in the order in which they were asked for.</summary>
    IReadOnlyList<TaskView> ListTasks();

    /// <summary>Gives an operation up and returns, when it is undone, a sentence that says so.</summary>
    /// <param name="reference">The task's number, or the domain that it runs on.</param>
    /// <param name="requester">Who asks.</param>
    /// <param name="cancellation">Waits no longer; the operation is cancelled all the same.</param>
    Task<string> CancelTaskAsync(string reference, Requester requester, CancellationToken cancellation);

    /// <summary>
    /// Compares what is on the host with what should be, and puts in order what can be where <paramref name="fix"/> says so.
    /// </summary>
    Task<IReadOnlyList<AuditFinding>> AuditAsync(bool fix, Requester requester, CancellationToken cancellation);

    PhysicalInfo GetPhysicalInfo();

    XenInfo GetXenInfo();

    string ReadConsoleRing(bool clear);

    /// <summary>The daemon's own log as text (at most its last mebibyte).</summary>
    string ReadLog();
}

/// <summary>A VNC display.</summary>
/// <param name="Host">The address that it listens at.</param>
/// <param name="Port">The TCP port.</param>
/// <param name="Password">What a viewer has to give; empty for none. Only for the root user who asks for it.</param>
public sealed record VncView(string Host, int Port, string Password);
