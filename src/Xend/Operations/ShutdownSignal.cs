using Xend.Domains;
using Xend.Hypervisor;

namespace Xend.Operations;

/// <summary>Asks a guest to end itself: by xenstore where it has somebody who listens there, by its power button where it has not.</summary>
public sealed class ShutdownSignal(OperationRooms rooms)
{
    /// <returns>What the user should know about it; null where there is nothing.</returns>
    public async Task<string?> SendAsync(DomainEntry entry, uint id, string reason, CancellationToken cancellation)
    {
        rooms.Registry.Update(
            entry.Uuid, known => known with { ShutdownAsked = rooms.Host.Clock.GetUtcNow(), RebootWanted = false });
        if (!IsDeaf(id))
        {
            await rooms.Host.Store.WriteAsync($"{DomainNodes.PathOf(id)}/control/shutdown", reason, cancellation).ConfigureAwait(false);
            return null;
        }
        switch (reason)
        {
            case "crash":
                rooms.Host.Hypervisor.ShutdownDomain(id, ShutdownReason.Crash);
                return null;
            case "suspend":
                throw new XendError(ErrorCode.WrongState, $"{entry.Name} cannot be suspended: it has no PV drivers that would do it.");
            default:
                OperationLog.PowerButton(rooms.Log, entry.Name);
                // A button cannot say that it is for a reboot; so the end that it brings about is treated as one.
                rooms.Registry.Update(entry.Uuid, known => known with { RebootWanted = reason == "reboot" });
                rooms.Host.Hypervisor.PressPowerButton(id);
                return $"Domain {entry.Name} has no PV drivers: its ACPI power button was pressed. If it ignores that, xm destroy {entry.Name} ends it at once.";
        }
    }

    /// <summary>An HVM guest without PV drivers: nobody in it looks into xenstore.</summary>
    private bool IsDeaf(uint id)
    {
        if (rooms.Host.Hypervisor.FindDomain(id) is not { Hvm: true } || rooms.Registry.FindById(id) is not { Config.Type: GuestType.Hvm })
        {
            return false;
        }
        return rooms.Host.Hypervisor.GetHvmParameter(id, HvmParameter.CallbackIrq) == 0
            || rooms.Host.Hypervisor.GetHvmParameter(id, HvmParameter.AcpiSleepState) != 0;
    }
}
