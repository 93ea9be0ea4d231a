using System.Collections.Immutable;
using Xend.Devices;
using Xend.Host;

namespace Xend.Operations.Steps;

/// <summary>Makes the targets by which dom0's kernel serves SCSI devices, before the guest's adapters are there.</summary>
internal sealed class MakeScsiTargets(ImmutableArray<VscsiDevice> adapters) : Step
{
    public override string Name => "make-scsi-targets";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        await GuestScsi.EnsureBackendAsync(context.Host, cancellation).ConfigureAwait(false);
        foreach (var (unit, target) in Units(context))
        {
            GuestScsi.Make(context.Host, target, unit);
        }
    }

    public override async Task UndoAsync(OperationContext context)
    {
        var targets = Units(context).Select(unit => unit.Target);
        if (await GuestScsi.RemoveAsync(context.Host, targets).ConfigureAwait(false) is { } complaint)
        {
            OperationLog.StepComplains(context.Log, $"undo {Name} of {context.Name}", complaint);
        }
    }

    private IEnumerable<(VscsiUnit Unit, ScsiTarget Target)> Units(OperationContext context) =>
        adapters.SelectMany(adapter => adapter.Units(context.DomainId));
}
