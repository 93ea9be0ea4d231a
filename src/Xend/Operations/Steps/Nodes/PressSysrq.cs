using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>Presses a magic SysRq key in the guest, whose kernel takes it from the node.</summary>
internal sealed class PressSysrq(char key) : Step
{
    public override string Name => "press-sysrq";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        context.Host.Store.WriteAsync(PathIn(context), key.ToString(), cancellation);

    /// <summary>Takes the key back, unless the guest has taken it already.</summary>
    public override Task UndoAsync(OperationContext context) =>
        context.Host.Store.TransactAsync(
            async store =>
            {
                if (await store.ReadAsync(PathIn(context)).ConfigureAwait(false) == key.ToString())
                {
                    await store.WriteAsync(PathIn(context), "").ConfigureAwait(false);
                }
                return true;
            },
            CancellationToken.None
        );

    private static string PathIn(OperationContext context) => $"{DomainNodes.PathOf(context.DomainId)}/control/sysrq";
}
