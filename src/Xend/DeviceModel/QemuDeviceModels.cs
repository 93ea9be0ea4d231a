using System.Text;
using Linux.Interop;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;
using Xend.DeviceModel.Vnc;
using Xend.Host;

namespace Xend.DeviceModel;

/// <summary>Device models as processes of this host.</summary>
/// <param name="logDirectory">/var/log/xen.</param>
/// <param name="clock">For the waits.</param>
public sealed class QemuDeviceModels(string logDirectory, TimeProvider clock) : IDeviceModels
{
    private const string SearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan LookForEndEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>It writes back what it has of the guest's disks.</summary>
    private static readonly TimeSpan PoliteLimit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan GoneLimit = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan GatewayLimit = TimeSpan.FromSeconds(30);

    private readonly ProcessTable _processes = new();
    private readonly DeviceModelLog _log = new(logDirectory);

    public event Action? Ended;

    public DeviceModelProcess Start(DeviceModelStart start)
    {
        try
        {
            using var log = _log.Open(start.Domain, start.LogsKept);
            using var state = start.State is { } saved ? OpenState(saved) : null;
            var child = ChildProcess.Spawn(
                new ChildStart
                {
                    Path = start.Path,
                    Arguments = start.Arguments,
                    Environment = new Dictionary<string, string>(start.Environment)
                    {
                        ["PATH"] = SearchPath,
                        ["HOME"] = "/",
                        ["LANG"] = "C.UTF-8",
                    },
                    WorkingDirectory = "/",
                    Descriptors = state is null ? [] : [state],
                    Output = ChildOutput.To(log.SafeFileHandle),
                    Error = ChildOutput.WithOutput,
                    Outlives = true,
                }
            );
            // While it is not reaped its number cannot be another's.
            var ticks = ProcessStat.Of(child.Id)?.Started ?? 0;
            _ = ReapAsync(child);
            return new DeviceModelProcess(child.Id, ticks);
        }
        catch (NativeCallException error)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"The device model {start.Path} of {start.Domain} cannot be started: {error.Reason}",
                $"{error.Call} {error.Subject}",
                "Is the package qemu-system-xen installed?",
                error
            );
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"The log of {start.Domain}'s device model, {_log.PathOf(start.Domain)}, cannot be written: {FileFailure.Reason(error)}",
                hint: FileFailure.Hint(error),
                cause: error
            );
        }
    }

    private static SafeFileHandle OpenState(SavedState saved)
    {
        try
        {
            var file = File.OpenHandle(saved.Path);
            PosixFile.Seek(file, saved.Offset);
            return file;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NativeCallException)
        {
            var reason = error is NativeCallException failed ? failed.Reason : FileFailure.Reason(error);
            throw new XendError(ErrorCode.HostResource, $"can't read guest state file {saved.Path}: {reason}", cause: error);
        }
    }

    public async Task<VncAddress> StartVncGatewayAsync(uint domainId, VncGatewaySetting setting, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        ChildProcess child;
        try
        {
            child = ChildProcess.Spawn(
                new ChildStart
                {
                    Path = CurrentProcess.Executable,
                    Name = "xend",
                    Arguments = ["--helper", "vnc"],
                    // By that it is found when the domain goes.
                    Environment = new Dictionary<string, string>
                    {
                        ["PATH"] = SearchPath,
                        ["XEN_DOMAIN_ID"] = QemuArguments.Text(domainId),
                    },
                    WorkingDirectory = "/",
                    PipeInput = true,
                    Output = ChildOutput.Lines(line => answer.TrySetResult(line)),
                    Outlives = true,
                }
            );
        }
        catch (NativeCallException error)
        {
            throw new XendError(ErrorCode.HostResource, $"The VNC gateway cannot be started: {error.Reason}", cause: error);
        }
        _ = ReapAsync(child);
        try
        {
            child.StandardInput!.Write(Encoding.UTF8.GetBytes(setting.ToLine() + "\n"));
            await child.StandardInput.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It is gone already; its end says so below.
        }
        var end = child.WaitAsync(cancellation);
        string said;
        try
        {
            await Task.WhenAny(answer.Task, end).WaitAsync(GatewayLimit, clock, cancellation).ConfigureAwait(false);
            said = answer.Task.IsCompleted ? await answer.Task.ConfigureAwait(false) : "failed it ended without a word";
        }
        catch (TimeoutException)
        {
            said = $"failed its gateway, process {child.Id}, has said nothing for {GatewayLimit.TotalSeconds:0} s";
        }
        return said.Split(' ', 2) is ["listening", var port] && int.TryParse(port, out var number)
            ? new VncAddress(setting.Address, number)
            : throw new XendError(
                ErrorCode.DeviceModel,
                $"No VNC viewer can be listened for at {setting.Address}, port {setting.FirstPort}: {said.Split(' ', 2)[^1]}",
                hint: "Correct vnclisten and vncdisplay, or let any free port be taken (vncunused = 1)."
            );
    }

    public bool IsAlive(DeviceModelProcess process) => _processes.IsAlive(process.Id, process.StartTicks);

    public bool Serves(uint domainId) => ProcessesOfDomains.ServingDeviceModel(_processes, domainId).Any();

    public long WorkDone(DeviceModelProcess process) =>
        _processes.Find(process.Id) is { } found && found.Stat.Started == process.StartTicks ? (long)found.Stat.ProcessorTicks : 0;

    public async Task WaitForEndAsync(DeviceModelProcess process, CancellationToken cancellation)
    {
        while (IsAlive(process))
        {
            await Task.Delay(LookForEndEvery, clock, cancellation).ConfigureAwait(false);
        }
    }

    public async Task<string?> StopAsync(uint domainId)
    {
        var start = clock.GetTimestamp();
        // Looked for again after each round: one may have started another just before its end.
        while (ProcessesOfDomains.ServingDeviceModel(_processes, domainId).ToList() is { Count: > 0 } serving)
        {
            SendAll(serving, LibC.SIGTERM);
            // One that is stopped would not hear of it.
            SendAll(serving, LibC.SIGCONT);
            while (serving.Where(process => _processes.IsAlive(process.Id, process.Stat.Started)).ToList() is { Count: > 0 } alive)
            {
                var waited = clock.GetElapsedTime(start);
                if (waited > GoneLimit)
                {
                    var ids = string.Join(", ", alive.Select(process => process.Id));
                    return $"process {ids} of domain {domainId}'s device model does not end, not even by SIGKILL";
                }
                if (waited > PoliteLimit)
                {
                    SendAll(alive, LibC.SIGKILL);
                }
                await Task.Delay(LookEvery, clock).ConfigureAwait(false);
            }
        }
        RemoveSockets(domainId);
        return null;
    }

    public string LastLines(string domain) => _log.LastLines(domain);

    public async Task<IQmpSession> ConnectAsync(uint domainId, CancellationToken cancellation) =>
        await QmpClient.ConnectAsync(QmpSocket.PathOf(domainId), clock, cancellation).ConfigureAwait(false);

    private static void SendAll(List<ProcessEntry> processes, int signal) =>
        processes.ForEach(process => ProcessHandle.Send(process.Id, process.Stat.Started, signal));

    private static void RemoveSockets(uint domainId)
    {
        foreach (var path in new[] { QmpSocket.PathOf(domainId), QmpSocket.StatisticsPathOf(domainId), QmpSocket.DisplayPathOf(domainId) })
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // A socket that nobody listens at does no harm.
            }
        }
    }

    private async Task ReapAsync(ChildProcess child)
    {
        try
        {
            await child.WaitAsync().ConfigureAwait(false);
        }
        finally
        {
            child.Dispose();
            Ended?.Invoke();
        }
    }
}
