using Xend.DeviceModel;
using XenStore;

namespace Xend.Devices;

/// <summary>The bus of an HVM guest's device model, which shows functions to the guest and asks it by ACPI to let go of them.</summary>
/// <remarks>
/// Such a guest has no pcifront, and pciback looks at functions that come and go only when a frontend says so. xend says it in its place;
/// a guest that meddles harms its own backend.
/// </remarks>
internal sealed class EmulatedPciBus : PciBus
{
    private static readonly string Initialised = DeviceNodes.State(XenbusState.Initialised);

    public override bool NeedsDeviceModel => true;

    /// <summary>Nobody connects to it at first.</summary>
    public override bool IsAtWork(string? state) => state == Initialised || state == Reconfiguration.Connected;

    public override async Task BeginAsync(IXenStoreOperations store, DeviceAddress address, CancellationToken cancellation)
    {
        await Reconfiguration.BeginAsync(store, address, cancellation).ConfigureAwait(false);
        await SayAsync(store, address, Reconfiguration.Reconfiguring).ConfigureAwait(false);
    }

    public override async Task<bool> IsAnsweredAsync(
        HostServices host,
        DeviceAddress address,
        TimeSpan limit,
        CancellationToken cancellation
    )
    {
        try
        {
            var state = await NodeWait
                .ForAsync(host, address.BackendNode("state"), state => state != Reconfiguration.Reconfiguring, limit, cancellation)
                .ConfigureAwait(false);
            if (state == Reconfiguration.Reconfigured)
            {
                await SayAsync(host.Store, address, Reconfiguration.Connected).ConfigureAwait(false);
                state = await NodeWait
                    .ForAsync(host, address.BackendNode("state"), state => !Reconfiguration.IsUnderWay(state), limit, cancellation)
                    .ConfigureAwait(false);
            }
            return IsAtWork(state);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    public override async Task EndAsync(IXenStoreOperations store, DeviceAddress address)
    {
        await Reconfiguration.EndAsync(store, address).ConfigureAwait(false);
        await SayAsync(store, address, Reconfiguration.Connected).ConfigureAwait(false);
    }

    public override async Task<IReadOnlySet<PciAddress>> ShownAsync(
        HostServices host,
        uint domainId,
        IReadOnlySet<PciAddress> served,
        CancellationToken cancellation
    ) => await PassthroughOrders.ListedAsync(host, domainId, served, cancellation).ConfigureAwait(false);

    /// <summary>
    /// What the guest has mapped of a function stays mapped until the device model takes it off. One that has never run has mapped nothing.
    /// </summary>
    public override async Task<IReadOnlySet<PciAddress>> HeldAsync(
        HostServices host,
        uint domainId,
        IReadOnlyCollection<PciAddress> functions,
        CancellationToken cancellation
    )
    {
        if (
            functions.Count == 0
            || host.Hypervisor.FindDomain(domainId) is not { Dying: false, Shutdown: null } info
            || info is { Paused: true, CpuTimeNs: 0 }
            || !host.DeviceModels.Serves(domainId)
        )
        {
            return new HashSet<PciAddress>();
        }
        try
        {
            return await PassthroughOrders.ListedAsync(host, domainId, functions, cancellation).ConfigureAwait(false);
        }
        catch (XendError)
        {
            return functions.ToHashSet();
        }
    }

    public override Task TakeAsync(
        HostServices host,
        uint domainId,
        IReadOnlyCollection<PciAddress> functions,
        CancellationToken cancellation
    ) => PassthroughOrders.TakeAsync(host, domainId, functions, cancellation);

    /// <summary>The guest has let go of them: what pciback has against it keeps nobody.</summary>
    public override async Task<string?> LetGoAsync(
        HostServices host,
        DeviceAddress address,
        IReadOnlyCollection<PciAddress> functions,
        CancellationToken cancellation
    )
    {
        try
        {
            await PciReconfiguration.LetGoAsync(host, address, functions, cancellation).ConfigureAwait(false);
            return null;
        }
        catch (XendError refused)
        {
            return $"xen-pciback has not let go of {string.Join(", ", functions)}: {refused.Detail}";
        }
    }

    /// <summary>Says it in the frontend's place, where there is one.</summary>
    private static async Task SayAsync(IXenStoreOperations store, DeviceAddress address, string state)
    {
        var node = $"{address.FrontendPath}/state";
        if (await store.ReadAsync(node).ConfigureAwait(false) is not null)
        {
            await store.WriteAsync(node, state).ConfigureAwait(false);
        }
    }
}
