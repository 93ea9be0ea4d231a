using Xend.Devices;
using Xend.Domains;
using Xend.Hypervisor;

namespace Xend.Operations;

/// <summary>Waits until a domain's console can be opened: xenconsoled has given it a terminal.</summary>
/// <remarks>
/// The xenconsole program gives up after five seconds, and loading a large kernel takes longer than that. So xm asks here first, and
/// starts it when there is something to open.
/// </remarks>
internal sealed class ConsoleWait(OperationRooms rooms)
{
    /// <summary>
    /// How long xenconsoled may take once the domain is made. While it is being made there is no limit: its steps have theirs.
    /// </summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <exception cref="XendError">The domain went, or xenconsoled does not answer.</exception>
    public async Task RunAsync(DomainEntry entry, CancellationToken cancellation)
    {
        using var changes = rooms.Domains.Follow(entry.Uuid);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watch = CancelWhenGoneAsync(changes, gone);
        try
        {
            // One that went before we followed is seen here.
            while (rooms.Domains.Find(entry.Uuid) is { } current)
            {
                if (await TryAsync(current, gone.Token).ConfigureAwait(false))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // It went; said below.
        }
        finally
        {
            changes.Dispose();
            await watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        throw XendError.NoSuchDomain(entry.Name);
    }

    private static async Task CancelWhenGoneAsync(DomainChanges changes, CancellationTokenSource gone)
    {
        await foreach (var change in changes.ReadAllAsync(gone.Token).ConfigureAwait(false))
        {
            if (change.After is null)
            {
                await gone.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// What xenconsole opens: a fully virtualized guest's first serial port, which its device model gives a terminal, or the console of the
    /// others.
    /// </summary>
    private static string TerminalOf(DomainEntry entry) =>
        entry.Config switch
        {
            { Type: GuestType.Hvm, Machine.SerialPorts: ["pty", ..] } => "/serial/0/tty",
            { Type: GuestType.Hvm } => throw new XendError(
                ErrorCode.WrongState,
                $"Domain '{entry.Name}' has no serial port to be its console",
                hint: "serial = 'pty' in the guest's configuration, and a guest that uses its first serial port."
            ),
            _ => "/console/tty",
        };

    /// <summary>False where the time was up and the domain is still being made.</summary>
    private async Task<bool> TryAsync(DomainEntry entry, CancellationToken cancellation)
    {
        if (entry.Runtime.Id is not { } id)
        {
            throw new XendError(ErrorCode.WrongState, $"Domain '{entry.Name}' is not started");
        }
        var terminal = DomainNodes.PathOf(id) + TerminalOf(entry);
        try
        {
            await NodeWait.ForAsync(rooms.Host, terminal, value => !string.IsNullOrEmpty(value), Limit, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException late)
        {
            if (entry.State is DomainState.Creating or DomainState.Restarting)
            {
                return false;
            }
            throw new XendError(
                ErrorCode.Timeout,
                $"Domain '{entry.Name}' has no console: xenconsoled gave it no terminal.",
                late.Message,
                "Is xenconsoled running?",
                late
            );
        }
    }
}
