using Xend.Hypervisor;

namespace Xend.Operations.Steps;

/// <summary>Whether somebody in the guest looks into xenstore: always, but for an HVM guest whose system has no PV drivers.</summary>
internal static class PvDrivers
{
    public static bool AreMissing(OperationContext context) =>
        context.Host.Hypervisor.FindDomain(context.DomainId) is { Hvm: true }
        && context.Entry is { Config.Type: GuestType.Hvm }
        && (
            context.Host.Hypervisor.GetHvmParameter(context.DomainId, HvmParameter.CallbackIrq) == 0
            || context.Host.Hypervisor.GetHvmParameter(context.DomainId, HvmParameter.AcpiSleepState) != 0
        );
}
