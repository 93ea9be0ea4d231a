using Xend.Build.Bootloaders;
using Xend.Domains;

namespace Xend.Operations.Steps;

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
