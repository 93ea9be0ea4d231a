using Linux.Interop;
using Sxp;
using Tmds.Linux;
using XmlRpc;

namespace Xend.Hosting;

/// <summary>What <c>xend start</c>, <c>stop</c> and the others do. Exit codes are those of old xend.</summary>
internal sealed class Verbs(XendPaths paths, TextWriter errors)
{
    private const int Success = 0;
    private const int Failure = 1;

    /// <summary>LSB's code for "not running", which init scripts and libvirt look for.</summary>
    private const int NotRunning = 3;

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    /// <summary>0 when the daemon serves, also where it did already.</summary>
    public async Task<int> StartAsync(string executable, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        if (Instance.RunningProcess(paths) is not null)
        {
            return Success;
        }
        await new DaemonStart(paths).RunAsync(executable, arguments, cancellation).ConfigureAwait(false);
        return Success;
    }

    /// <summary>0 when the daemon is gone, also where there was none.</summary>
    public async Task<int> StopAsync(CancellationToken cancellation)
    {
        if (!Signal(LibC.SIGTERM, out var process))
        {
            return Success;
        }
        var giveUp = Environment.TickCount64 + (long)StopLimit.TotalMilliseconds;
        while (Instance.RunningProcess(paths) == process)
        {
            if (Environment.TickCount64 > giveUp && IsSuspending())
            {
                giveUp = Environment.TickCount64 + (long)StopLimit.TotalMilliseconds;
            }
            if (Environment.TickCount64 > giveUp)
            {
                await errors
                    .WriteLineAsync($"xend: process {process} does not stop; `kill -9 {process}` ends it, and guests go on.")
                    .ConfigureAwait(false);
                return Failure;
            }
            await Task.Delay(20, cancellation).ConfigureAwait(false);
        }
        return Success;
    }

    /// <summary>Whether the daemon is at a guest that is suspended because it stops: it answers as long as it is.</summary>
    private bool IsSuspending()
    {
        try
        {
            using var client = new XmlRpcClient(paths.XmlRpcSocket, new XmlRpcClientOptions { UserAgent = "xend stop" });
            return client.Call("xend.task.list") is SList tasks
                && tasks.Items.OfType<SList>().Any(task => task.Value("operation")?.ToString() == "suspend");
        }
        catch (XmlRpcException)
        {
            return false;
        }
    }

    /// <summary>The daemon reads its configuration anew; guests and requests go on.</summary>
    public int Reload()
    {
        if (Signal(LibC.SIGHUP, out _))
        {
            return Success;
        }
        errors.WriteLine("xend: not running.");
        return Failure;
    }

    /// <summary>0 when all that the directory names runs.</summary>
    /// <param name="xm">The program xm.</param>
    /// <param name="directory">Empty for none, as in the stock script's settings.</param>
    /// <param name="saved">Where saved guests are, which go on first; empty for nowhere.</param>
    /// <param name="output">Told what was started.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<int> StartGuestsAsync(string xm, string directory, string saved, TextWriter output, CancellationToken cancellation)
    {
        if (directory.Length == 0 && saved.Length == 0)
        {
            return Success;
        }
        if (Instance.RunningProcess(paths) is null)
        {
            await errors.WriteLineAsync("xend: not running; no guest is started.").ConfigureAwait(false);
            return Failure;
        }
        var program = new XmProcess(xm);
        var failures = await new SavedDirectory(program, saved, output, errors).RestoreAsync(cancellation).ConfigureAwait(false);
        failures += await new AutoDirectory(program, saved, output, errors).StartAsync(directory, cancellation).ConfigureAwait(false);
        return failures == 0 ? Success : Failure;
    }

    /// <summary>0 when no guest of the daemon's runs any more, also where there is no daemon to ask.</summary>
    /// <param name="limitSeconds">How long each guest may take to go by itself.</param>
    /// <param name="saved">Where guests are saved instead; empty for nowhere.</param>
    public int StopGuests(int limitSeconds, string saved)
    {
        if (Instance.RunningProcess(paths) is null)
        {
            errors.WriteLine("xend: not running; guests are left as they are.");
            return Success;
        }
        try
        {
            using var client = new XmlRpcClient(paths.XmlRpcSocket, new XmlRpcClientOptions { UserAgent = "xend stop-guests" });
            client.Call("xend.node.stopGuests", Math.Clamp(limitSeconds, 0, 86400), saved);
            return Success;
        }
        catch (XmlRpcException error)
        {
            errors.WriteLine(
                $"xend: guests could not be stopped: {(error is XmlRpcFaultException ? error.Message : "xend does not answer")}"
            );
            return Failure;
        }
    }

    public int Status() => Instance.RunningProcess(paths) is null ? NotRunning : Success;

    /// <summary>False where no daemon runs. The lock says which process it is, so that no stranger is hit.</summary>
    private bool Signal(int signal, out int process)
    {
        process = Instance.RunningProcess(paths) ?? 0;
        using var daemon = process > 1 ? ProcessHandle.Open(process) : null;
        // It has the lock while we hold it: the number cannot have become another's.
        return daemon is not null && Instance.RunningProcess(paths) == process && daemon.Send(signal);
    }
}
