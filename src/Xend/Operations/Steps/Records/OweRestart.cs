using Xend.Domains;
using Xend.Operations.Policies;

namespace Xend.Operations.Steps;

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
            (counts ? RestartProtection.Count(entry, now) : RestartProtection.ForgetRows(entry)) with
            {
                State = DomainState.Restarting,
            }
        );
        return Task.CompletedTask;
    }
}
