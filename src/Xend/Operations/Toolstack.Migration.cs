using Xend.Domains;
using Xend.Operations.Migration;
using Xend.Operations.Plans;
using Xend.Operations.Steps;
using Xend.Relocation;
using Xend.Requests;

namespace Xend.Operations;

/// <content>Guests that go to other hosts, and come from there.</content>
public sealed partial class Toolstack
{
    /// <summary>Who answers other hosts.</summary>
    public IRelocationService Arrivals { get; }

    public async Task<MigrationReport> MigrateAsync(
        string reference,
        MigrationRequest request,
        Requester requester,
        CancellationToken cancellation
    )
    {
        var entry = Resolve(reference);
        var isLive = DemandMovable(entry, request);
        var notices = NoticesOf(entry, request, isLive);
        await RunAsync(
                entry,
                OperationKind.Migrate,
                requester,
                async turn =>
                {
                    var current = Demand(entry.Uuid, OperationKind.Migrate);
                    var address = AddressOf(request);
                    OperationLog.Asked(_rooms.Log, $"migrate {entry.Name} to {address}", requester);
                    var leaving = new Leaving(_rooms.Host.Peers, address, request.ChangesHome);
                    await using (leaving.ConfigureAwait(false))
                    {
                        SuspendingGuest? guest = null;
                        await _lifecycle
                            .MigrateAsync(
                                current,
                                leaving,
                                OfferOf(current, request),
                                context => guest = new SuspendingGuest(context) { IsLive = isLive },
                                turn
                            )
                            .ConfigureAwait(false);
                        notices.Add(Summary(entry.Name, leaving, guest!));
                    }
                },
                cancellation
            )
            .ConfigureAwait(false);
        if (entry.Managed && !request.ChangesHome)
        {
            notices.Add($"{entry.Name} is still in xend's keeping here, halted: do not start it while it runs there.");
        }
        return new MigrationReport([], notices);
    }

    public async Task<MigrationReport> RehearseMigrationAsync(string reference, MigrationRequest request, CancellationToken cancellation)
    {
        var entry = Resolve(reference);
        try
        {
            var isLive = DemandMovable(entry, request);
            var context = new OperationContext(_rooms, Current(entry.Uuid), Rehearsal.Unwritten);
            await new CheckSave(path: null).DoAsync(context, cancellation).ConfigureAwait(false);
            var leaving = new Leaving(_rooms.Host.Peers, AddressOf(request), request.ChangesHome);
            await using (leaving.ConfigureAwait(false))
            {
                var blockers = await leaving.OfferAsync(OfferOf(entry, request), cancellation).ConfigureAwait(false);
                return new MigrationReport(blockers, NoticesOf(entry, request, isLive));
            }
        }
        catch (Exception error)
        {
            throw Failure.Explain(error, $"rehearse the migration of {entry.Name}");
        }
    }

    /// <summary>Makes a guest of another host.</summary>
    private async Task ArriveAsync(DomainConfig wanted, Arriving arriving, bool changesHome, CancellationToken cancellation)
    {
        var requester = new Requester(0, 0, $"relocation {arriving.Described}");
        await LookAsync($"receive {wanted.Name}", cancellation).ConfigureAwait(false);
        OperationLog.Asked(_rooms.Log, $"receive {wanted.Name}", requester);
        if (_rooms.Domains.Find(wanted.Uuid) is { Managed: true, State: DomainState.Halted } kept)
        {
            await RunAsync(
                    kept,
                    OperationKind.Receive,
                    requester,
                    turn =>
                    {
                        var current = Current(kept.Uuid);
                        RefuseRunning(wanted);
                        return _lifecycle.ReceiveAsync(
                            BeginLife(current, paused: false).WithConfig(wanted),
                            ManagedPlan.New(wanted, current.Config),
                            arriving,
                            staysManaged: true,
                            turn
                        );
                    },
                    cancellation
                )
                .ConfigureAwait(false);
            return;
        }
        RefuseRunning(wanted);
        var entry = new DomainEntry
        {
            Uuid = wanted.Uuid,
            Name = wanted.Name,
            Config = wanted,
            State = DomainState.Creating,
        };
        await MakeAsync(
                entry,
                OperationKind.Receive,
                requester,
                turn => _lifecycle.ReceiveAsync(entry, [], arriving, changesHome, turn),
                cancellation
            )
            .ConfigureAwait(false);
    }

    /// <summary>Whether it runs while it goes.</summary>
    private bool DemandMovable(DomainEntry entry, MigrationRequest request)
    {
        DemandOurs(entry, "migrate", "migrated");
        if (request.ChangesHome && !entry.Managed)
        {
            throw new XendError(ErrorCode.WrongState, "Domain is not a managed domain", $"{entry.Name} is in nobody's keeping.");
        }
        var canRun = entry.Config!.Type != GuestType.Pv || _rooms.Host.Hypervisor.GetPhysicalInfo().ShadowAvailable;
        return request is { IsLive: true, NeverStands: true } && !canRun
            ? throw new XendError(ErrorCode.WrongState, StandsStill(entry.Name), hint: "Without --no-live-fallback it goes all the same.")
            : request.IsLive && canRun;
    }

    /// <summary>What is not as it was asked for.</summary>
    private static List<string> NoticesOf(DomainEntry entry, MigrationRequest request, bool isLive) =>
        [
            .. request.IsLive && !isLive ? [StandsStill(entry.Name)] : Array.Empty<string>(),
            .. request.Node >= 0
                ? [$"Node {request.Node} is not looked at: cpus= of {entry.Name} says which CPUs it may run on."]
                : Array.Empty<string>(),
        ];

    private static string StandsStill(string name) =>
        $"{name} is paravirtualized, and this Xen cannot follow what such a guest writes (it has no shadow paging): it stands still "
        + "while its memory goes.";

    private PeerAddress AddressOf(MigrationRequest request)
    {
        var isSecure = request.IsSecure ?? _rooms.Host.Options.RelocationSsl;
        var port =
            request.Port > 0 ? request.Port
            : isSecure ? PeerAddress.SecurePort
            : PeerAddress.PlainPort;
        return request.Host.Length is > 0 and <= 255 && request.Host.All(letter => letter is > ' ' and <= '~') && port <= ushort.MaxValue
            ? new PeerAddress(request.Host, port, isSecure)
            : throw new XendError(
                ErrorCode.InvalidRequest,
                $"{DomainConfigReader.Printable(request.Host)}, port {request.Port}, is no host to migrate to"
            );
    }

    private MigrationOffer OfferOf(DomainEntry entry, MigrationRequest request)
    {
        var xen = _rooms.Host.Hypervisor.GetXenInfo();
        return new MigrationOffer(
            SaveGuest.Form(entry.Config!, entry.Runtime.Id ?? 0),
            xen.Major,
            xen.Minor,
            _rooms.Host.Hypervisor.GetPhysicalInfo().HardwareCapabilities,
            request.ChangesHome
        );
    }

    /// <summary>Of one that was found there by asking, nobody knows for how long it stood still.</summary>
    private string Summary(string name, Leaving leaving, SuspendingGuest guest)
    {
        var rounds = guest.IsLive ? $", after {guest.Rounds} rounds over its memory" : "";
        return guest.Suspended is { } since && leaving.Taken is { } taken
            ? string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{name} runs at {leaving.Address.Host}. It stood still for {_rooms.Host.Clock.GetElapsedTime(since, taken).TotalSeconds:0.0} s{rounds}."
            )
            : $"{name} runs at {leaving.Address.Host}.";
    }
}
