using Xend.Domains;
using Xend.Hypervisor;

namespace Xend.Operations.Steps;

/// <summary>
/// Asks a guest to end itself: by xenstore where it has somebody who listens there, by its power button where it has not.
/// </summary>
/// <param name="reason">poweroff, halt, reboot, suspend, crash.</param>
/// <param name="tell">Called with what the user should know about it.</param>
internal sealed class RequestShutdown(string reason, Action<string> tell) : Step
{
    public override string Name => "request-shutdown";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var now = context.Host.Clock.GetUtcNow();
        context.Change(known => known with { ShutdownAsked = now, RebootWanted = reason == "reboot" });
        if (!PvDrivers.AreMissing(context))
        {
            return context.Host.Store.WriteAsync(PathIn(context), reason, cancellation);
        }
        switch (reason)
        {
            case "crash":
                context.Host.Hypervisor.ShutdownDomain(context.DomainId, ShutdownReason.Crash);
                break;
            case "suspend":
                throw new XendError(ErrorCode.WrongState, $"{context.Name} cannot be suspended: it has no PV drivers that would do it.");
            default:
                // A button cannot say that it is for a reboot; the end that it brings about is treated as one.
                OperationLog.PowerButton(context.Log, context.Name);
                context.Host.Hypervisor.PressPowerButton(context.DomainId);
                tell(
                    $"Domain {context.Name} has no PV drivers: its ACPI power button was pressed. If it ignores that, xm destroy "
                        + $"{context.Name} ends it at once."
                );
                break;
        }
        return Task.CompletedTask;
    }

    /// <summary>
    /// Takes the request back, unless the guest has taken it already: then it is on its way. A button that was pressed stays pressed.
    /// </summary>
    public override Task UndoAsync(OperationContext context)
    {
        context.Change(known => known with { ShutdownAsked = null, RebootWanted = false });
        return context.Host.Store.TransactAsync(
            async store =>
            {
                if (await store.ReadAsync(PathIn(context)).ConfigureAwait(false) == reason)
                {
                    await store.WriteAsync(PathIn(context), "").ConfigureAwait(false);
                }
                return true;
            },
            CancellationToken.None
        );
    }

    private static string PathIn(OperationContext context) => $"{DomainNodes.PathOf(context.DomainId)}/control/shutdown";
}
