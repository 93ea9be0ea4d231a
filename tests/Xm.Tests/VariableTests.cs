using Sxp;
using Xm.Config.Domain;

namespace Xm.Tests;

/// <summary>What each variable does to the s-expression, from the tables of Xen 4.1's xm: one configuration for each variable.</summary>
public sealed class VariableTests : IDisposable
{
    private readonly XmRun _xm = new XmRun()
        .WithFile("/boot/vmlinuz")
        .WithFile("/boot/other")
        .WithFile("/boot/initrd")
        .WithFile("/sys/bus/scsi/devices/2:0:0:0/block/sda/size");

    public void Dispose() => _xm.Dispose();

    /// <summary>
    /// The variable, whether the domain is fully virtualized, the lines, and what they add (+) to the domain and take away (-).
    /// </summary>
    public static TheoryData<string, bool, string, string> Variables =>
        new()
        {
            { "vncpasswd", true, "vncpasswd = 'secret'", "+(vncpasswd secret)" },
            { "vncviewer", true, "vncviewer = 1", "" },
            { "vncconsole", true, "vncconsole = 1", "+(vncconsole 1)" },
            { "name", false, "name = 'other'", "+(name other) -(name x)" },
            { "bootloader", false, "bootloader = '/usr/bin/b'", "+(bootloader /usr/bin/b) +(bootloader_args -q)" },
            {
                "bootargs",
                false,
                "bootloader = '/usr/bin/b'; bootargs = '--entry 1'",
                "+(bootloader /usr/bin/b) +(bootloader_args '--entry 1')"
            },
            { "bootentry", false, "bootentry = 'sda1'", "" },
            { "kernel", false, "kernel = '/boot/other'", "+(kernel /boot/other) -(kernel /boot/vmlinuz)" },
            { "ramdisk", false, "ramdisk = '/boot/initrd'", "+(ramdisk /boot/initrd)" },
            { "loader", true, "loader = 'hvmloader'", "+(loader hvmloader)" },
            { "features", false, "features = 'a|b|!c'", "+(features 'a|b|!c')" },
            { "builder", false, "builder = 'pvh'", "+pvh -linux" },
            { "memory", false, "memory = 64", "+(memory 64) -(memory 128)" },
            { "maxmem", false, "maxmem = 256", "+(maxmem 256)" },
            { "shadow_memory", false, "shadow_memory = 8", "+(shadow_memory 8)" },
            { "memory_sharing", true, "memory_sharing = 1", "+(memory_sharing 1) -(memory_sharing 0)" },
            { "cpu", false, "cpu = 0", "+(cpu 0)" },
            { "cpus", false, "cpus = '0-3,^1'", "+(cpus '0-3,^1')" },
            { "rtc_timeoffset", true, "rtc_timeoffset = 60", "+(rtc_timeoffset 60) -(rtc_timeoffset 0)" },
            { "pae", true, "pae = 0", "+(pae 0) -(pae 1)" },
            { "hpet", true, "hpet = 1", "+(hpet 1) -(hpet 0)" },
            { "timer_mode", true, "timer_mode = 2", "+(timer_mode 2) -(timer_mode 1)" },
            { "tsc_mode", false, "tsc_mode = 1", "+(tsc_mode 1) +(tsc_mode 1) -(tsc_mode 0)" },
            { "nomigrate", false, "nomigrate = 1", "+(nomigrate 1) +(nomigrate 1) -(nomigrate 0)" },
            { "vpt_align", true, "vpt_align = 0", "+(vpt_align 0) -(vpt_align 1)" },
            { "viridian", true, "viridian = 1", "+(viridian 1) -(viridian 0)" },
            { "acpi", true, "acpi = 0", "+(acpi 0) -(acpi 1)" },
            { "apic", true, "apic = 0", "+(apic 0) -(apic 1)" },
            { "vcpus", false, "vcpus = 2", "+(vcpus 2) -(vcpus 1)" },
            { "vcpu_avail", false, "vcpu_avail = 1", "" },
            { "vhpt", false, "vhpt = 1", "+(vhpt 1)" },
            { "cpu_cap", false, "cpu_cap = 50", "+(cpu_cap 50)" },
            { "cpu_weight", false, "cpu_weight = 512", "+(cpu_weight 512)" },
            { "restart", false, "restart = 'always'", "+(restart always)" },
            { "on_poweroff", false, "on_poweroff = 'preserve'", "+(on_poweroff preserve)" },
            { "on_reboot", false, "on_reboot = 'destroy'", "+(on_reboot destroy)" },
            { "on_crash", false, "on_crash = 'coredump-restart'", "+(on_crash coredump-restart)" },
            { "blkif", false, "blkif = 1", "+(backend (blkif))" },
            { "netif", false, "netif = 1", "+(backend (netif))" },
            { "tpmif", false, "tpmif = 1", "+(backend (tpmif))" },
            { "disk", false, "disk = [ 'phy:vg/a,xvda,w' ]", "+(device (vbd (uname phy:vg/a) (dev xvda) (mode w)))" },
            {
                "pci",
                false,
                "pci = [ '07:00.0' ]",
                "+(device (pci (dev (slot 0x00) (domain 0x0000) (key 07:00.0) (bus 0x07) (vdevfn 0x100) (func 0x0))))"
            },
            {
                "vscsi",
                false,
                "vscsi = [ 'sda, 0:0:0:0' ]",
                "+(device (vscsi (feature-host 0) (dev (state 1) (devid 0) (p-dev 2:0:0:0) (p-devname sda) (v-dev 0:0:0:0))))"
            },
            { "vusb", false, "vusb = [ 'usbver=1, numports=1, port_1=1-1' ]", "+(device (vusb (usb-ver 1) (num-ports 1) (port (1 1-1))))" },
            { "ioports", false, "ioports = [ '2f8-2ff' ]", "+(device (ioports (from 0x2f8) (to 0x2ff)))" },
            { "irq", false, "irq = [ 7 ]", "+(device (irq (irq 7)))" },
            { "vfb", false, "vfb = [ 'vnc=1' ]", "+(device (vkbd)) +(device (vfb (vnc 1) (xauthority /root/.Xauthority)))" },
            { "vif", false, "vif = [ '' ]", "+(device (vif))" },
            { "vif2", false, "vif2 = [ 'bridge=br0' ]", "+(device (vif2 (bridge br0)))" },
            { "vtpm", false, "vtpm = [ 'instance=1,backend=0' ]", "+(device (vtpm (pref_instance 1) (backend 0)))" },
            { "access_control", false, "access_control = [ 'policy=P,label=L' ]", "+(security ((access_control (policy P) (label L))))" },
            { "nics", false, "nics = 1", "+(device (vif))" },
            { "root", false, "root = 'root=/dev/xvda1'", "+(root /dev/xvda1)" },
            { "extra", false, "extra = 'quiet 4'", "+(args 'quiet 4')" },
            { "ip", false, "ip = 'ip=10.0.0.2'", "+(ip 10.0.0.2:127.0.255.255::::eth0:off)" },
            { "gateway", false, "ip = '10.0.0.2'; gateway = '10.0.0.1'", "+(ip 10.0.0.2:127.0.255.255:10.0.0.1:::eth0:off)" },
            { "netmask", false, "ip = '10.0.0.2'; netmask = '255.0.0.0'", "+(ip 10.0.0.2:127.0.255.255::255.0.0.0::eth0:off)" },
            { "hostname", false, "ip = '10.0.0.2'; hostname = 'h'", "+(ip 10.0.0.2:127.0.255.255:::h:eth0:off)" },
            { "interface", false, "ip = '10.0.0.2'; interface = 'eth1'", "+(ip 10.0.0.2:127.0.255.255::::eth1:off)" },
            { "dhcp", false, "dhcp = 'dhcp'", "+(ip :127.0.255.255::::eth0:dhcp)" },
            { "nfs_server", false, "nfs_server = '10.0.0.1'; dhcp = 'on'", "+(ip :10.0.0.1::::eth0:on)" },
            { "nfs_root", false, "nfs_server = '10.0.0.1'; nfs_root = '/r'; extra = '4'", "+(args 'nfsroot=10.0.0.1:/r 4')" },
            { "device_model", true, "device_model = '/usr/lib/xen/bin/qemu-dm'", "+(device_model /usr/lib/xen/bin/qemu-dm)" },
            { "fda", true, "fda = '/img/a'", "+(fda /img/a) -(fda '')" },
            { "fdb", true, "fdb = '/img/b'", "+(fdb /img/b) -(fdb '')" },
            { "parallel", false, "parallel = '/dev/lp0'", "+(parallel /dev/lp0)" },
            { "serial", false, "serial = 'pty'", "+(serial pty)" },
            { "monitor", false, "monitor = 1", "+(monitor 1)" },
            { "monitor_path", false, "monitor_path = '/tmp/m'", "+(monitor_path /tmp/m) +(monitor 1)" },
            { "localtime", true, "localtime = 1", "+(localtime 1) +(localtime 1) -(localtime 0)" },
            { "keymap", true, "keymap = 'de'", "+(keymap de) -(keymap '')" },
            { "usb", true, "usb = 1", "+(usb 1) -(usb 0)" },
            { "usbdevice", true, "usbdevice = 'tablet'", "+(usbdevice tablet) -(usbdevice '')" },
            { "description", false, "description = 'my guest'", "+(description 'my guest')" },
            { "guest_os_type", true, "guest_os_type = 'linux'", "+(guest_os_type linux) -(guest_os_type default)" },
            { "stdvga", true, "stdvga = 1", "+(stdvga 1) -(stdvga 0)" },
            { "isa", true, "isa = 1", "+(isa 1) -(isa 0)" },
            { "boot", true, "boot = 'dc'", "+(boot dc) -(boot c)" },
            { "nographic", true, "nographic = 1", "+(nographic 1) -(nographic 0)" },
            { "soundhw", true, "soundhw = 'sb16'", "+(soundhw sb16) -(soundhw '')" },
            { "vnc", true, "vnc = 1", "+(vnc 1)" },
            { "vncdisplay", true, "vncdisplay = 2", "+(vncdisplay 2)" },
            { "vnclisten", true, "vnclisten = '0.0.0.0'", "+(vnclisten 0.0.0.0)" },
            { "vncunused", true, "vncunused = 0", "+(vncunused 0) -(vncunused 1)" },
            { "videoram", false, "videoram = 8", "+(videoram 8) -(videoram 4)" },
            { "sdl", true, "sdl = 0", "+(sdl 0)" },
            { "gfx_passthru", true, "gfx_passthru = 1", "+(gfx_passthru 1)" },
            { "opengl", true, "opengl = 1", "+(opengl 1)" },
            { "display", true, "display = ':1'", "+(display :1)" },
            { "xauthority", true, "xauthority = '/tmp/x'", "+(xauthority /tmp/x) -(xauthority /root/.Xauthority)" },
            { "uuid", false, "uuid = '7e19da7c-8dd7-415f-cebb-290b3c42ec1c'", "+(uuid 7e19da7c-8dd7-415f-cebb-290b3c42ec1c)" },
            { "on_xend_start", false, "on_xend_start = 'start'", "+(on_xend_start start) -(on_xend_start ignore)" },
            { "on_xend_stop", false, "on_xend_stop = 'suspend'", "+(on_xend_stop suspend) -(on_xend_stop ignore)" },
            { "target", false, "target = 3", "+(target 3)" },
            { "hap", true, "hap = 0", "+(hap 0) -(hap 1)" },
            { "s3_integrity", false, "s3_integrity = 0", "+(s3_integrity 0) -(s3_integrity 1)" },
            { "oos", false, "oos = 0", "-(oos 1)" },
            { "cpuid", false, "cpuid = [ '1:ecx=0x1' ]", "+(cpuid ((1 ((ecx 0x1)))))" },
            {
                "cpuid_check",
                false,
                "cpuid = [ '1:ecx=0x1' ]; cpuid_check = [ '1:ebx=0x2' ]",
                "+(cpuid ((1 ((ecx 0x1))))) +(cpuid_check ((1 ((ebx 0x2)))))"
            },
            { "machine_address_size", false, "machine_address_size = 32", "+(machine_address_size 32) +(machine_address_size 32)" },
            {
                "suppress_spurious_page_faults",
                false,
                "suppress_spurious_page_faults = 1",
                "+(suppress_spurious_page_faults 1) +(suppress_spurious_page_faults 1)"
            },
            { "pool", false, "pool = 'p1'", "+(pool_name p1)" },
            { "pci_msitranslate", true, "pci_msitranslate = 0", "+(pci_msitranslate 0) -(pci_msitranslate 1)" },
            { "pci_power_mgmt", true, "pci_power_mgmt = 1", "+(pci_power_mgmt 1) -(pci_power_mgmt 0)" },
            { "xen_platform_pci", true, "xen_platform_pci = 0", "+(xen_platform_pci 0) -(xen_platform_pci 1)" },
            { "superpages", false, "superpages = 1", "+(superpages 1)" },
            { "maxvcpus", false, "maxvcpus = 4", "+(vcpu_avail 1) +(vcpus 4) -(vcpus 1)" },
            { "nestedhvm", true, "nestedhvm = 1", "+(nestedhvm 1)" },
            { "xen_extended_power_mgmt", true, "xen_extended_power_mgmt = 2", "+(xen_extended_power_mgmt 2)" },
            { "type", false, "type = 'pvh'", "+pvh -linux" },
            { "bios", true, "bios = 'ovmf'", "+(bios ovmf)" },
            {
                "p9",
                false,
                "p9 = [ 'tag=share,path=/srv/share,security_model=none' ]",
                "+(device (9pfs (tag share) (path /srv/share) (security_model none)))"
            },
            {
                "channel",
                false,
                "channel = [ 'connection=socket,name=b,path=/run/b.sock' ]",
                "+(device (channel (name b) (connection socket) (path /run/b.sock)))"
            },
            { "hdtype", true, "hdtype = 'ahci'", "+(hdtype ahci)" },
            { "start_order", false, "start_order = 3", "+(start_order 3)" },
            { "start_delay", false, "start_delay = 10", "+(start_delay 10)" },
            { "start_wait", false, "start_wait = 'connected'", "+(start_wait connected)" },
        };

