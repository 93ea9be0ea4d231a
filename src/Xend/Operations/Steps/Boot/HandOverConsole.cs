using Xend.Devices;
using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>Closes the boot loader's terminal once xenconsoled has put the guest's in its place.</summary>
/// <remarks>
/// Not earlier: the xenconsole program of whoever is at the menu goes over to the other terminal when the node changes, and ends where the
/// node is empty or gone.
/// </remarks>
internal sealed class HandOverConsole : Step
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public override string Name => "hand-over-console";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (context.Bootloader is not { } session)
        {
            return;
        }
        try
        {
            await NodeWait
                .ForAsync(
                    context.Host,
                    DomainNodes.ConsoleTerminalOf(context.DomainId),
                    terminal => terminal != session.Terminal,
                    Limit,
                    cancellation
                )
                .ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            // The number of our terminal may become another program's.
            await DomainNodes.WriteConsoleTerminalAsync(context.Host.Store, context.DomainId, "", cancellation).ConfigureAwait(false);
            OperationLog.StepComplains(context.Log, $"{Name} of {context.Name}", $"xenconsoled gives the guest no console: {late.Message}");
        }
        await CloseAsync(context).ConfigureAwait(false);
    }

    public static async Task CloseAsync(OperationContext context)
    {
        if (context.Bootloader is { } session)
        {
            context.Bootloader = null;
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }
}
