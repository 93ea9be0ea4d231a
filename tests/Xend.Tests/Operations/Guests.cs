using Sxp;
using Xend.Operations;

namespace Xend.Tests.Operations;

/// <summary>Configurations as xm sends them.</summary>
internal static class Guests
{
    public static Requester Root { get; } = new(0, 812, "xmlrpc");

    /// <summary>The shape of <c>xm create linux.cfg</c>.</summary>
    public static SList Linux(
        string name = "linux", string uname = "phy:/dev/vg01/linux0", string mac = "00:16:3e:38:d4:07", int memory = 256, string mode = "w", string bridge = "eth0",
        string kernel = "/boot/vmlinux", string ramdisk = "/boot/initrd") => (SList)SxpReader.Read(
        $"""
        (vm (name {name}) (memory {memory}) (on_poweroff destroy) (on_reboot restart) (on_crash restart)
            (on_xend_start ignore) (on_xend_stop ignore) (vcpus 2) (oos 1)
            (image (linux (kernel {kernel}) (ramdisk {ramdisk}) (root /dev/xvda1) (videoram 4) (args 'console=hvc0') (tsc_mode 0) (nomigrate 0)))
            (s3_integrity 1)
            (device (vbd (uname {uname}) (dev xvda) (mode {mode})))
            (device (vif (bridge {bridge}) (mac {mac}))))
        """);

    /// <summary>A guest without devices.</summary>
    public static SList Small(string name, int memory = 16) => (SList)SxpReader.Read(
        $"(vm (name {name}) (memory {memory}) (vcpus 1) (image (linux (kernel /boot/vmlinux) (args ''))))");
}
