using Xm.CommandLine;
using static Xm.CommandLine.OptionKind;
using static Xm.Config.Domain.GuestVariables;

namespace Xm.Config.Domain;

/// <summary>The variables of a domain's emulated hardware, and what else stands at the end of the list.</summary>
internal static class MachineVariables
{
    public static OptionSpec[] All =>
        [
            Var("device_model", Text, "FILE", null, "The device model's program."),
            Var("fda", Text, "FILE", "", "Image of the first floppy disk."),
            Var("fdb", Text, "FILE", "", "Image of the second floppy disk."),
            Var("parallel", Text, "FILE", "", "Where the parallel port leads, as with serial. Default: none."),
            Var(
                "serial",
                Text,
                "FILE",
                "",
                "Where the serial port leads: pty, none (or null), vc, stdio, file:/PATH, /dev/NAME, pipe:/PATH, unix:/PATH, "
                    + "tcp:HOST:PORT, telnet:HOST:PORT or udp:HOST:PORT, the sockets with ,server where others connect. A list is for up "
                    + "to four ports. Default: pty, which xm console uses."
            ),
            Var("monitor", OptionKind.Boolean, "no|yes", 0, "Give the device model a monitor."),
            Var("monitor_path", Text, "FILE", "", "Where that monitor is."),
            Var("localtime", OptionKind.Boolean, "no|yes", 0, "The domain's clock shows local time, not UTC."),
            Var("keymap", Text, "FILE", "", "Keyboard layout of the display."),
            Var("usb", OptionKind.Boolean, "no|yes", 0, "The domain has USB."),
            Var("usbdevice", Text, "NAME", "", "A USB device: mouse, tablet, host:BUS.ADDRESS or host:VENDOR:PRODUCT; it turns usb on."),
            Var("description", Text, "NAME", "", "What the domain is for."),
            Var("guest_os_type", Text, "NAME", "default", "Without effect: a hint that only IA-64 used."),
            Var("stdvga", OptionKind.Boolean, "no|yes", 0, "A standard VGA card, not a Cirrus one."),
            Var("isa", OptionKind.Boolean, "no|yes", 0, "A machine with an ISA bus only."),
            Var("boot", Text, "a|b|c|d", "c", "What to boot from, in this order: a floppy disk, c hard disk, d CD, n network."),
            Var("nographic", OptionKind.Boolean, "no|yes", 0, "A machine without any display."),
            Var(
                "soundhw",
                Text,
                "audiodev",
                "",
                "Sound cards, with commas between them: sb16, es1370, ac97, hda, adlib, cs4231a, gus; all means the first two."
            ),
            Var("vnc", Text, "", null, "1 shows the display by VNC."),
            Var("vncdisplay", Text, "", null, "Number of the VNC display; its port is 5900 more."),
            Var("vnclisten", Text, "", null, "Address that VNC listens at. Empty: xend's default."),
            Var("vncunused", OptionKind.Boolean, "", 1, "Take the first free VNC port from the display's on."),
            Var("videoram", Integer, "MEMORY", 4, "Memory of the graphics card, in MiB. It has 8 at least, with stdvga 16."),
            Var("sdl", Text, "", null, "1 shows the display in a window."),
            Var("gfx_passthru", Text, "", null, "1 gives the domain the host's graphics card."),
            Var("opengl", Text, "", null, "1 lets that window use OpenGL."),
            Var("display", Text, "DISPLAY", null, "The X server that shows the window. Default: $DISPLAY."),
            Var("xauthority", Text, "XAUTHORITY", null, "The X server's key file. Default: $XAUTHORITY or ~/.Xauthority."),
            Var("uuid", Text, "", null, "The domain's UUID. Default: a new one."),
            Var("on_xend_start", Text, "ignore|start", "ignore", "What to do when xend starts."),
            Var(
                "on_xend_stop",
                Text,
                "ignore|shutdown|suspend",
                "ignore",
                "What to do when xend stops: nothing, shut the domain down, or save it."
            ),
            Var("target", Integer, "TARGET", 0, "The domain whose devices this stub domain emulates."),
            Var("hap", Integer, "HAP", 1, "1 if the CPU's own nested page tables are used."),
            Var("s3_integrity", Integer, "TBOOT_MEMORY_PROTECT", 1, "1 if memory is checked after the host has slept."),
            Var("oos", Integer, "OOS", 1, "1 if shadow page tables may lag behind, where hap is not used."),
            Var("cpuid", List, "IN[,SIN]:eax=EAX,ebx=EBX,ecx=ECX,edx=EDX", null, "What the CPU tells the domain about itself."),
            Var("cpuid_check", List, "IN[,SIN]:eax=EAX,ebx=EBX,ecx=ECX,edx=EDX", null, "What the host's CPU must be."),
            Var("machine_address_size", Integer, "BITS", null, "The domain's memory lies below this power of two."),
            Var("suppress_spurious_page_faults", OptionKind.Boolean, "yes|no", null, "Keep spurious page faults from the domain."),
            Var("pool", Text, "POOL NAME", null, "The CPU pool that the domain runs in."),
            Var("pci_msitranslate", Integer, "TRANSLATE", 1, "msitranslate of PCI devices that do not give it."),
            Var("pci_power_mgmt", Integer, "POWERMGMT", 0, "power_mgmt of PCI devices that do not give it."),
            Var("xen_platform_pci", Integer, "0|1", 1, "1 if the domain has the PCI device that drivers for Xen look for."),
            Var("superpages", Integer, "0|1", 0, "1 if the domain's memory is to be in large pages."),
        ];
}
