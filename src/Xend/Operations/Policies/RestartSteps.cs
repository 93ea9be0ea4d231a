using Xend.Domains;

namespace Xend.Operations.Policies;

/// <summary>
/// Writes down that the domain's old self goes and a new one is owed. First, so that a daemon that starts after this one died knows.
/// </summary>
/// <param name="counts">False for a reset, which is no restart of the guest's own.</param>
internal sealed class OweRestart(bool counts) : Step
{
    public override string Name => "owe-restart";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var now = context.Host.Clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        context.Change(entry =>
            (counts ? RestartProtection.Count(entry, now) : entry with { RestartsInARow = 0 }) with
            {
                State = DomainState.Restarting,
            }
        );
        return Task.CompletedTask;
    }
}

/// <summary>Writes down that the domain's old self goes, and until when a new one has to wait.</summary>
internal sealed class OweLater(RestartNote note) : Step
{
    public override string Name => "owe-restart-later";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var now = context.Host.Clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        context.Change(entry => RestartProtection.Count(entry, now) with { State = DomainState.Waiting, Note = note });
        OperationLog.RestartDelayed(context.Log, context.Name, note.Reason, note.Until ?? 0);
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
