using System.Collections.Immutable;
using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>Tells the guest which of its vCPUs are to be online, as its configuration is kept. It follows when it likes.</summary>
internal sealed class WriteOnlineVcpus : Step
{
    public override string Name => "write-online-vcpus";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        context.Entry?.Config is { } config ? SetAsync(context, config, cancellation) : Task.CompletedTask;

    public override Task UndoAsync(OperationContext context) => SetAsync(context, context.Config, CancellationToken.None);

    private static Task SetAsync(OperationContext context, DomainConfig config, CancellationToken cancellation) =>
        DomainNodes.WriteOnlineVcpusAsync(context.Host.Store, context.DomainId, config.OnlineVcpus, config.Vcpus, cancellation);
}
