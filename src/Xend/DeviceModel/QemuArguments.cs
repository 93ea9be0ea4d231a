using System.Collections.Immutable;
using System.Globalization;
using Xend.Hypervisor;

namespace Xend.DeviceModel;

/// <summary>What the argument list depends on beside the domain's own configuration.</summary>
/// <param name="DomainId">The domain.</param>
/// <param name="Config">What it is to be.</param>
/// <param name="VncListen">The daemon's default address.</param>
/// <param name="Keymap">The daemon's default layout; empty for none.</param>
/// <param name="VncPassword">Whether viewers are asked for a password, by the gateway; the list never holds it.</param>
/// <param name="HasXDisplay">Whether there is an X display for SDL.</param>
/// <param name="IsRestored">Whether it goes on from a state that it gets as descriptor 3.</param>
public sealed record DeviceModelSetting(
    uint DomainId,
    DomainConfig Config,
    string VncListen,
    string Keymap,
    bool VncPassword,
    bool HasXDisplay,
    bool IsRestored = false
);

/// <summary>From a configuration to the device model's argument list, in the order in which libxl has it. A pure function.</summary>
public static class QemuArguments
{
    /// <summary>qemu's last VNC display where any free one will do.</summary>
    public const uint LastDisplay = 99;

    public static ImmutableArray<string> For(DeviceModelSetting setting)
    {
        var config = setting.Config;
        var arguments = new ArgumentList();
        arguments.Add("-xen-domid", Text(setting.DomainId));
        arguments.Add("-no-shutdown");
        AddSocket(arguments, "libxl-cmd", QmpSocket.PathOf(setting.DomainId));
        AddSocket(arguments, "libxenstat-cmd", QmpSocket.StatisticsPathOf(setting.DomainId));
        ChannelDevices.Add(arguments, config);
        arguments.Add("-nodefaults");
        arguments.Add("-no-user-config");
        if (config.Type != GuestType.Hvm)
        {
            arguments.Add("-xen-attach");
        }
        arguments.Add("-name", config.Name);
        AddDisplay(arguments, setting);
        if (config.Type == GuestType.Hvm)
        {
            AddMachine(arguments, config);
            EmulatedNics.Add(arguments, setting.DomainId, config);
        }
        arguments.Add("-machine", MachineOf(config));
        arguments.Add("-m", Text(config.MaxMemoryMib));
        if (config.Type == GuestType.Hvm)
        {
            EmulatedDisks.Add(arguments, config);
        }
        if (setting.IsRestored)
        {
            arguments.Add("-incoming", "fd:3");
        }
        return arguments.ToImmutable();
    }

    /// <summary>Where an HVM guest's own words about its display are, a vfb device has the last one.</summary>
    public static DisplayOptions DisplayOf(DomainConfig config) =>
        config.Devices.OfType<VfbConfig>().FirstOrDefault()?.Display ?? config.Machine.Display;

    private static void AddSocket(ArgumentList arguments, string name, string path)
    {
        arguments.Add("-chardev", $"socket,id={name},path={path},server=on,wait=off");
        arguments.Add("-mon", $"chardev={name},mode=control");
    }

    private static void AddDisplay(ArgumentList arguments, DeviceModelSetting setting)
    {
        var display = DisplayOf(setting.Config);
        var vnc = display.Vnc && !setting.Config.Machine.NoGraphics;
        var sdl = display.Sdl && setting.HasXDisplay && !setting.Config.Machine.NoGraphics;
        if (vnc && setting.VncPassword)
        {
            // The stock device model cannot ask for one; the gateway before it does.
            arguments.Add("-vnc", $"unix:{QmpSocket.DisplayPathOf(setting.DomainId)}");
        }
        else if (vnc)
        {
            var listen = display.Listen.Length > 0 ? display.Listen : setting.VncListen;
            arguments.Add(
                "-vnc",
                $"{Bracketed(listen)}:{display.Number}" + (display.AnyFree ? $",to={Math.Max(LastDisplay, display.Number)}" : "")
            );
        }
        else
        {
            arguments.Add("-vnc", "none");
        }
        arguments.Add("-display", sdl ? "sdl" : "none");
        if ((display.Keymap.Length > 0 ? display.Keymap : setting.Keymap) is { Length: > 0 } keymap && (vnc || sdl))
        {
            arguments.Add("-k", keymap);
        }
        if (!vnc && !sdl && (setting.Config.Type != GuestType.Hvm || setting.Config.Machine.NoGraphics))
        {
            arguments.Add("-nographic");
        }
    }

