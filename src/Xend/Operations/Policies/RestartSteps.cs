using Xend.Domains;

namespace Xend.Operations.Policies;

/// <summary>Writes down that the domain's old self goes and a new one is owed. First, so that a daemon that starts after this one died knows.</summary>
/// <param name="counts">False for a reset, which is no restart of the guest's own.</param>
internal sealed class OweRestart(bool counts) : Step
{
    public override string Name => "owe-restart";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        context.Keep(entry => entry with { State = DomainState.Restarting, RestartCount = entry.RestartCount + (counts ? 1 : 0) });
        return Task.CompletedTask;
    }
}

/// <summary>Between the two lives: from here on the domain has no id until it is created.</summary>
internal sealed class ForgetOldLife : Step
{
    public override string Name => "forget-old-life";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        context.ForgetRuntime();
        return Task.CompletedTask;
    }
}
