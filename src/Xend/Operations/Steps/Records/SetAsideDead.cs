using Xend.Devices;
using Xend.Domains;
using Xend.Operations.Policies;

namespace Xend.Operations.Steps;

/// <summary>Gives a dead domain another UUID and a name made of it, so that a new one can have its old ones.</summary>
/// <remarks>
/// Done or not at all: a failure after it does not bring the dead domain's names back, for its devices are on their way by then. They go
/// all the same: the new domain is made later, and has the same disks.
/// </remarks>
internal sealed class SetAsideDead(Guid newUuid) : Step
{
    private bool _done;
    private DomainEntry? _before;

    public override string Name => "set-aside-dead";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var entry = context.Entry ?? throw XendError.NoSuchDomain(context.Name);
        var dead = DeadDomain.Of(entry, newUuid);
        _before = entry;
        // The dead one's record first: from it, the next daemon can do the rest. Until Xen knows it by its new UUID it seems to have
        // vanished, so it is shown as what this operation is at work on, and no look touches it.
        context.Domains.Adopt(dead with { Operation = entry.Operation });
        // Listed as being restarted before Xen knows the dead one by its new UUID: its name is never missing.
        var now = context.Host.Clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        context.Change(known => RestartProtection.Count(known, now) with { State = DomainState.Restarting, Runtime = DomainRuntime.None });
        await DeadDomain.RenameAsync(context.Host, dead, cancellation).ConfigureAwait(false);
        context.Domains.ShowOperation(dead.Uuid, _ => null);
        OperationLog.Renamed(context.Log, entry.Name, context.DomainId, entry.Uuid, dead.Name, dead.Uuid);
        context.ForgetRuntime();
        OperationLog.Preserved(context.Log, dead.Name, dead.Runtime.Id!.Value);
        _done = true;
    }

    public override async Task UndoAsync(OperationContext context)
    {
        if (_done)
        {
            await TakeDevicesAsync(context, _before!.Runtime.Id!.Value).ConfigureAwait(false);
            return;
        }
        if (context.Domains.Find(newUuid) is not { } dead)
        {
            return;
        }
        await DeadDomain
            .RenameAsync(
                context.Host,
                dead with
                {
                    Uuid = context.Uuid,
                    Name = context.Name,
                    SetAsideFrom = newUuid,
                },
                CancellationToken.None
            )
            .ConfigureAwait(false);
        context.Change(known =>
            known with
            {
                State = _before!.State,
                Runtime = _before.Runtime,
                RestartCount = _before.RestartCount,
                RestartsInARow = _before.RestartsInARow,
                ShortLivesInARow = _before.ShortLivesInARow,
            }
        );
        context.Domains.Remove(newUuid);
    }

    private async Task TakeDevicesAsync(OperationContext context, uint dead)
    {
        var stays = await context.Host.DeviceModels.StopAsync(dead).ConfigureAwait(false);
        var devices = await BackendRemoval.FindAsync(context.Host, dead, CancellationToken.None).ConfigureAwait(false);
        var complaints = await Task.WhenAll(
                devices.Select(device => BackendClasses.ForceOffAsync(context.Host, device, CancellationToken.None))
            )
            .ConfigureAwait(false);
        foreach (var complaint in complaints.Prepend(stays).OfType<string>())
        {
            OperationLog.StepComplains(context.Log, $"undo {Name} of {context.Name}", complaint);
        }
    }
}
