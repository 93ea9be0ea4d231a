using XenStore;

namespace Xend.Devices;

/// <summary>
/// Functions that come to a running guest's backend and go from it, while others stay: xend, pciback and the frontend take turns.
/// </summary>
/// <remarks>
/// xend writes a function with state-N Initialising, or sets the state-N of one to Closing, and the backend's state to Reconfiguring. The
/// frontend answers, pciback serves the new ones (state-N Initialised) and lets go of the others, and says Connected again. That is the
/// protocol of Linux's xen-pciback and xen-pcifront. Who speaks for the frontend is the <see cref="PciBus"/>'s to say. A guest that does
/// not answer keeps its bus as it is.
/// </remarks>
internal static class PciReconfiguration
{
    /// <summary>Shows more functions to the guest.</summary>
    /// <exception cref="XendError">The guest has not got its bus yet, or does not answer; the nodes may be there then.</exception>
    public static async Task AddAsync(
        HostServices host,
        DeviceAddress address,
        IReadOnlyList<PciFunctionConfig> functions,
        CancellationToken cancellation
    )
    {
        var (limit, bus) = (host.Options.DeviceCreateTimeout, PciBus.Of(host, address.DomainId));
        var hasBegun = await BeginAsync(
                host,
                bus,
                address,
                async store =>
                {
                    var count = await PciNodes.CountAsync(store, address, cancellation).ConfigureAwait(false);
                    foreach (var (key, value) in functions.SelectMany((function, number) => PciNodes.Of(function, count + number)))
                    {
                        await store.WriteAsync(address.BackendNode(key), value, cancellation).ConfigureAwait(false);
                    }
                    await store
                        .WriteAsync(address.BackendNode("num_devs"), PciNodes.Count(count + functions.Count), cancellation)
                        .ConfigureAwait(false);
                },
                cancellation
            )
            .ConfigureAwait(false);
        if (
            !hasBegun
            || !await bus.IsAnsweredAsync(host, address, limit, cancellation).ConfigureAwait(false)
            || !(
                await EntriesAsync(host.Store, address, [.. functions.Select(function => function.Address)], cancellation)
                    .ConfigureAwait(false)
            ).All(entry => entry.IsServed)
        )
        {
            throw await RefusedAsync(host, address, hasBegun, "has not taken them up", limit, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Has the guest and pciback let go of functions; their nodes stay. Where they do not, everything is as before.</summary>
    /// <exception cref="XendError">The guest keeps them.</exception>
    public static async Task LetGoAsync(
        HostServices host,
        DeviceAddress address,
        IReadOnlyCollection<PciAddress> functions,
        CancellationToken cancellation
    )
    {
        var (limit, bus) = (host.Options.DeviceDestroyTimeout, PciBus.Of(host, address.DomainId));
        var hasBegun = await BeginAsync(
                host,
                bus,
                address,
                async store =>
                {
                    foreach (var entry in await EntriesAsync(store, address, functions, cancellation).ConfigureAwait(false))
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
            isAnswered = hasBegun && await bus.IsAnsweredAsync(host, address, limit, cancellation).ConfigureAwait(false);
        }
        finally
        {
            if (hasBegun && !isAnswered)
            {
                // Half asked for is worse than not: the guest could let go later, and nobody would know.
                await TakeBackAsync(host, address).ConfigureAwait(false);
            }
        }
        if ((await EntriesAsync(host.Store, address, functions, cancellation).ConfigureAwait(false)).Any(entry => entry.IsServed))
        {
            throw await RefusedAsync(host, address, hasBegun, "has not let go of them", limit, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Ends what was begun and is not answered: what is new to pciback is none of the bus, and what was to go stays. Nothing, and false,
    /// where no turn is the guest's.
    /// </summary>
    public static Task<bool> TakeBackAsync(HostServices host, DeviceAddress address) =>
        host.Store.TransactAsync(
            async store =>
            {
                if (!Reconfiguration.IsUnderWay(await Reconfiguration.StateAsync(store, address, default).ConfigureAwait(false)))
                {
                    return false;
                }
                var entries = await PciNodes.ReadAsync(store, address, CancellationToken.None).ConfigureAwait(false);
                foreach (var entry in entries.Where(entry => entry.IsToGo))
                {
                    await SetAsync(store, address, entry, XenbusState.Initialised).ConfigureAwait(false);
                }
                await RemoveAsync(store, address, [.. entries.Where(entry => entry.IsNew).Select(entry => entry.Function)])
                    .ConfigureAwait(false);
                await PciBus.Of(host, address.DomainId).EndAsync(store, address).ConfigureAwait(false);
                return true;
            },
            CancellationToken.None
        );

    /// <summary>Waits until nobody takes a turn any more; what is not answered within the limit of an unplug is taken back.</summary>
    public static async Task SettleAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        var bus = PciBus.Of(host, address.DomainId);
        if (!await bus.IsAnsweredAsync(host, address, host.Options.DeviceDestroyTimeout, cancellation).ConfigureAwait(false))
        {
            await TakeBackAsync(host, address).ConfigureAwait(false);
        }
    }

    /// <summary>Removes the nodes of functions that are out of the guest; those that stay are numbered anew.</summary>
    public static Task ForgetAsync(HostServices host, DeviceAddress address, IReadOnlyCollection<PciAddress> functions) =>
        host.Store.TransactAsync(
            async store =>
            {
                await RemoveAsync(store, address, functions).ConfigureAwait(false);
                return true;
            },
            CancellationToken.None
        );

    /// <summary>Writes what is wanted and gives the turn to the frontend, in one; false where it has not got its bus to work.</summary>
    private static Task<bool> BeginAsync(
        HostServices host,
        PciBus bus,
        DeviceAddress address,
        Func<IXenStoreOperations, Task> write,
        CancellationToken cancellation
    ) =>
        host.Store.TransactAsync(
            async store =>
            {
                if (!bus.IsAtWork(await Reconfiguration.StateAsync(store, address, cancellation).ConfigureAwait(false)))
                {
                    return false;
                }
                await write(store).ConfigureAwait(false);
                await bus.BeginAsync(store, address, cancellation).ConfigureAwait(false);
                return true;
            },
            cancellation
        );

    private static async Task RemoveAsync(IXenStoreOperations store, DeviceAddress address, IReadOnlyCollection<PciAddress> functions)
    {
        var gone = (await EntriesAsync(store, address, functions, CancellationToken.None).ConfigureAwait(false))
            .Select(entry => entry.Number)
            .ToHashSet();
        if (gone.Count == 0)
        {
            return;
        }
        var count = await PciNodes.CountAsync(store, address, CancellationToken.None).ConfigureAwait(false);
        var left = 0;
        for (var number = 0; number < count; number++)
        {
            if (!gone.Contains(number))
            {
                await MoveAsync(store, address, number, left++).ConfigureAwait(false);
            }
        }
        for (var number = left; number < count; number++)
        {
            foreach (var key in PciNodes.Keys)
            {
                await store.RemoveAsync(address.BackendNode(PciNodes.Key(key, number))).ConfigureAwait(false);
            }
        }
        await store.WriteAsync(address.BackendNode("num_devs"), PciNodes.Count(left)).ConfigureAwait(false);
    }

    private static async Task MoveAsync(IXenStoreOperations store, DeviceAddress address, int from, int to)
    {
        if (from == to)
        {
            return;
        }
        foreach (var key in PciNodes.Keys)
        {
            var node = address.BackendNode(PciNodes.Key(key, to));
            if (await store.ReadAsync(address.BackendNode(PciNodes.Key(key, from))).ConfigureAwait(false) is { } value)
            {
                await store.WriteAsync(node, value).ConfigureAwait(false);
            }
            else
            {
                await store.RemoveAsync(node).ConfigureAwait(false);
            }
        }
    }

    private static async Task<IReadOnlyList<PciEntry>> EntriesAsync(
        IXenStoreOperations store,
        DeviceAddress address,
        IReadOnlyCollection<PciAddress> functions,
        CancellationToken cancellation
    ) =>
        [
            .. (await PciNodes.ReadAsync(store, address, cancellation).ConfigureAwait(false)).Where(entry =>
                functions.Contains(entry.Function)
            ),
        ];

    private static Task SetAsync(IXenStoreOperations store, DeviceAddress address, PciEntry entry, XenbusState state) =>
        store.WriteAsync(address.BackendNode(PciNodes.Key("state", entry.Number)), DeviceNodes.State(state));

    private static Task<XendError> RefusedAsync(
        HostServices host,
        DeviceAddress address,
        bool hasBegun,
        string what,
        TimeSpan limit,
        CancellationToken cancellation
    ) =>
        Reconfiguration.RefusedAsync(
            host,
            address,
            "The guest's PCI devices could not be changed.",
            hasBegun
                ? $"The guest was told and {what} within {limit.TotalSeconds:0} s"
                : "The guest does not use the devices that it has already",
            "xen-pcifront",
            cancellation
        );
}
