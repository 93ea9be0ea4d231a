using System.Collections.Immutable;

namespace Xend.Operations.Control;

/// <summary>The plans that ask something of a running guest, or hold it. Pure functions.</summary>
public static class ControlPlan
{
    /// <param name="reason">poweroff, halt, reboot, suspend, crash.</param>
    /// <param name="tell">Called with what the user should know of how the guest was asked.</param>
    public static ImmutableArray<Step> Shutdown(string reason, Action<string> tell) => [new RequestShutdown(reason, tell)];

    public static ImmutableArray<Step> Pause() => [new PauseGuest()];

    public static ImmutableArray<Step> Unpause() => [new UnpauseGuest()];
}

/// <summary>Stops the guest's vCPUs. Xen counts pauses; one of ours is enough.</summary>
internal sealed class PauseGuest : Step
{
    private bool _paused;

    public override string Name => "pause-guest";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (GuestInXen.IsPaused(context) is false)
        {
            context.Host.Hypervisor.PauseDomain(context.DomainId);
            _paused = true;
        }
        return Task.CompletedTask;
    }

    public override Task UndoAsync(OperationContext context)
    {
        if (_paused)
        {
            context.Host.Hypervisor.UnpauseDomain(context.DomainId);
        }
        return Task.CompletedTask;
    }
}

/// <summary>Lets the guest's vCPUs run, unless the administrator holds it.</summary>
internal sealed class UnpauseGuest : Step
{
    private bool _unpaused;

    public override string Name => "unpause-guest";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (GuestInXen.IsPaused(context) is true)
        {
            context.Host.Hypervisor.UnpauseDomain(context.DomainId);
            _unpaused = true;
        }
        return Task.CompletedTask;
    }

    public override Task UndoAsync(OperationContext context)
    {
        if (_unpaused && GuestInXen.IsPaused(context) is false)
        {
            context.Host.Hypervisor.PauseDomain(context.DomainId);
        }
        return Task.CompletedTask;
    }
}

internal static class GuestInXen
{
    /// <summary>Null where Xen does not have the domain any more, or another one has its id.</summary>
    public static bool? IsPaused(OperationContext context) =>
        context.Host.Hypervisor.FindDomain(context.DomainId) is { } info && info.Uuid == context.Uuid ? info.Paused : null;
}
