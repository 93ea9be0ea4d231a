using Xend.Domains;
using Xend.Hypervisor;

namespace Xend.Requests;

/// <summary>What is asked of domains: their life, and what they have.</summary>
public interface IDomainRequests
{
    /// <summary>All domains, ascending by id, inactive ones last by name. One hypercall, no xenstore request.</summary>
    IReadOnlyList<DomainView> ListDomains();

    /// <summary>One domain. Throws <see cref="ErrorCode.NoSuchDomain"/>.</summary>
    DomainView FindDomain(string reference);

    /// <summary>Creates a domain and leaves it paused, its devices connected on the host's side.</summary>
    /// <param name="wanted">What it is to be; its shape was checked when it was read.</param>
    /// <param name="requester">Who asks.</param>
    /// <param name="cancellation">Gives up and undoes.</param>
    Task<DomainView> CreateAsync(DomainConfig wanted, Requester requester, CancellationToken cancellation);

    /// <summary>Returns when the domain's console can be opened; throws where the domain goes before that.</summary>
    Task WaitForConsoleAsync(string reference, CancellationToken cancellation);

    /// <summary>Destroys a domain at once. Returns when everything that it held has been released.</summary>
    Task DestroyAsync(string reference, Requester requester, CancellationToken cancellation);

    /// <summary>Asks the guest to shut down (poweroff, halt, reboot, suspend, crash) and returns when it has been asked.</summary>
    /// <returns>What the user should know about the way in which it was asked; null where there is nothing.</returns>
    Task<string?> ShutdownAsync(string reference, string reason, Requester requester, CancellationToken cancellation);

    /// <summary>Writes a guest into a file of this host, and takes it away once that is whole; or lets it go on.</summary>
    /// <param name="reference">The domain.</param>
    /// <param name="path">Absolute.</param>
    /// <param name="checkpoint">It goes on.</param>
    /// <param name="requester">Who asks.</param>
    /// <param name="cancellation">Gives up; the guest goes on, and there is no file.</param>
    Task SaveAsync(string reference, string path, bool checkpoint, Requester requester, CancellationToken cancellation);

    /// <summary>Makes a guest of such a file, which goes on where it was; or is left paused.</summary>
    Task<DomainView> RestoreAsync(string path, bool paused, Requester requester, CancellationToken cancellation);

    /// <summary>Writes a managed guest into its checkpoint, and takes it away once that is whole; it is suspended then.</summary>
    Task SuspendAsync(string reference, Requester requester, CancellationToken cancellation);

    /// <summary>A suspended domain goes on from its checkpoint; or is left paused where it was.</summary>
    Task ResumeAsync(string reference, bool paused, Requester requester, CancellationToken cancellation);

    /// <summary>Moves a guest to another host. Whatever goes wrong, exactly one of the two has it.</summary>
    Task<MigrationReport> MigrateAsync(string reference, MigrationRequest request, Requester requester, CancellationToken cancellation);

    /// <summary>Asks the other host whether it could; nothing changes.</summary>
    Task<MigrationReport> RehearseMigrationAsync(string reference, MigrationRequest request, CancellationToken cancellation);

    /// <summary>Writes a guest's memory to a file of this host.</summary>
    /// <param name="reference">The domain.</param>
    /// <param name="path">Absolute; null for a file named after the domain and the time where cores are kept.</param>
    /// <param name="live">It is not held meanwhile.</param>
    /// <param name="after">What becomes of it when the file is whole.</param>
    /// <param name="requester">Who asks.</param>
    /// <param name="cancellation">Gives up; the guest goes on.</param>
    Task DumpAsync(string reference, string? path, bool live, AfterDump after, Requester requester, CancellationToken cancellation);

    Task PauseAsync(string reference, Requester requester, CancellationToken cancellation);

    Task UnpauseAsync(string reference, Requester requester, CancellationToken cancellation);

    /// <summary>
    /// Takes a domain into the daemon's keeping, halted; or, where it is there and halted, gives it this configuration. Kept for good when
    /// this returns.
    /// </summary>
    Task NewAsync(DomainConfig wanted, Requester requester, CancellationToken cancellation);

    /// <summary>Takes a halted domain out of the daemon's keeping.</summary>
    Task DeleteAsync(string reference, Requester requester, CancellationToken cancellation);

    /// <summary>Starts a halted domain; leaves it paused where <paramref name="paused"/>.</summary>
    Task StartAsync(string reference, bool paused, Requester requester, CancellationToken cancellation);

    /// <summary>Gives a domain another name, for good where it is managed.</summary>
    Task RenameAsync(string reference, string name, Requester requester, CancellationToken cancellation);

    /// <summary>Ends a domain at once and starts it again. It keeps name, UUID and devices, and never leaves the list.</summary>
    Task ResetAsync(string reference, Requester requester, CancellationToken cancellation);

    /// <summary>Marks a domain as paused by the administrator, or not.</summary>
    Task SetPauseFlagAsync(string reference, bool paused, CancellationToken cancellation);

    bool GetPauseFlag(string reference);

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
}
