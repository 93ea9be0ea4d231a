using Sxp;
using Xend.Build.Saving;
using Xend.Domains;
using Xend.Hypervisor;
using Xend.Operations.Steps;
using Xend.Relocation;

namespace Xend.Operations.Migration;

/// <summary>Whose a guest is after its hand-over.</summary>
internal enum HandOverOutcome
{
    /// <summary>The other host's.</summary>
    Taken,

    /// <summary>Still this one's: the other host has none, and will have none.</summary>
    NotTaken,

    /// <summary>Nobody can tell yet.</summary>
    Unknown,
}

/// <summary>The talk with another host about a guest that goes there, from this side.</summary>
/// <param name="peers">The other hosts.</param>
/// <param name="address">Which of them.</param>
/// <param name="changesHome">The guest is in the other one's keeping from then on.</param>
internal sealed class Leaving(IRelocationPeers peers, PeerAddress address, bool changesHome) : IAsyncDisposable
{
    /// <summary>What the other host may take to look at everything.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

    /// <summary>While it makes the guest ready it says that it is still at it, every few seconds.</summary>
    private static readonly TimeSpan StillLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ReadyLimit = TimeSpan.FromMinutes(10);

    private RelocationChannel? _channel;
    private Guid _session;

    /// <summary>When the other host said that it runs there; null until then.</summary>
    public long? Taken { get; private set; }

    public PeerAddress Address => address;

    public Departure Departure => new(address.Host, address.Port, address.IsSecure, _session) { ChangesHome = changesHome };

    /// <summary>Says what is to come.</summary>
    /// <returns>Why it cannot be; none where it can.</returns>
    /// <exception cref="XendError">There is nobody to ask, or no answer.</exception>
    public Task<IReadOnlyList<string>> OfferAsync(MigrationOffer offer, CancellationToken cancellation) =>
        TryAsync(async () =>
        {
            _channel = await peers.ConnectAsync(address, cancellation).ConfigureAwait(false);
            await _channel.SendAsync(SList.Of("migrate", 1), cancellation).ConfigureAwait(false);
            await DemandAsync("ready", AnswerLimit, cancellation).ConfigureAwait(false);
            await _channel.SendAsync(offer.Write(), cancellation).ConfigureAwait(false);
            var answer = await DemandAsync("accept", AnswerLimit, cancellation, orElse: "refuse").ConfigureAwait(false);
            if (answer.Name == "refuse")
            {
                return (IReadOnlyList<string>)
                    [
                        .. answer
                            .Items.OfType<SList>()
                            .Where(item => item is { Name: "blocker", Count: 2 })
                            .Select(item => RelocationTalk.Clean(item.Items[1].ToString() ?? ""))
                            .DefaultIfEmpty("it is refused there"),
                    ];
            }
            _session = Guid.TryParse(answer.Value("session")?.ToString(), out var session)
                ? session
                : throw new RelocationException($"{address} gives an answer that makes no sense");
            return [];
        });

    /// <summary>Sends the guest, and returns when the other host has all of it and holds it.</summary>
    public Task SendAsync(
        OperationContext context,
        SuspendingGuest guest,
        IProgress<SaveProgress> progress,
        CancellationToken cancellation
    ) =>
        TryAsync(async () =>
        {
            var channel = Channel;
            await channel.SendAsync(SList.Of("begin"), cancellation).ConfigureAwait(false);
            try
            {
                await context
                    .Host.SaveFiles.SendAsync(
                        new GuestSendRequest(context.DomainId, guest.IsLive),
                        guest,
                        channel.Outgoing,
                        progress,
                        cancellation
                    )
                    .ConfigureAwait(false);
            }
            catch (Exception error) when (error is RelocationException or SaveFileException && !cancellation.IsCancellationRequested)
            {
                // Where the other side gave up, it says why.
                throw await FindReasonAsync(error).ConfigureAwait(false);
            }
            await channel.EndStreamAsync(cancellation).ConfigureAwait(false);
            await SendStateAsync(channel, await guest.SaveDeviceModelAsync(cancellation).ConfigureAwait(false), cancellation)
                .ConfigureAwait(false);
            await DemandAsync("arrived", StillLimit, cancellation).ConfigureAwait(false);
            return true;
        });

