using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Makes the targets by which dom0's kernel serves SCSI devices, before the guest's adapter is there.</summary>
internal sealed class MakeScsiTargets(VscsiDevice device) : Step
{
    public override string Name { get; } = $"make-scsi-targets-{device.Config.Id}";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        await GuestScsi.EnsureBackendAsync(context.Host, cancellation).ConfigureAwait(false);
        foreach (var (unit, target) in device.Units(context.DomainId))
        {
            GuestScsi.Make(context.Host, target, unit);
        }
    }

    public override async Task UndoAsync(OperationContext context)
    {
        var targets = device.Units(context.DomainId).Select(unit => unit.Target);
        if (await GuestScsi.RemoveAsync(context.Host, targets).ConfigureAwait(false) is { } complaint)
        {
            OperationLog.StepComplains(context.Log, $"undo {Name} of {context.Name}", complaint);
        }
    }
}
