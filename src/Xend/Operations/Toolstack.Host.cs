using Xend.Domains;
using Xend.Operations.HostLife;

namespace Xend.Operations;

/// <content>What goes for all guests when the host, or the daemon, comes or goes.</content>
public sealed partial class Toolstack
{
    /// <summary>
    /// Starts the domains that are to run with the daemon, in their order. Failures are logged. Ends early where all guests are to be
    /// stopped.
    /// </summary>
    public Task StartGuestsAsync(CancellationToken cancellation) => _autostart.RunAsync(cancellation);

    public async Task StopGuestsAsync(TimeSpan limit, Requester requester, CancellationToken cancellation)
    {
        OperationLog.Asked(_rooms.Log, "stop all guests", requester);
        await _autostart.EndAsync().ConfigureAwait(false);
        await new GuestStop(
            _rooms,
            (uuid, turn) => ShutdownAsync(uuid, "poweroff", requester, turn),
            (uuid, turn) => DestroyAsync(uuid, requester, turn)
        )
            .RunAsync(limit, cancellation)
            .ConfigureAwait(false);
    }

    /// <summary>The daemon stops: what on_xend_stop says is done. Nobody is waited for.</summary>
    public async Task ApplyStopPoliciesAsync(CancellationToken cancellation)
    {
        foreach (var entry in _rooms.Domains.Entries.Values.Where(entry => entry is { State: DomainState.Running, Config: not null }))
        {
            try
            {
                switch (entry.Config!.OnXendStop)
                {
                    case "shutdown":
                        await ShutdownAsync(entry.Uuid.ToString(), "poweroff", Requester.Daemon, cancellation).ConfigureAwait(false);
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
    }
}