    /// <summary>Gives the guest to the other host. Once this is called, only that host's word says whose it is.</summary>
    public async Task<HandOverOutcome> HandOverAsync(TimeProvider clock)
    {
        try
        {
            await Channel.SendAsync(SList.Of("yours", _session.ToString()), CancellationToken.None).ConfigureAwait(false);
            await DemandAsync("taken", StillLimit, CancellationToken.None).ConfigureAwait(false);
            Taken = clock.GetTimestamp();
            return HandOverOutcome.Taken;
        }
        catch (Exception error) when (error is RelocationException or XendError)
        {
            return HandOverOutcome.Unknown;
        }
    }

    /// <summary>Asks, over a connection of its own, whose a guest is.</summary>
    public static async Task<HandOverOutcome> AskAsync(IRelocationPeers peers, Departure departure, CancellationToken cancellation)
    {
        try
        {
            var channel = await peers.ConnectAsync(AddressOf(departure), cancellation).ConfigureAwait(false);
            await using (channel.ConfigureAwait(false))
            {
                await channel.SendAsync(SList.Of("status", departure.Session.ToString()), cancellation).ConfigureAwait(false);
                return await channel.ReceiveAsync(StillLimit, cancellation).ConfigureAwait(false) switch
                {
                    SList { Name: "owned" } => HandOverOutcome.Taken,
                    SList { Name: "unknown" } => HandOverOutcome.NotTaken,
                    _ => HandOverOutcome.Unknown,
                };
            }
        }
        catch (Exception error) when (error is RelocationException or XendError)
        {
            return HandOverOutcome.Unknown;
        }
    }

    /// <summary>The guest is gone from here: the other host need not remember for us.</summary>
    public static async Task ForgetAsync(IRelocationPeers peers, Departure departure)
    {
        try
        {
            var channel = await peers.ConnectAsync(AddressOf(departure), CancellationToken.None).ConfigureAwait(false);
            await using (channel.ConfigureAwait(false))
            {
                await channel.SendAsync(SList.Of("forget", departure.Session.ToString()), CancellationToken.None).ConfigureAwait(false);
                await channel.ReceiveAsync(StillLimit, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is RelocationException or XendError)
        {
            // It forgets by itself, in its time.
        }
    }

    public ValueTask DisposeAsync() => _channel?.DisposeAsync() ?? ValueTask.CompletedTask;

    private RelocationChannel Channel => _channel ?? throw new InvalidOperationException("nothing was offered");

    private static PeerAddress AddressOf(Departure departure) => new(departure.Host, departure.Port, departure.IsSecure);

    private static async Task SendStateAsync(RelocationChannel channel, string? path, CancellationToken cancellation)
    {
        await channel.SendAsync(SList.Of("state", path is null ? 0 : 1), cancellation).ConfigureAwait(false);
        if (path is null)
        {
            return;
        }
        var file = File.OpenRead(path);
        await using (file.ConfigureAwait(false))
        {
            await file.CopyToAsync(channel.Outgoing, cancellation).ConfigureAwait(false);
        }
        await channel.EndStreamAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>The other side's last words, if there are any.</summary>
    private async Task<Exception> FindReasonAsync(Exception otherwise)
    {
        try
        {
            await DemandAsync("", TimeSpan.FromSeconds(3), CancellationToken.None).ConfigureAwait(false);
            return otherwise;
        }
        catch (XendError said)
        {
            return said;
        }
        catch (RelocationException)
        {
            return otherwise;
        }
    }

    /// <summary>The next message, which is to be of that name; what says that the other side is still at it is passed over.</summary>
    private async Task<SList> DemandAsync(string name, TimeSpan limit, CancellationToken cancellation, string? orElse = null)
    {
        var start = Environment.TickCount64;
        while (true)
        {
            if (Environment.TickCount64 - start > ReadyLimit.TotalMilliseconds)
            {
                throw new RelocationException($"{address} was not ready within {ReadyLimit.TotalMinutes:0} minutes");
            }
            switch (await Channel.ReceiveAsync(limit, cancellation).ConfigureAwait(false))
            {
                case SList { Name: "still" }:
                    break;
                case SList { Name: "err" } error:
                    throw new XendError(ErrorCode.HostResource, $"{RelocationTalk.Clean(ReasonIn(error))} (from {address.Host})");
                case SList message when message.Name == name || (orElse is not null && message.Name == orElse):
                    return message;
                default:
                    throw new RelocationException($"{address} gives an answer that makes no sense");
            }
        }
    }

    private static string ReasonIn(SList error) => error.Value("value")?.ToString() ?? "it failed there";

    private async Task<T> TryAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return await act().ConfigureAwait(false);
        }
        catch (RelocationException error)
        {
            throw new XendError(ErrorCode.HostResource, error.Message, hint: error.Hint, cause: error);
        }
    }
}
