using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>Writes what the guest reads when it starts: memory, CPUs, store and console rings.</summary>
internal sealed class WriteBootNodes : Step
{
    public override string Name => "write-boot-nodes";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var now = context.Host.Clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        context.Learn(runtime => runtime with { StartTime = now });
        return context.Host.Store.TransactAsync(
            store =>
                DomainNodes.WriteBootAsync(
                    store,
                    context.Config,
                    context.Runtime,
                    context.Host.Options.ConsoleLimitBytes,
                    context.Bootloader?.Terminal ?? "",
                    cancellation
                ),
            cancellation
        );
    }
}
