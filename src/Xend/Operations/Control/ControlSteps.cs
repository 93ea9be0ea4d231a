using System.Collections.Immutable;
using Xend.Domains;

namespace Xend.Operations.Control;

/// <summary>The plans that ask something of a running guest, or hold it. Pure functions.</summary>
public static class ControlPlan
{
    public static ImmutableArray<Step> Shutdown(string reason) => [new RequestShutdown(reason)];

    public static ImmutableArray<Step> Pause() => [new PauseGuest()];

    public static ImmutableArray<Step> Unpause() => [new UnpauseGuest()];
}

/// <summary>Writes the request where the guest's kernel looks for it.</summary>
internal sealed class RequestShutdown(string reason) : Step
{
    public override string Name => "request-shutdown";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        context.Host.Store.WriteAsync(PathIn(context), reason, cancellation);

    /// <summary>Takes the request back, unless the guest has taken it already: then it is on its way.</summary>
    public override Task UndoAsync(OperationContext context) => context.Host.Store.TransactAsync(
        async store =>
        {
            if (await store.ReadAsync(PathIn(context)).ConfigureAwait(false) == reason)
            {
                await store.WriteAsync(PathIn(context), "").ConfigureAwait(false);
            }
            return true;
        },
        CancellationToken.None);

    private static string PathIn(OperationContext context) => $"{DomainNodes.PathOf(context.DomainId)}/control/shutdown";
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
