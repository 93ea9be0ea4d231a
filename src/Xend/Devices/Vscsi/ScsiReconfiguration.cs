using Xend.Host;
using XenStore;

namespace Xend.Devices;

/// <summary>
/// Units that come to a running guest's adapter and go from it, while others stay: xend, xen-scsiback and the guest's xen-scsifront take
/// turns.
/// </summary>
/// <remarks>
/// xend writes a unit's directory with state Initialising, or sets the state of one to Closing, and the backend's state to Reconfiguring.
/// The guest answers, xen-scsiback takes up the new ones (Initialised, or Closed where it has not got the target) and lets go of the
/// others (Closed), and says Reconfigured, then Connected when the guest does. That is the protocol of Linux's xen-scsiback and
/// xen-scsifront. An adapter that the guest's driver has not taken up yet has units that nobody has looked at: they come and go as nodes
/// alone.
/// </remarks>
internal static class ScsiReconfiguration
{
    private static readonly string InitWait = DeviceNodes.State(XenbusState.InitWait);

    /// <summary>What is found of an adapter when its units are to change.</summary>
    private enum Turn
    {
        /// <summary>Nobody's: it is about to come or to go.</summary>
        None,

        /// <summary>The guest has it, and is told.</summary>
        Guest,

        /// <summary>The guest has not taken it up, and will find it as it is then.</summary>
        Later,
    }

