using Xend.Domains;
using Xend.Host;
using Xend.Hypervisor;
using Xend.Memory;

namespace Xend.Operations.Create;

/// <summary>Refuses early what this machine cannot run: guests that need hardware virtualization.</summary>
internal sealed class CheckHardware : Step
{
    public override string Name => "check-hardware";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (context.Host.Hypervisor.GetPhysicalInfo().HvmAvailable)
        {
            return Task.CompletedTask;
        }
        throw new XendError(
            ErrorCode.HostResource,
            "HVM guest support is unavailable: is VT/AMD-V supported by your CPU and enabled in your BIOS?",
            $"{context.Name} is a guest of type {context.Config.Image.Builder}, which Xen cannot run without it.",
            "Enable virtualization in the firmware's set-up, or use a paravirtualized guest (builder = 'linux')."
        );
    }
}

/// <summary>Refuses early an HVM guest whose firmware is missing, and says what was taken.</summary>
internal sealed class CheckFirmware : Step
{
    public override string Name => "check-firmware";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var loader = HvmFirmware.FindLoader(context);
        OperationLog.FileTaken(context.Log, context.Name, "hvmloader", loader, HvmFirmware.ConfiguredLoader(context.Config));
        OperationLog.FileTaken(context.Log, context.Name, "firmware", HvmFirmware.FindImage(context), context.Config.Machine.Firmware);
        return Task.CompletedTask;
    }
}

/// <summary>The two files that an HVM guest starts from.</summary>
internal static class HvmFirmware
{
    /// <summary>The loader's place in the configuration was that of the kernel.</summary>
    public static string ConfiguredLoader(DomainConfig config) =>
        config.Machine.Loader.Length > 0 ? config.Machine.Loader
        : DeviceModel.QemuArguments.DirectKernel(config) is null ? config.Image.Kernel
        : "";

    public static string FindLoader(OperationContext context)
    {
        var files = new XenFiles(context.Host.Devices, context.Host.Hypervisor.GetXenInfo());
        var configured = ConfiguredLoader(context.Config);
        return files.FindLoader(configured)
            ?? throw new XendError(
                ErrorCode.HostResource,
                $"kernel '{(configured.Length > 0 ? configured : "hvmloader")}' not found",
                $"hvmloader, which starts every HVM guest, was looked for in {string.Join(", ", files.LoaderPlaces)}.",
                "Install the tools of the running Xen (Debian: xen-utils-4.17)."
            );
    }

    public static string FindImage(OperationContext context)
    {
        var name = context.Config.Machine.Firmware;
        var files = new XenFiles(context.Host.Devices, context.Host.Hypervisor.GetXenInfo());
        return files.FindFirmware(name)
            ?? throw new XendError(
                ErrorCode.HostResource,
                $"The firmware {name} of {context.Name} is not installed.",
                $"It was looked for as {string.Join(", ", XenFiles.PlacesOf(name))}.",
                $"Install the package {name}, or choose another with bios=."
            );
    }
}

/// <summary>The pool of page tables; without it Xen has room for the tables of a toy.</summary>
internal sealed class SetPagingPool : Step
{
    public override string Name => "set-paging-pool";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var kib = MemoryNeed.PagingPoolKib(context.Config);
        context.Host.Hypervisor.SetPagingPool(context.DomainId, kib * 1024);
        context.MemoryPromise?.Spend(kib);
        return Task.CompletedTask;
    }
}

/// <summary>Timers and Hyper-V's interface. Before the guest is built.</summary>
internal sealed class SetHvmParameters : Step
{
    public override string Name => "set-hvm-parameters";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var (hypervisor, machine, id) = (context.Host.Hypervisor, context.Config.Machine, context.DomainId);
        hypervisor.SetHvmParameter(id, HvmParameter.TimerMode, machine.TimerMode);
        if (context.Config.Type == GuestType.Hvm)
        {
            hypervisor.SetHvmParameter(id, HvmParameter.HpetEnabled, machine.Hpet ? 1u : 0u);
            hypervisor.SetHvmParameter(id, HvmParameter.VirtualTimerAlignment, machine.VirtualTimerAlignment ? 1u : 0u);
            if (machine.Viridian != 0)
            {
                hypervisor.SetHvmParameter(id, HvmParameter.Viridian, machine.Viridian);
            }
        }
        return Task.CompletedTask;
    }
}

/// <summary>The guest's clock, where it is not UTC.</summary>
internal sealed class SetClock : Step
{
    public override string Name => "set-clock";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var offset = OffsetOf(context.Config.Machine, context.Host.Clock);
        if (offset != 0)
        {
            context.Host.Hypervisor.SetTimeOffset(context.DomainId, offset);
        }
        return Task.CompletedTask;
    }

    private static int OffsetOf(MachineOptions machine, TimeProvider clock) =>
        machine.ClockOffset + (machine.LocalTime ? (int)clock.LocalTimeZone.GetUtcOffset(clock.GetUtcNow()).TotalSeconds : 0);
}
