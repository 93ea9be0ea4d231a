using Xend.Domains;
using Xend.Hypervisor;
using Xend.Operations.HostLife;

namespace Xend.Operations;

/// <content>What is asked of the host and of the daemon itself, and what goes for all guests when either comes or goes.</content>
public sealed partial class Toolstack
{
    private const int LongestLogBytes = 1024 * 1024;

    private volatile bool _suspensionsToCome;

    /// <summary>
    /// Starts the domains that are to run with the daemon, in their order. Failures are logged. Ends early where all guests are to be
    /// stopped.
    /// </summary>
    public Task StartGuestsAsync(CancellationToken cancellation) => _autostart.RunAsync(cancellation);

    public async Task StopGuestsAsync(TimeSpan limit, string saved, Requester requester, CancellationToken cancellation)
    {
        saved = saved.TrimEnd('/');
        if (saved.Length > 0)
        {
            DemandAbsolute(saved);
        }
        OperationLog.Asked(_rooms.Log, "stop all guests", requester);
        await _autostart.EndAsync().ConfigureAwait(false);
        await new GuestStop(
            _rooms,
            (uuid, turn) => ShutdownAsync(uuid, "poweroff", requester, turn),
            (uuid, turn) => DestroyAsync(uuid, requester, turn),
            new GuestSaving(
                saved,
                (uuid, turn) => SuspendAsync(uuid, requester, turn),
                (uuid, path, turn) => SaveAsync(uuid, path, checkpoint: false, requester, turn),
                _rooms.Domains.Files
            )
        )
            .RunAsync(limit, cancellation)
            .ConfigureAwait(false);
    }

    /// <summary>Whether the daemon's stop is at a guest whose memory is being written.</summary>
    public bool IsSuspending => _suspensionsToCome;

    /// <summary>
    /// The daemon stops: what on_xend_stop says is done. Who is asked to shut down is not waited for; who is suspended is, one after the
    /// other, for they share the disk.
    /// </summary>
    public async Task ApplyStopPoliciesAsync(CancellationToken cancellation)
    {
        var running = _rooms
            .Domains.Entries.Values.Where(entry => entry is { State: DomainState.Running, Config: not null })
            .OrderBy(entry => entry.Config!.OnXendStop == "suspend")
            .ToList();
        _suspensionsToCome = running.Exists(entry => entry is { Managed: true, Config.OnXendStop: "suspend" });
        foreach (var entry in running)
        {
            try
            {
                switch (entry.Config!.OnXendStop)
                {
                    case "shutdown":
                        await ShutdownAsync(entry.Uuid.ToString(), "poweroff", Requester.Daemon, cancellation).ConfigureAwait(false);
                        break;
                    case "suspend" when entry.Managed:
                        await SuspendAsync(entry.Uuid.ToString(), Requester.Daemon, cancellation).ConfigureAwait(false);
                        break;
                    case "suspend":
                        OperationLog.CannotSuspend(_rooms.Log, entry.Name);
                        break;
                }
            }
            catch (XendError error)
            {
                OperationLog.StopFailed(_rooms.Log, entry.Name, error);
            }
        }
        _suspensionsToCome = false;
    }

    public void SendDebugKeys(string keys)
    {
        if (keys.Length is 0 or > 64 || !keys.All(key => key is > ' ' and <= '~'))
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"'{DomainConfigReader.Printable(keys)}' are no keys of Xen's console",
                "Letters, digits and signs are; h lists them."
            );
        }
        Call("debug-keys", () =>
        {
            _rooms.Host.Hypervisor.SendDebugKeys(keys);
            return true;
        });
    }

    public PhysicalInfo GetPhysicalInfo() => _rooms.Host.Hypervisor.GetPhysicalInfo();

    public XenInfo GetXenInfo() => _rooms.Host.Hypervisor.GetXenInfo();

    public string ReadConsoleRing(bool clear) => _rooms.Host.Hypervisor.ReadConsoleRing(clear);

    public string ReadLog()
    {
        try
        {
            using var file = new FileStream(
                _rooms.Host.Options.LogFile,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete
            );
            if (file.Length > LongestLogBytes)
            {
                file.Seek(-LongestLogBytes, SeekOrigin.End);
            }
            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"The log {_rooms.Host.Options.LogFile} cannot be read: {FileFailure.Reason(error)}",
                cause: error
            );
        }
    }
}