    /// <summary>Shows more units to the guest; their targets are there.</summary>
    /// <exception cref="XendError">The guest does not answer, or the driver refuses one; the nodes may be there then.</exception>
    public static async Task AddAsync(
        HostServices host,
        DeviceAddress address,
        IReadOnlyList<(VscsiUnit Unit, ScsiTarget Target)> units,
        CancellationToken cancellation
    )
    {
        var limit = host.Options.DeviceCreateTimeout;
        var turn = await BeginAsync(
                host,
                address,
                async store =>
                {
                    foreach (var (key, value) in units.SelectMany(unit => ScsiNodes.Of(unit.Unit, unit.Target)))
                    {
                        await store.WriteAsync(address.BackendNode(key), value, cancellation).ConfigureAwait(false);
                    }
                },
                cancellation
            )
            .ConfigureAwait(false);
        if (turn == Turn.Later)
        {
            return;
        }
        if (
            turn == Turn.None
            || !await Reconfiguration.IsAnsweredAsync(host, address, limit, cancellation).ConfigureAwait(false)
            || !(
                await EntriesAsync(host.Store, address, [.. units.Select(unit => unit.Unit.Virtual)], cancellation).ConfigureAwait(false)
            ).All(entry => entry.IsServed)
        )
        {
            throw await RefusedAsync(host, address, turn, "has not taken them up", limit, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Has the guest and the driver let go of units; their nodes stay. Where they do not, everything is as before.</summary>
    /// <exception cref="XendError">The guest keeps them.</exception>
    public static async Task LetGoAsync(
        HostServices host,
        DeviceAddress address,
        IReadOnlyCollection<ScsiAddress> units,
        CancellationToken cancellation
    )
    {
        var limit = host.Options.DeviceDestroyTimeout;
        var turn = await BeginAsync(
                host,
                address,
                async store =>
                {
                    foreach (var entry in await EntriesAsync(store, address, units, cancellation).ConfigureAwait(false))
                    {
                        await SetAsync(store, address, entry, XenbusState.Closing).ConfigureAwait(false);
                    }
                },
                cancellation
            )
            .ConfigureAwait(false);
        var isAnswered = false;
        try
        {
            isAnswered =
                turn == Turn.Guest && await Reconfiguration.IsAnsweredAsync(host, address, limit, cancellation).ConfigureAwait(false);
        }
        finally
        {
            if (turn == Turn.Guest && !isAnswered)
            {
                // Half asked for is worse than not: the guest could let go later, and nobody would know.
                await TakeBackAsync(host, address).ConfigureAwait(false);
            }
        }
        var entries = await EntriesAsync(host.Store, address, units, cancellation).ConfigureAwait(false);
        if (turn == Turn.None || entries.Any(entry => entry.IsServed || (entry.IsToGo && turn == Turn.Guest)))
        {
            throw await RefusedAsync(host, address, turn, "has not let go of them", limit, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Ends what was begun and is not answered: what is new to the driver is not of the adapter, and what was to go stays. Nothing, and
    /// false, where no turn is the guest's.
    /// </summary>
    public static Task<bool> TakeBackAsync(HostServices host, DeviceAddress address) =>
        host.Store.TransactAsync(
            async store =>
            {
                if (!Reconfiguration.IsUnderWay(await Reconfiguration.StateAsync(store, address, default).ConfigureAwait(false)))
                {
                    return false;
                }
                foreach (var entry in await ScsiNodes.ReadAsync(store, address, CancellationToken.None).ConfigureAwait(false))
                {
                    if (entry.IsToGo)
                    {
                        await SetAsync(store, address, entry, XenbusState.Connected).ConfigureAwait(false);
                    }
                    else if (entry.IsNew)
                    {
                        await SetAsync(store, address, entry, XenbusState.Closed).ConfigureAwait(false);
                    }
                }
                await Reconfiguration.EndAsync(store, address).ConfigureAwait(false);
                return true;
            },
            CancellationToken.None
        );

    /// <summary>Waits until nobody takes a turn any more; what is not answered within the limit of an unplug is taken back.</summary>
    /// <returns>Whether the guest has the adapter at work.</returns>
    public static async Task<bool> SettleAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        if (!await Reconfiguration.IsAnsweredAsync(host, address, host.Options.DeviceDestroyTimeout, cancellation).ConfigureAwait(false))
        {
            await TakeBackAsync(host, address).ConfigureAwait(false);
        }
        return await Reconfiguration.StateAsync(host.Store, address, cancellation).ConfigureAwait(false) == Reconfiguration.Connected;
    }

    /// <summary>Removes the nodes of units that are out of the guest.</summary>
    public static Task ForgetAsync(HostServices host, DeviceAddress address, IReadOnlyCollection<ScsiAddress> units) =>
        units.Count == 0
            ? Task.CompletedTask
            : host.Store.TransactAsync(
                async store =>
                {
                    foreach (var entry in await EntriesAsync(store, address, units, CancellationToken.None).ConfigureAwait(false))
                    {
                        await store.RemoveAsync(address.BackendNode(ScsiNodes.Key(entry.Number))).ConfigureAwait(false);
                        await store.RemoveAsync($"{address.FrontendPath}/{ScsiNodes.Key(entry.Number)}").ConfigureAwait(false);
                    }
                    return true;
                },
                CancellationToken.None
            );

    /// <summary>Writes what is wanted and gives the turn to the guest, in one.</summary>
    private static Task<Turn> BeginAsync(
        HostServices host,
        DeviceAddress address,
        Func<IXenStoreOperations, Task> write,
        CancellationToken cancellation
    ) =>
        host.Store.TransactAsync(
            async store =>
            {
                var state = await Reconfiguration.StateAsync(store, address, cancellation).ConfigureAwait(false);
                if (state != Reconfiguration.Connected && state != InitWait)
                {
                    return Turn.None;
                }
                await write(store).ConfigureAwait(false);
                if (state == InitWait)
                {
                    return Turn.Later;
                }
                await Reconfiguration.BeginAsync(store, address, cancellation).ConfigureAwait(false);
                return Turn.Guest;
            },
            cancellation
        );

    private static async Task<IReadOnlyList<ScsiEntry>> EntriesAsync(
        IXenStoreOperations store,
        DeviceAddress address,
        IReadOnlyCollection<ScsiAddress> units,
        CancellationToken cancellation
    ) => [.. (await ScsiNodes.ReadAsync(store, address, cancellation).ConfigureAwait(false)).Where(entry => units.Contains(entry.Virtual))];

    private static Task SetAsync(IXenStoreOperations store, DeviceAddress address, ScsiEntry entry, XenbusState state) =>
        store.WriteAsync(address.BackendNode($"{ScsiNodes.Key(entry.Number)}/state"), DeviceNodes.State(state));

    private static Task<XendError> RefusedAsync(
        HostServices host,
        DeviceAddress address,
        Turn turn,
        string what,
        TimeSpan limit,
        CancellationToken cancellation
    ) =>
        Reconfiguration.RefusedAsync(
            host,
            address,
            $"The SCSI devices on adapter {address.DeviceId} of the guest could not be changed.",
            turn == Turn.Guest ? $"The guest was told and {what} within {limit.TotalSeconds:0} s" : "Its adapter is not at work",
            "xen-scsifront",
            cancellation
        );
}
