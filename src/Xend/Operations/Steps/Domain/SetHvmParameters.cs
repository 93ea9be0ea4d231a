using Xend.Hypervisor;

namespace Xend.Operations.Steps;

/// <summary>Timers and Hyper-V's interface. Before the guest is built.</summary>
internal sealed class SetHvmParameters : Step
{
    public override string Name => "set-hvm-parameters";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var (hypervisor, machine, id) = (context.Host.Hypervisor, context.Config.Machine, context.DomainId);
        hypervisor.SetHvmParameter(id, HvmParameter.TimerMode, machine.TimerMode);
        if (context.Config.Type == GuestType.Hvm)
        {
            hypervisor.SetHvmParameter(id, HvmParameter.HpetEnabled, machine.Hpet ? 1u : 0u);
            hypervisor.SetHvmParameter(id, HvmParameter.VirtualTimerAlignment, machine.VirtualTimerAlignment ? 1u : 0u);
            if (machine.Viridian != 0)
            {
                hypervisor.SetHvmParameter(id, HvmParameter.Viridian, machine.Viridian);
            }
        }
        return Task.CompletedTask;
    }
}
