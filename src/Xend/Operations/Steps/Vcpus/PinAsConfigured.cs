using System.Collections.Immutable;

namespace Xend.Operations.Steps;

/// <summary>Pins what the configuration says that is pinned.</summary>
internal sealed class PinAsConfigured : Step
{
    public override string Name => "pin-as-configured";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (context.Entry?.Config is { } config)
        {
            SetVcpus.Pin(context.Host, context.DomainId, config);
        }
        return Task.CompletedTask;
    }
}