    /// <summary>An IPv6 address has colons of its own.</summary>
    private static string Bracketed(string address) => address.Contains(':') && address[0] != '[' ? $"[{address}]" : address;

    /// <summary>What the configuration's reader let pass, in the words of today's qemu.</summary>
    private static string Argument(string device) => CharacterDevice.Read(device)?.Argument ?? "null";

    private static void AddMachine(ArgumentList arguments, DomainConfig config)
    {
        var machine = config.Machine;
        if (DirectKernel(config) is { } kernel)
        {
            arguments.Add("-kernel", kernel);
            if (config.Image.Ramdisk.Length > 0)
            {
                arguments.Add("-initrd", config.Image.Ramdisk);
            }
            if (config.Image.CommandLine.Length > 0)
            {
                arguments.Add("-append", config.Image.CommandLine);
            }
        }
        foreach (var port in machine.SerialPorts)
        {
            arguments.Add("-serial", Argument(port));
        }
        if (machine.ParallelPort.Length > 0)
        {
            arguments.Add("-parallel", Argument(machine.ParallelPort));
        }
        if (machine.Monitor.Length > 0)
        {
            arguments.Add("-monitor", Argument(machine.Monitor));
        }
        if (!machine.NoGraphics)
        {
            var mib = Text(machine.VideoMemoryKib / 1024);
            arguments.Add("-device", machine.StandardVga ? $"VGA,vgamem_mb={mib}" : $"cirrus-vga,vgamem_mb={mib}");
        }
        arguments.Add("-boot", $"order={machine.BootOrder}");
        AddUsb(arguments, machine);
        foreach (var card in machine.SoundCards)
        {
            AddSound(arguments, card);
        }
        if (config.Vcpus > 1)
        {
            arguments.Add("-smp", $"{config.OnlineVcpus},maxcpus={config.Vcpus}");
        }
    }

    private static void AddUsb(ArgumentList arguments, MachineOptions machine)
    {
        if (!machine.Usb)
        {
            return;
        }
        arguments.Add("-usb");
        foreach (var device in machine.UsbDevices)
        {
            arguments.Add(
                "-device",
                device switch
                {
                    "tablet" => "usb-tablet",
                    "mouse" => "usb-mouse",
                    // With a name, so that usb-del finds it.
                    _ => HostUsbDevice.TryParse(device) switch
                    {
                        HostUsbDevice.At at => $"usb-host,id={at.Id},hostbus={at.Bus},hostaddr={at.Address}",
                        HostUsbDevice.Of of => $"usb-host,id={of.Id},vendorid=0x{of.Vendor:x4},productid=0x{of.Product:x4}",
                        _ => throw new ArgumentOutOfRangeException(nameof(machine), device, null),
                    },
                }
            );
        }
    }

    private static void AddSound(ArgumentList arguments, string card)
    {
        if (card == "hda")
        {
            arguments.Add("-device", "intel-hda");
            arguments.Add("-device", "hda-duplex");
            return;
        }
        arguments.Add(
            "-device",
            card switch
            {
                "ac97" => "AC97",
                "es1370" => "ES1370",
                _ => card,
            }
        );
    }

    private static string MachineOf(DomainConfig config) =>
        config.Type != GuestType.Hvm
            ? "xenpv"
            : (config.Machine.PlatformDevice ? "xenfv" : "pc,accel=xen") + ",suppress-vmdesc=on" + (config.Machine.Acpi ? "" : ",acpi=off");

    /// <summary>A kernel that the firmware is to start at once; null where the guest boots from its disks. hvmloader is none.</summary>
    public static string? DirectKernel(DomainConfig config) =>
        config.Image.Kernel is { Length: > 0 } kernel && Path.GetFileName(kernel) != "hvmloader" ? kernel : null;

    internal static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
