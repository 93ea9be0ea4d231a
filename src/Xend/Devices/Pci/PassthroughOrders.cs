using Xend.DeviceModel;
using Xend.Domains;

namespace Xend.Devices;

/// <summary>What the device model of an HVM guest is told of PCI functions of the host.</summary>
internal static class PassthroughOrders
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>It opens the device before it answers; libxl's limit for the same.</summary>
    private static readonly TimeSpan ShowLimit = TimeSpan.FromSeconds(10);

    /// <summary>Shows functions to the guest, and returns when the device model has them on a bus.</summary>
    /// <param name="host">The host.</param>
    /// <param name="domainId">The domain.</param>
    /// <param name="functions">The functions.</param>
    /// <param name="whenGiven">Is told of each that the device model may have by now, but for what another tool has given it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Where the guest sees them, slot times eight and function.</returns>
    /// <exception cref="XendError">The device model refuses one.</exception>
    public static async Task<IReadOnlyDictionary<PciAddress, int>> ShowAsync(
        HostServices host,
        uint domainId,
        IEnumerable<PciFunctionConfig> functions,
        Action<PciAddress> whenGiven,
        CancellationToken cancellation
    )
    {
        var places = new Dictionary<PciAddress, int>();
        await GiveAsync(
                host,
                domainId,
                async session =>
                {
                    foreach (var function in Passthrough.InOrder(functions))
                    {
                        var id = Passthrough.IdOf(function.Address);
                        if ((await session.ListPciAsync(cancellation).ConfigureAwait(false)).ContainsKey(id))
                        {
                            throw new QmpException("device_add", $"it has a device {id} already");
                        }
                        await GiveOneAsync(session, id, function, whenGiven, cancellation).ConfigureAwait(false);
                        places[function.Address] = await PlaceAsync(host, session, id, cancellation).ConfigureAwait(false);
                    }
                },
                cancellation
            )
            .ConfigureAwait(false);
        return places;
    }

    /// <summary>Asks the guest to let go of functions, and returns when the device model has none of them.</summary>
    /// <exception cref="XendError">The guest keeps one; what it has let go of is gone.</exception>
    public static async Task TakeAsync(
        HostServices host,
        uint domainId,
        IReadOnlyCollection<PciAddress> functions,
        CancellationToken cancellation
    )
    {
        var limit = host.Options.DeviceDestroyTimeout;
        var kept = new List<PciAddress>();
        await GiveAsync(
                host,
                domainId,
                async session =>
                {
                    var places = await session.ListPciAsync(cancellation).ConfigureAwait(false);
                    // Function 0 last: with it the guest lets go of the whole slot.
                    foreach (var function in functions.OrderByDescending(function => PlaceIn(places, function) & 7))
                    {
                        await AskAsync(session, function, cancellation).ConfigureAwait(false);
                    }
                    var start = host.Clock.GetTimestamp();
                    while (true)
                    {
                        places = await session.ListPciAsync(cancellation).ConfigureAwait(false);
                        kept = [.. functions.Where(function => places.ContainsKey(Passthrough.IdOf(function)))];
                        if (kept.Count == 0 || host.Clock.GetElapsedTime(start) > limit)
                        {
                            return;
                        }
                        await Task.Delay(LookEvery, host.Clock, cancellation).ConfigureAwait(false);
                    }
                },
                cancellation
            )
            .ConfigureAwait(false);
        if (kept.Count > 0)
        {
            var name = await NameAsync(host, domainId, cancellation).ConfigureAwait(false);
            throw Kept(name, kept, [.. functions.Except(kept)], limit);
        }
    }

    /// <summary>Those of the functions that the device model shows to the guest.</summary>
    public static async Task<IReadOnlySet<PciAddress>> ListedAsync(
        HostServices host,
        uint domainId,
        IEnumerable<PciAddress> functions,
        CancellationToken cancellation
    )
    {
        IReadOnlySet<PciAddress> found = new HashSet<PciAddress>();
        await GiveAsync(
                host,
                domainId,
                async session =>
                {
                    var listed = await session.ListPciAsync(cancellation).ConfigureAwait(false);
                    found = functions.Where(function => listed.ContainsKey(Passthrough.IdOf(function))).ToHashSet();
                },
                cancellation
            )
            .ConfigureAwait(false);
        return found;
    }

    private static async Task GiveOneAsync(
        IQmpSession session,
        string id,
        PciFunctionConfig function,
        Action<PciAddress> whenGiven,
        CancellationToken cancellation
    )
    {
        var isAnothers = false;
        try
        {
            await session.PlugPciAsync(id, function.Address, Passthrough.PlaceOf(function), cancellation).ConfigureAwait(false);
        }
        catch (QmpException error) when (error.Reason.Contains("Duplicate", StringComparison.Ordinal))
        {
            isAnothers = true;
            throw;
        }
        finally
        {
            if (!isAnothers)
            {
                whenGiven(function.Address);
            }
        }
    }

    private static async Task<int> PlaceAsync(HostServices host, IQmpSession session, string id, CancellationToken cancellation)
    {
        var start = host.Clock.GetTimestamp();
        while (true)
        {
            if ((await session.ListPciAsync(cancellation).ConfigureAwait(false)).TryGetValue(id, out var place))
            {
                return place;
            }
            if (host.Clock.GetElapsedTime(start) > ShowLimit)
            {
                throw new QmpException("query-pci", $"{id} is on no bus {ShowLimit.TotalSeconds:0} s after device_add");
            }
            await Task.Delay(LookEvery, host.Clock, cancellation).ConfigureAwait(false);
        }
    }

    private static int PlaceIn(IReadOnlyDictionary<string, int> places, PciAddress function) =>
        places.TryGetValue(Passthrough.IdOf(function), out var place) ? place : 0;

    private static async Task AskAsync(IQmpSession session, PciAddress function, CancellationToken cancellation)
    {
        try
        {
            await session.UnplugAsync(Passthrough.IdOf(function), cancellation).ConfigureAwait(false);
        }
        catch (QmpException error)
            when (error.Reason.Contains("in the process of unplug", StringComparison.Ordinal)
                || error.Reason.Contains("not found", StringComparison.Ordinal)
            )
        {
            // It was asked before; or it has gone, with another function of its slot, or never came.
        }
    }

    private static async Task GiveAsync(HostServices host, uint domainId, Func<IQmpSession, Task> orders, CancellationToken cancellation) =>
        await DeviceModelOrders
            .GiveAsync(host, domainId, await NameAsync(host, domainId, cancellation).ConfigureAwait(false), orders, cancellation)
            .ConfigureAwait(false);

    private static async Task<string> NameAsync(HostServices host, uint domainId, CancellationToken cancellation) =>
        DomainConfigReader.Printable(
            await host.Store.ReadAsync($"{DomainNodes.PathOf(domainId)}/name", cancellation).ConfigureAwait(false) ?? $"domain {domainId}"
        );

    private static XendError Kept(string name, List<PciAddress> kept, List<PciAddress> gone, TimeSpan limit) =>
        new(
            ErrorCode.WrongState,
            $"pci: device {string.Join(", ", kept)} could not be taken from {name}.",
            $"Its device model has asked the guest by ACPI to let go of it, and still had it {limit.TotalSeconds:0} s later (query-pci)."
                + (gone.Count == 0 ? "" : $" The guest has let go of {string.Join(", ", gone)}, which is taken."),
            "The guest's system must run and know ACPI hot plug (Linux: acpiphp). Free the device in it and ask again, or shut the guest down."
        );
}
