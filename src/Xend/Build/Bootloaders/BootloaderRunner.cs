using Linux.Interop;
using Serilog;
using Tmds.Linux;

namespace Xend.Build.Bootloaders;

/// <summary>Runs boot loaders as children of the daemon, each with a terminal and a session of its own.</summary>
/// <param name="directory">Where they put kernels: /var/lib/xen/xend-boot.</param>
/// <param name="xenVersion">The running Xen's, "4.17".</param>
/// <param name="clock">Measures the limits.</param>
/// <param name="log">Takes what is worth knowing.</param>
/// <param name="spawn">Starts them; as children of this process where none is given.</param>
public sealed class BootloaderRunner(string directory, string xenVersion, TimeProvider clock, ILogger log, SpawnChild? spawn = null)
    : IBootloaderRunner
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>What does not die of SIGKILL within so many looks waits for a disk.</summary>
    private const int MostLooks = 100;

    private readonly ProcessTable _processes = new();
    private readonly BootDirectory _directory = new(directory);
    private readonly BootloaderPrograms _programs = new(xenVersion, log);

    public string Locate(string name) => _programs.Locate(name);

    public IBootloaderSession Start(BootloaderCall call)
    {
        try
        {
            return new BootloaderSession(call, _directory, spawn ?? ChildProcess.Spawn, clock, process =>
                log.Error(
                    "The boot loader of {Domain}, process {Process}, has not ended {Seconds:0} s after SIGKILL; it is not waited for",
                    call.Name,
                    process,
                    ChildEnd.KillLimit.TotalSeconds
                )
            );
        }
        catch (NativeCallException error)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"The boot loader of {call.Name} cannot be started",
                $"{error.Call} {error.Subject}: {error.Reason}",
                cause: error
            );
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"The boot loader of {call.Name} cannot be started",
                $"{_directory.Of(call.Domain)}: {FileFailure.Reason(error)}",
                FileFailure.Hint(error),
                error
            );
        }
    }

    public void RemoveFiles(Guid domain) => _directory.Remove(domain);

    /// <remarks>
    /// The terminal of an earlier daemon's boot loader is gone with that daemon, and most end by that (SIGHUP). These are the others.
    /// </remarks>
    public async Task EndOrphansAsync()
    {
        for (var look = 0; look < MostLooks && Find() is { Count: > 0 } orphans; look++)
        {
            orphans.ForEach(process => ProcessHandle.Send(process.Id, process.Stat.Started, LibC.SIGKILL));
            await Task.Delay(LookEvery, clock).ConfigureAwait(false);
        }
        _directory.RemoveAll();
    }

    /// <summary>The processes that have a directory of ours in their environment.</summary>
    private List<ProcessEntry> Find() =>
        [.. _processes.List().Where(process => process.Variable("TMPDIR")?.StartsWith($"{directory}/", StringComparison.Ordinal) == true)];
}