    [Theory]
    [MemberData(nameof(Variables))]
    public void A_variable_goes_where_it_always_went(string name, bool isHvm, string text, string changes)
    {
        var without = Elements(isHvm, "");
        var with = Elements(isHvm, text);
        var found = Difference(with, without)
            .Select(element => "+" + element)
            .Concat(Difference(without, with).Select(element => "-" + element));
        Assert.Equal(changes, string.Join(' ', found));
        Approved.Match($"variables/{name}.txt", Print(isHvm, text));
    }

    [Fact]
    public void Every_variable_is_tested() =>
        Assert.Equal(
            GuestVariables.All.Concat(LaterVariables.All).Select(spec => spec.Name).Order(),
            Variables.Select(row => (string)row[0]).Order()
        );

    private static IEnumerable<string> Difference(IEnumerable<string> these, IEnumerable<string> those)
    {
        var left = those.ToList();
        return these.Where(element => !left.Remove(element)).ToList();
    }

    /// <summary>The elements of the domain, and in the place of its image the builder and the elements of that.</summary>
    private List<string> Elements(bool isHvm, string text)
    {
        var domain = (SList)SxpReader.Read(Print(isHvm, text));
        var image = (SList)domain.Child("image")![1];
        return [.. domain.Items.Where(item => item is not SList { Name: "image" }).Concat(image.Items).Select(item => item.ToString())];
    }

    private string Print(bool isHvm, string text)
    {
        _xm.WithFile("/etc/xen/x", (isHvm ? "builder = 'hvm'; kernel = 'hvmloader'" : "kernel = '/boot/vmlinuz'") + $"\n{text}\n");
        var outcome = _xm.Run("create", "-qn", "x");
        Assert.Equal(
            (0, true),
            (outcome.Status, outcome.Errors.Length == 0 || outcome.Errors.StartsWith("Warning: ", StringComparison.Ordinal))
        );
        return outcome.Out;
    }
}
