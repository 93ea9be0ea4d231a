using System.Collections.Immutable;
using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>Presses a magic SysRq key in the guest, whose kernel takes it from the node.</summary>
internal sealed class PressSysrq(char key) : Step
{
    public override string Name => "press-sysrq";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        context.Host.Store.WriteAsync($"{DomainNodes.PathOf(context.DomainId)}/control/sysrq", key.ToString(), cancellation);
}
