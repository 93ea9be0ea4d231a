using System.Collections.Immutable;
using System.Globalization;
using Sxp;

namespace Model.Domains;

/// <summary>Reads an image's platform keys. What ends up in the device model's argument list is checked here letter by letter.</summary>
public sealed class MachineOptionsReader(SList image, PartReader parts)
{
    /// <summary>What libxl makes of viridian=1: base and frequency MSRs, time reference count, APIC assist, crash control.</summary>
    private const ulong ViridianDefault = 0x65;

    private static readonly string[] SoundCards = ["sb16", "es1370", "ac97", "hda", "adlib", "cs4231a", "gus"];

    public MachineOptions Read() =>
        new()
        {
            Acpi = Flag("acpi", true),
            Apic = Flag("apic", true),
            Pae = Flag("pae", true),
            Hpet = Flag("hpet", false),
            Hap = Flag("hap", true),
            OutOfSync = Flag("oos", true),
            NestedHvm = Flag("nestedhvm", false),
            TimerMode = (uint)(Integer("timer_mode", 0, 3) ?? 1),
            VirtualTimerAlignment = Flag("vpt_align", true),
            Viridian = Viridian(),
            TscMode = (uint)(Integer("tsc_mode", 0, 3) ?? 0) is var mode and < 3 ? mode : 0,
            NoMigrate = Flag("nomigrate", false),
            LocalTime = Flag("localtime", false),
            ClockOffset = (int)(Integer("rtc_timeoffset", -86400 * 36500L / 50, 86400 * 36500L / 50) ?? 0),
            Cpuid = parts.Read("cpuid", [], () => CpuidReader.Read(image.Child("cpuid"))),
            PlatformDevice = Flag("xen_platform_pci", true),
            BootOrder = parts.Read("boot", "c", BootOrder),
            Firmware = Firmware(),
            Loader = Text("loader"),
            DeviceModel = Text("device_model"),
            Ahci = OneOf("hdtype", "ide", "ahci") == "ahci",
            StandardVga = Flag("stdvga", false),
            VideoMemoryMib = (uint)(Integer("videoram", 0, 1024) ?? 4),
            Usb = Flag("usb", false) || parts.Read("usbdevice", false, () => Texts("usbdevice").Any()),
            UsbDevices = parts.Read<ImmutableArray<string>>("usbdevice", [], () => [.. Texts("usbdevice").Select(CheckedUsbDevice)]),
            SoundCards = parts.Read<ImmutableArray<string>>("soundhw", [], () =>
                [.. Texts("soundhw").SelectMany(card => card.Split(',')).SelectMany(CheckedSoundCard)]
            ),
            SerialPorts = parts.Read("serial", ["pty"], SerialPorts),
            ParallelPort = parts.Read("parallel", "", ParallelPort),
            Monitor = parts.Read("monitor_path", "", Monitor),
            FloppyA = parts.Read("fda", "", () => Floppy("fda")),
            FloppyB = parts.Read("fdb", "", () => Floppy("fdb")),
            NoGraphics = Flag("nographic", false),
            Display = ReadDisplay(image, parts),
        };

    /// <summary>The display keys, which an image and a vfb device have in common.</summary>
    public static DisplayOptions ReadDisplay(SList source, PartReader parts)
    {
        var reader = new MachineOptionsReader(source, parts);
        return new DisplayOptions
        {
            Vnc = reader.Flag("vnc", false),
            Listen = parts.Read("vnclisten", "", reader.Listen),
            Number = (uint)(reader.Integer("vncdisplay", 0, 59635) ?? 0),
            AnyFree = reader.Flag("vncunused", true),
            Password = source.Child("vncpasswd") is { Count: > 1 } ? reader.Text("vncpasswd") : null,
            Sdl = reader.Flag("sdl", false),
            XDisplay = reader.Text("display"),
            XAuthority = reader.Text("xauthority"),
            Keymap = parts.Read("keymap", "", reader.Keymap),
        };
    }

    private string Text(string key) => parts.Read(key, "", () => Given(key));

    /// <summary>What the image says; throws where that is a list.</summary>
    private string Given(string key) => DomainConfigReader.Text(image, key) ?? "";

    /// <summary>One value, or a list of them.</summary>
    private IEnumerable<string> Texts(string key) =>
        (image.Value(key) is SList list ? list.Items.Select(item => item.ToString() ?? "") : [Given(key)]).Where(text => text.Length > 0);

    private long? Integer(string key, long least, long most) =>
        parts.Read(key, null, () => DomainConfigReader.ReadInteger(image, key, least, most));

    private bool Flag(string key, bool otherwise) => parts.Read(key, otherwise, () => ReadFlag(key, otherwise));

