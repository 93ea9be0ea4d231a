using System.Collections.Frozen;
using Xm.Config.Domain;
using Xm.Config.Values;

namespace Xm.Config.Lint;

/// <summary>The values of every variable that <see cref="Domain.GuestVariables"/> and <see cref="Domain.LaterVariables"/> name.</summary>
internal static class VariableRules
{
    private const int MostMemory = 16 * 1024 * 1024;
    private const int MostVcpus = 512;

    private static readonly string[] Actions = ["destroy", "restart", "preserve", "rename-restart", "coredump-destroy", "coredump-restart"];

    private static readonly FrozenDictionary<string, VariableRule> ByName = Table().ToFrozenDictionary(rule => rule.Name);

    private static readonly FrozenDictionary<string, object?> Defaults = GuestVariables
        .All.Concat(LaterVariables.All)
        .ToFrozenDictionary(spec => spec.Name, spec => spec.Default);

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    public static VariableRule? Of(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Whether a variable with this value is as if it were not set.</summary>
    public static bool IsDefault(string name, Value value) =>
        value is StrValue { Text: "" }
        || Defaults.GetValueOrDefault(name) switch
        {
            int number and not 0 => VariableRule.Whole(value) == number,
            string { Length: > 0 } text => value is StrValue given && given.Text == text,
            _ => !value.IsTrue,
        };

    private static VariableRule[] Table() =>
        [
            Hvm(Text("vncpasswd")),
            Flag("vncviewer") with
            {
                Successor = "vncconsole",
                HasNoEffect = true,
            },
            Flag("vncconsole"),
            Text("name"),
            Text("bootloader"),
            Text("bootargs"),
            Text("bootentry") with
            {
                Successor = "bootargs",
                HasNoEffect = true,
            },
            Text("kernel"),
            Text("ramdisk"),
            Text("loader"),
            Text("features"),
            Word("builder", "linux", "hvm", "pvh"),
            Number("memory", 1, MostMemory),
            Number("maxmem", 1, MostMemory),
            Number("shadow_memory", 0, MostMemory),
            Hvm(Flag("memory_sharing")) with
            {
                HasNoEffect = true,
            },
            Number("cpu", 0, 4095) with
            {
                Successor = "cpus",
            },
            new("cpus", ValueKind.TextOrTexts),
            Hvm(Number("rtc_timeoffset", -63072000, 63072000)),
            Hvm(Flag("pae")),
            Hvm(Flag("hpet")),
            Hvm(Number("timer_mode", 0, 3)),
            Number("tsc_mode", 0, 3),
            Flag("nomigrate"),
            Hvm(Flag("vpt_align")),
            Hvm(Flag("viridian")),
            Hvm(Flag("acpi")),
            Hvm(Flag("apic")),
            Number("vcpus", 1, MostVcpus),
            Number("vcpu_avail", 0, long.MaxValue) with
            {
                Successor = "vcpus and maxvcpus",
                HasNoEffect = true,
            },
            Number("vhpt", 0, 63) with
            {
                HasNoEffect = true,
            },
            Number("cpu_cap", 0, MostVcpus * 100),
            Number("cpu_weight", 1, 65535),
            Word("restart", "onreboot", "always", "never") with
            {
                Successor = "on_poweroff, on_reboot and on_crash",
            },
            Word("on_poweroff", Actions),
            Word("on_reboot", Actions),
            Word("on_crash", Actions),
            Flag("blkif") with
            {
                HasNoEffect = true,
            },
            Flag("netif") with
            {
                HasNoEffect = true,
            },
            Flag("tpmif") with
            {
                HasNoEffect = true,
            },
            Texts("disk"),
            Texts("pci"),
            Texts("vscsi"),
            Texts("vusb"),
            Refused(Texts("ioports")),
            Refused(new("irq", ValueKind.Numbers)),
            Texts("vfb"),
            Texts("vif"),
            Refused(Texts("vif2")) with
            {
                Successor = "vif",
            },
            Texts("vtpm"),
            Texts("access_control") with
            {
                HasNoEffect = true,
            },
            Number("nics", -1, 1000) with
            {
                Successor = "vif = [ '' ]",
            },
            Text("root"),
            Text("extra"),
            Text("ip"),
            Text("gateway"),
            Text("netmask"),
            Text("hostname"),
            Text("interface"),
            Text("dhcp"),
            Text("nfs_server"),
            Text("nfs_root"),
            Hvm(Text("device_model")),
            Hvm(Text("fda")),
            Hvm(Text("fdb")),
            Hvm(Text("parallel")),
            Hvm(new("serial", ValueKind.TextOrTexts)),
            Hvm(Flag("monitor")),
            Hvm(Text("monitor_path")),
            Flag("localtime"),
            Text("keymap"),
            Hvm(Flag("usb")),
            Hvm(new("usbdevice", ValueKind.TextOrTexts)),
            Text("description"),
            Text("guest_os_type") with
            {
                HasNoEffect = true,
            },
            Hvm(Flag("stdvga")),
            Hvm(Flag("isa")) with
            {
                HasNoEffect = true,
            },
            Hvm(Text("boot")),
            Hvm(Flag("nographic")),
            Hvm(Text("soundhw")),
            Hvm(Flag("vnc")),
            Hvm(Number("vncdisplay", 0, 59635)),
            Hvm(Text("vnclisten")),
            Hvm(Flag("vncunused")),
            Hvm(Number("videoram", 0, 1024)),
            Hvm(Flag("sdl")),
            Hvm(Flag("gfx_passthru")) with
            {
                HasNoEffect = true,
            },
            Hvm(Flag("opengl")) with
            {
                HasNoEffect = true,
            },
            Hvm(Text("display")),
            Hvm(Text("xauthority")),
            Text("uuid"),
            Word("on_xend_start", "ignore", "start"),
            Word("on_xend_stop", "ignore", "shutdown", "suspend"),
            Number("target", 0, 32751) with
            {
                HasNoEffect = true,
            },
            Hvm(Flag("hap")),
            Flag("s3_integrity") with
            {
                HasNoEffect = true,
            },
            Hvm(Flag("oos")),
            Texts("cpuid"),
            Texts("cpuid_check") with
            {
                HasNoEffect = true,
            },
            Number("machine_address_size", 0, 64) with
            {
                HasNoEffect = true,
            },
            Flag("suppress_spurious_page_faults") with
            {
                HasNoEffect = true,
            },
            Text("pool") with
            {
                HasNoEffect = true,
            },
            Flag("pci_msitranslate") with
            {
                HasNoEffect = true,
            },
            Flag("pci_power_mgmt") with
            {
                HasNoEffect = true,
            },
            Hvm(Flag("xen_platform_pci")),
            Flag("superpages") with
            {
                HasNoEffect = true,
            },
            Number("maxvcpus", 1, MostVcpus),
            Hvm(Flag("nestedhvm")),
            Hvm(Number("xen_extended_power_mgmt", 0, 2)) with
            {
                HasNoEffect = true,
            },
            Word("type", "pv", "pvh", "hvm"),
            Hvm(Word("bios", "seabios", "rombios", "ovmf")),
            Texts("p9"),
            Texts("channel"),
            Hvm(Word("hdtype", "ide", "ahci")),
            Number("start_order", -10000, 10000),
            Number("start_delay", 0, 3600),
            Word("start_wait", "connected", "shutdown-capable"),
        ];

    /// <summary>
    /// What to write today for a name that only older versions had, or that is often seen and was never one; null for any other name.
    /// </summary>
    public static string? FormerName(string name) =>
        name switch
        {
            "cdrom" => "a disk that ends in :cdrom,r",
            "ne2000" => "model=ne2k_pci in vif",
            "audio" or "enable_audio" => "soundhw",
            "ssidref" => "access_control",
            "usbport" => "usbdevice",
            "snapshot" => "nothing: it never had an effect",
            "acpi_s3" => "nothing: it never had an effect",
            _ => null,
        };

    private static VariableRule Text(string name) => new(name, ValueKind.Text);

    private static VariableRule Flag(string name) => new(name, ValueKind.Flag);

    private static VariableRule Number(string name, long least, long most) => new(name, ValueKind.Number, least, most);

    private static VariableRule Word(string name, params string[] words) => new(name, ValueKind.Word, 0, 0, words);

    private static VariableRule Texts(string name) => new(name, ValueKind.Texts);

    private static VariableRule Refused(VariableRule rule) => rule with { IsRefused = true };

    private static VariableRule Hvm(VariableRule rule) => rule with { IsForHvm = true };
}
