using Xend.Domains;
using Xend.Hypervisor;

namespace Xend.Operations.Steps;

/// <summary>Whether somebody in the guest looks into xenstore: always, but for an HVM guest whose system has no PV drivers.</summary>
internal static class PvDrivers
{
    public static bool AreMissing(OperationContext context) =>
        context.Entry is { } entry && AreMissing(context.Host.Hypervisor, context.DomainId, entry);

    public static bool AreMissing(IHypervisor hypervisor, uint domainId, DomainEntry entry) =>
        hypervisor.FindDomain(domainId) is { Hvm: true }
        && entry is { Config.Type: GuestType.Hvm }
        && (
            hypervisor.GetHvmParameter(domainId, HvmParameter.CallbackIrq) == 0
            || hypervisor.GetHvmParameter(domainId, HvmParameter.AcpiSleepState) != 0
        );
}