    private bool ReadFlag(string key, bool otherwise) =>
        Given(key).ToLowerInvariant() switch
        {
            "" => otherwise,
            "0" or "no" or "false" or "off" => false,
            "1" or "yes" or "true" or "on" => true,
            var text when long.TryParse(text, out var number) => number != 0,
            var text => throw DomainConfigReader.Invalid($"{key} is '{DomainConfigReader.Printable(text)}'; it can be 0 or 1."),
        };

    private string OneOf(string key, params string[] words) => parts.Read(key, words[0], () => Given(key) switch
            {
                "" => words[0],
                var text when words.Contains(text) => text,
                var text => throw DomainConfigReader.Invalid(
                    $"{key} is '{DomainConfigReader.Printable(text)}'; it can be {string.Join(", ", words)}."
                ),
            });

    private ulong Viridian() => Flag("viridian", false) ? ViridianDefault : 0;

    /// <summary>An old file may name the ROM BIOS, which came with the old device model.</summary>
    private string Firmware() =>
        OneOf("bios", "seabios", "ovmf", "uefi", "rombios") switch
        {
            "uefi" => "ovmf",
            "rombios" => "seabios",
            var other => other,
        };

    private string BootOrder()
    {
        var order = Given("boot");
        return order.All(letter => letter is 'a' or 'c' or 'd' or 'n')
            ? order.Length == 0
                ? "c"
                : order
            : throw DomainConfigReader.Invalid(
                $"boot is '{DomainConfigReader.Printable(order)}': the letters a (floppy), c (disk), d (CD) and n (network) are known."
            );
    }

    /// <summary>
    /// A guest without a word about it gets a port on a pty, so that there is something for <c>xm console</c> to attach to.
    /// </summary>
    private ImmutableArray<string> SerialPorts()
    {
        if (image.Child("serial") is null || !Texts("serial").Any())
        {
            return ["pty"];
        }
        var ports = Texts("serial").Select(port => Checked("serial", port)).ToImmutableArray();
        if (ports.Count(port => port == "stdio") > 1)
        {
            throw DomainConfigReader.Invalid("serial: only one port can be stdio.");
        }
        return ports.Length <= 4 ? ports : throw DomainConfigReader.Invalid("serial: a PC has four serial ports at most.");
    }

    /// <summary>One that leads nowhere is none.</summary>
    private string ParallelPort() => Given("parallel") is { Length: > 0 } port && port != "none" ? Checked("parallel", port) : "";

    private string Monitor() =>
        Given("monitor_path") is { Length: > 0 } path ? Checked("monitor_path", path)
        : Flag("monitor", false) ? "vc"
        : "";

    private static string Checked(string key, string device) =>
        CharacterDevice.Read(device) is not null
            ? device
            : throw DomainConfigReader.Invalid(
                $"{key} is '{DomainConfigReader.Printable(device)}'; it can be {CharacterDevice.Forms}.",
                CharacterDevice.Successor(device)
            );

    private string Floppy(string key)
    {
        var path = Given(key);
        return path.Length == 0 || path[0] == '/'
            ? path
            : throw DomainConfigReader.Invalid(
                $"Floppy file {DomainConfigReader.Printable(path)} does not exist.",
                $"{key} needs an absolute path."
            );
    }

    private string Listen()
    {
        var address = Given("vnclisten");
        return address.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or ':' or '-' or '[' or ']' or '%')
            ? address
            : throw DomainConfigReader.Invalid($"vnclisten: '{DomainConfigReader.Printable(address)}' is no address.");
    }

    private string Keymap()
    {
        var keymap = Given("keymap");
        return keymap.Length <= 32 && keymap.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
            ? keymap
            : throw DomainConfigReader.Invalid(
                $"keymap: '{DomainConfigReader.Printable(keymap)}' is no name of a keyboard layout (de, en-us)."
            );
    }

    private static string CheckedUsbDevice(string device)
    {
        if (device is "tablet" or "mouse" || HostUsbDevice.TryParse(device) is not null)
        {
            return device;
        }
        throw DomainConfigReader.Invalid(
            $"usbdevice is '{DomainConfigReader.Printable(device)}'; it can be tablet, mouse, host:VENDOR:PRODUCT or host:BUS.ADDRESS."
        );
    }

    private static IEnumerable<string> CheckedSoundCard(string card) =>
        card switch
        {
            "" => [],
            "all" => ["sb16", "es1370"],
            _ when SoundCards.Contains(card) => [card],
            _ => throw DomainConfigReader.Invalid(
                $"soundhw is '{DomainConfigReader.Printable(card)}'; it can be all, {string.Join(", ", SoundCards)}."
            ),
        };
}
