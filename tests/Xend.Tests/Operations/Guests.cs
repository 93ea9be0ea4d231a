using Sxp;
using Xend.Operations;

namespace Xend.Tests.Operations;

/// <summary>Configurations as xm sends them.</summary>
internal static class Guests
{
    public static Requester Root { get; } = new(0, 812, "xmlrpc");

    /// <summary>The shape of <c>xm create linux.cfg</c>.</summary>
    public static SList Linux(
        string name = "linux",
        string uname = "phy:/dev/vg01/linux0",
        string mac = "00:16:3e:38:d4:07",
        int memory = 256,
        string mode = "w",
        string bridge = "eth0",
        string kernel = "/boot/vmlinux",
        string ramdisk = "/boot/initrd"
    ) =>
        (SList)
            SxpReader.Read(
                $"""
                (vm (name {name}) (memory {memory}) (on_poweroff destroy) (on_reboot restart) (on_crash restart)
                    (on_xend_start ignore) (on_xend_stop ignore) (vcpus 2) (oos 1)
                    (image (linux (kernel {kernel}) (ramdisk {ramdisk}) (root /dev/xvda1) (videoram 4) (args 'console=hvc0') (tsc_mode 0) (nomigrate 0)))
                    (s3_integrity 1)
                    (device (vbd (uname {uname}) (dev xvda) (mode {mode})))
                    (device (vif (bridge {bridge}) (mac {mac}))))
                """
            );

    /// <summary>A guest without devices.</summary>
    public static SList Small(string name, int memory = 16, int vcpus = 1) =>
        (SList)SxpReader.Read($"(vm (name {name}) (memory {memory}) (vcpus {vcpus}) (image (linux (kernel /boot/vmlinux) (args ''))))");

    /// <summary>The user's own file winxp.cfg, as xm sends it.</summary>
    public static SList WinXp(string name = "winxp", string disk = "phy:/dev/vg01/winxp0", string mac = "00:16:3e:38:d4:15") =>
        (SList)
            SxpReader.Read(
                $"""
                (vm (name {name}) (memory 1024) (on_poweroff destroy) (on_reboot restart) (on_crash restart)
                    (on_xend_start ignore) (on_xend_stop ignore) (vcpus 2) (oos 1)
                    (image (hvm (kernel /usr/lib/xen/boot/hvmloader) (ip :127.0.255.255::::eth0:dhcp) (videoram 4) (acpi 1) (apic 1) (boot c) (cpuid ())
                        (cpuid_check ()) (device_model /usr/lib/xen/bin/qemu-dm) (fda '') (fdb '') (guest_os_type default) (hap 1) (hpet 0) (isa 0) (keymap '')
                        (localtime 0) (nographic 0) (oos 1) (pae 1) (pci ()) (pci_msitranslate 1) (pci_power_mgmt 0) (rtc_timeoffset 0) (sdl 0) (soundhw '')
                        (stdvga 0) (timer_mode 1) (usb 0) (usbdevice '') (vcpus 2) (vnc 1) (vnclisten '') (vncunused 1) (viridian 0) (vpt_align 1)
                        (xauthority /root/.Xauthority) (xen_platform_pci 1) (memory_sharing 0) (tsc_mode 0) (nomigrate 0)))
                    (s3_integrity 1)
                    (device (vbd (uname {disk}) (dev hda) (mode w)))
                    (device (vbd (uname phy:/dev/loop0) (dev ioemu:hdc:cdrom) (mode r)))
                    (device (vif (bridge eth0) (mac {mac}))))
                """
            );

    /// <summary>A fully virtualized guest with these words in its image, and these devices.</summary>
    public static SList Hvm(string image, string devices = "", string name = "hvm") =>
        (SList)SxpReader.Read($"(vm (name {name}) (memory 64) (vcpus 1) (image (hvm (kernel hvmloader) {image})) {devices})");

    public static SList Pvh(string name = "pvh", string devices = "") =>
        (SList)
            SxpReader.Read(
                $"(vm (name {name}) (memory 160) (vcpus 4) (image (pvh (kernel /boot/vmlinux) (ramdisk /boot/initrd) (args "
                    + $"'console=hvc0'))) {devices})"
            );
}
