using Xend.Devices;
using Xend.Domains;
using Xend.Operations.Plans;

namespace Xend.Operations;

/// <content>PCI devices of the host, given to domains and taken back.</content>
public sealed partial class Toolstack
{
    public async Task<IReadOnlyList<PciAddress>?> ListAssignablePciAsync(CancellationToken cancellation)
    {
        if (_rooms.Host.Pci.Assignable() is not { } assignable)
        {
            return null;
        }
        var foreign = await BackendClasses
            .In(PciConfig.ClassName)
            .FindForeignHoldsAsync(_rooms.Host, id => _rooms.Domains.FindById(id)?.Name ?? $"with id {id}", cancellation)
            .ConfigureAwait(false);
        var taken = foreign.Concat(_rooms.Claims.Holds()).OfType<PciHold>().Select(hold => hold.Address).ToHashSet();
        return [.. assignable.Where(address => !taken.Contains(address))];
    }

    public Task AttachPciAsync(string reference, PciConfig functions, Requester requester, CancellationToken cancellation) =>
        ChangePciAsync(
            reference,
            OperationKind.Attach,
            functions,
            requester,
            (entry, address) => PciPlan.Attach(entry, address, functions),
            cancellation
        );

    public Task DetachPciAsync(string reference, PciConfig functions, Requester requester, CancellationToken cancellation) =>
        ChangePciAsync(
            reference,
            OperationKind.Detach,
            functions,
            requester,
            (entry, address) => PciPlan.Detach(entry, address, functions),
            cancellation
        );

    private Task ChangePciAsync(
        string reference,
        OperationKind kind,
        PciConfig functions,
        Requester requester,
        Func<DomainEntry, DeviceAddress?, System.Collections.Immutable.ImmutableArray<Step>> plan,
        CancellationToken cancellation
    )
    {
        var entry = Resolve(reference);
        return RunAsync(
            entry,
            kind,
            requester,
            async turn =>
            {
                var current = DemandOwn(entry.Uuid, kind, kind == OperationKind.Attach ? "pci-attach" : "pci-detach");
                var address = await AddressOfAsync(current, PciConfig.ClassName, 0, turn).ConfigureAwait(false);
                var names = string.Join(", ", functions.Functions.Select(function => function.Address));
                OperationLog.Asked(_rooms.Log, $"{kind} pci {names}, {current.Name}", requester);
                await _lifecycle.RunAsync(kind, current, plan(current, address), turn).ConfigureAwait(false);
            },
            cancellation
        );
    }
}
