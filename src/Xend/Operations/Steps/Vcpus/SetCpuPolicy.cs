using Xend.Hypervisor;

namespace Xend.Operations.Steps;

/// <summary>Time stamp counter and CPUID, as libxl sets them for a fresh domain.</summary>
internal sealed class SetCpuPolicy : Step
{
    /// <summary>Xen then keeps the counter's rate wherever the guest goes.</summary>
    private const uint AlwaysEmulated = 1;

    public override string Name => "set-cpu-policy";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var machine = context.Config.Machine;
        context.Host.Hypervisor.SetTscMode(context.DomainId, machine.TscMode);
        context.Host.Hypervisor.ApplyCpuPolicy(
            context.DomainId,
            new CpuPolicy(
                machine.Pae,
                InvariantTsc: machine.NoMigrate || machine.TscMode == AlwaysEmulated,
                NestedVirtualization: machine.NestedHvm
            )
            {
                Words = machine.Cpuid,
            }
        );
        return Task.CompletedTask;
    }
}
