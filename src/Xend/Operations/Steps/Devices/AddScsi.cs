using System.Collections.Immutable;
using Xend.Devices;
using Xend.Host;

namespace Xend.Operations.Steps;

/// <summary>Makes targets of more SCSI devices and shows them to a running guest that has the adapter already.</summary>
internal sealed class AddScsi(DeviceAddress adapter, ImmutableArray<VscsiUnit> units) : Step
{
    private ImmutableArray<ScsiTarget> _targets = [];

    public override string Name => "add-scsi";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        await GuestScsi.EnsureBackendAsync(context.Host, cancellation).ConfigureAwait(false);
        _targets = await GuestScsi.FreeAsync(context.Host, adapter, units.Length, cancellation).ConfigureAwait(false);
        foreach (var (unit, target) in units.Zip(_targets))
        {
            GuestScsi.Make(context.Host, target, unit);
        }
        await ScsiReconfiguration.AddAsync(context.Host, adapter, [.. units.Zip(_targets)], cancellation).ConfigureAwait(false);
    }

    /// <summary>Throws where the guest has got them and does not let go of them: the daemon's next start asks it again.</summary>
    public override async Task UndoAsync(OperationContext context)
    {
        await ScsiReconfiguration.TakeBackAsync(context.Host, adapter).ConfigureAwait(false);
        var wanted = units.Select(unit => unit.Virtual).ToHashSet();
        var entries = await ScsiNodes.ReadAsync(context.Host.Store, adapter, CancellationToken.None).ConfigureAwait(false);
        var served = entries.Where(entry => wanted.Contains(entry.Virtual) && entry.IsServed).Select(entry => entry.Virtual).ToList();
        if (served.Count > 0)
        {
            await ScsiReconfiguration.LetGoAsync(context.Host, adapter, served, CancellationToken.None).ConfigureAwait(false);
        }
        await ScsiReconfiguration.ForgetAsync(context.Host, adapter, wanted).ConfigureAwait(false);
        if (await GuestScsi.RemoveAsync(context.Host, _targets).ConfigureAwait(false) is { } complaint)
        {
            OperationLog.StepComplains(context.Log, $"undo {Name} of {context.Name}", complaint);
        }
    }
}
