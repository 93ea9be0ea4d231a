using System.Collections.Concurrent;
using Sxp;
using Xend.Domains;
using Xend.Persistence;
using Xend.Relocation;

namespace Xend.Operations.Migration;

/// <summary>Answers other hosts that offer a guest, or ask whose one is.</summary>
/// <param name="rooms">The daemon's parts.</param>
/// <param name="arrive">Makes the guest: its configuration, the talk, whether it stays in this host's keeping.</param>
internal sealed class ArrivalDesk(OperationRooms rooms, Func<DomainConfig, Arriving, bool, CancellationToken, Task> arrive)
    : IRelocationService
{
    private const int Version = 1;

    /// <summary>Who offers a guest looks at it first.</summary>
    private static readonly TimeSpan OfferLimit = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<Guid, bool> _underWay = [];

    public async Task ServeAsync(RelocationChannel channel, SList first, CancellationToken cancellation)
    {
        switch (first.Name)
        {
            case "migrate" when first.Items is [_, var version] && version.ToString() == $"{Version}":
                await TakeAsync(channel, cancellation).ConfigureAwait(false);
                break;
            case "status" when SessionIn(first) is { } session:
                await channel.SendAsync(SList.Of(StatusOf(session)), cancellation).ConfigureAwait(false);
                break;
            case "forget" when SessionIn(first) is { } session:
                rooms.Arrivals.Forget(session);
                await channel.SendAsync(SList.Of("ok"), cancellation).ConfigureAwait(false);
                break;
            default:
                await channel
                    .SendAsync(RelocationTalk.Refusal("this xend does not understand that request"), cancellation)
                    .ConfigureAwait(false);
                break;
        }
    }

    /// <summary>While it is under way nothing is said: what is said once is so for ever.</summary>
    private string StatusOf(Guid session)
    {
        try
        {
            return _underWay.ContainsKey(session) ? "pending"
                : rooms.Arrivals.IsOwned(session) ? "owned"
                : "unknown";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "pending";
        }
    }

    private static Guid? SessionIn(SList message) =>
        message.Items is [_, var text] && Guid.TryParse(text.ToString(), out var session) ? session : null;

    private async Task TakeAsync(RelocationChannel channel, CancellationToken cancellation)
    {
        await channel.SendAsync(SList.Of("ready", Version), cancellation).ConfigureAwait(false);
        if (
            await channel.ReceiveAsync(OfferLimit, cancellation, RelocationChannel.LongestOffer).ConfigureAwait(false)
                is not SList { Name: "offer" } message
            || MigrationOffer.Read(message) is not { } offer
        )
        {
            await channel.SendAsync(RelocationTalk.Refusal("the offer makes no sense"), cancellation).ConfigureAwait(false);
            return;
        }
        var (config, blockers) = await new Rehearsal(rooms).RunAsync(offer, cancellation).ConfigureAwait(false);
        if (config is null || blockers.Count > 0)
        {
            await channel
                .SendAsync(new SList(["refuse", .. blockers.Select(SValue (blocker) => SList.Of("blocker", blocker))]), cancellation)
                .ConfigureAwait(false);
            return;
        }
        OperationLog.Offered(rooms.Log, config.Name, channel.Peer);
        var session = Guid.NewGuid();
        _underWay[session] = true;
        try
        {
            await channel.SendAsync(SList.Of("accept", SList.Of("session", session.ToString())), cancellation).ConfigureAwait(false);
            if (await channel.ReceiveAsync(OfferLimit, cancellation).ConfigureAwait(false) is SList { Name: "begin" })
            {
                await ReceiveAsync(channel, config, session, offer.ChangesHome, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            _underWay.TryRemove(session, out _);
        }
    }

    private async Task ReceiveAsync(
        RelocationChannel channel,
        DomainConfig config,
        Guid session,
        bool changesHome,
        CancellationToken cancellation
    )
    {
        var arriving = new Arriving(channel, session, rooms.Arrivals, rooms.Host.Options.DeviceModelStateDirectory);
        await using (arriving.ConfigureAwait(false))
        {
            try
            {
                await arrive(config, arriving, changesHome, cancellation).ConfigureAwait(false);
                OperationLog.Arrived(rooms.Log, config.Name, channel.Peer);
            }
            catch (XendError error) when (!arriving.IsOurs)
            {
                OperationLog.Failed(rooms.Log, error, $"receive {config.Name}");
                await channel.SendAsync(RelocationTalk.Refusal(error.Message), CancellationToken.None).ConfigureAwait(false);
                return;
            }
            catch (XendError error)
            {
                // It is this host's, and does not run: who looks after it has to see to that, and not the other host.
                OperationLog.Failed(rooms.Log, error, $"receive {config.Name}");
            }
        }
        await channel.SendAsync(SList.Of("taken"), CancellationToken.None).ConfigureAwait(false);
    }
}
