using Xend.Build.Bootloaders;
using Xend.Devices;
using Xend.Domains;

namespace Xend.Operations.Create;

/// <summary>Refuses early what cannot be run.</summary>
internal sealed class CheckBootloader(string program) : Step
{
    public override string Name => "check-bootloader";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        context.Host.Bootloaders.Locate(program);
        return Task.CompletedTask;
    }
}

/// <summary>Has the boot loader choose a kernel. Its menu can be used at the domain's console meanwhile.</summary>
internal sealed class RunBootloader(string program, string disk) : Step
{
    public override string Name => "run-bootloader";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var config = context.Config;
        var bootloaders = context.Host.Bootloaders;
        var session = bootloaders.Start(
            new BootloaderCall
            {
                Domain = context.Uuid,
                Name = context.Name,
                Program = bootloaders.Locate(program),
                Arguments = config.BootloaderArgs,
                Disk = disk,
                Kernel = config.Image.Kernel,
                Ramdisk = config.Image.Ramdisk,
                CommandLine = config.Image.CommandLine,
                Limit = context.Host.Options.DeviceCreateTimeout,
            }
        );
        context.Bootloader = session;
        await DomainNodes
            .WriteConsoleTerminalAsync(context.Host.Store, context.DomainId, session.Terminal, cancellation)
            .ConfigureAwait(false);
        var choice = await session.ResultAsync(cancellation).ConfigureAwait(false);
        OperationLog.BootChosen(context.Log, context.Name, disk, choice);
        context.Image = config.Image with { Kernel = choice.Kernel, Ramdisk = choice.Ramdisk, CommandLine = choice.CommandLine };
    }

    public override async Task UndoAsync(OperationContext context)
    {
        await HandOverConsole.CloseAsync(context).ConfigureAwait(false);
        context.Host.Bootloaders.RemoveFiles(context.Uuid);
    }
}

/// <summary>Deletes the copies of kernel and ramdisk: they are in the guest's memory by now.</summary>
internal sealed class RemoveBootFiles : Step
{
    public override string Name => "remove-boot-files";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        context.Host.Bootloaders.RemoveFiles(context.Uuid);
        return Task.CompletedTask;
    }
}

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
