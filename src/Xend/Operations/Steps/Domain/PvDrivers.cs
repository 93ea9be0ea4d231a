using Xend.Hypervisor;

namespace Xend.Operations.Steps;

/// <summary>Whether somebody in the guest looks into xenstore: always, but for an HVM guest whose system has no PV drivers.</summary>
internal static class PvDrivers
{
    /// <summary>Refuses to change a device of a guest that would not hear of it.</summary>
    /// <param name="context">Of the domain.</param>
    /// <param name="device">The device: 51728 (vbd).</param>
    /// <param name="what">What cannot be done: connected.</param>
    /// <param name="why">Why not without them.</param>
    /// <param name="hint">What can be done instead.</param>
    public static void Require(OperationContext context, string device, string what, string why, string hint)
    {
        if (AreMissing(context))
        {
            throw new XendError(ErrorCode.WrongState, $"Device {device} could not be {what}. {context.Name} has no PV drivers.", why, hint);
        }
    }

    public static bool AreMissing(OperationContext context) =>
        context.Host.Hypervisor.FindDomain(context.DomainId) is { Hvm: true }
        && context.Entry is { Config.Type: GuestType.Hvm }
        && (
            context.Host.Hypervisor.GetHvmParameter(context.DomainId, HvmParameter.CallbackIrq) == 0
            || context.Host.Hypervisor.GetHvmParameter(context.DomainId, HvmParameter.AcpiSleepState) != 0
        );
}
