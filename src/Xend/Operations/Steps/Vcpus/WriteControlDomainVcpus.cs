using System.Collections.Immutable;
using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>The same for dom0, which has no configuration.</summary>
internal sealed class WriteControlDomainVcpus(uint count, uint most) : Step
{
    public override string Name => "write-dom0-vcpus";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        DomainNodes.WriteOnlineVcpusAsync(context.Host.Store, 0, count, most, cancellation);

    public override Task UndoAsync(OperationContext context) =>
        DomainNodes.WriteOnlineVcpusAsync(
            context.Host.Store,
            0,
            context.Host.Hypervisor.FindDomain(0)?.OnlineVcpus ?? most,
            most,
            CancellationToken.None
        );
}
