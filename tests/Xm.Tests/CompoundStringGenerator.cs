namespace Xm.Tests;

/// <summary>Random lines of the lists of devices in guest files: mostly right, with a mistake now and then.</summary>
internal sealed class CompoundStringGenerator(int seed)
{
    private readonly Random _random = new(seed);

    public static string[] Variables =>
        ["disk", "vif", "vif2", "vfb", "pci", "vscsi", "vusb", "vtpm", "ioports", "cpuid", "access_control", "disk of xl"];

    public (string Variable, string Line) Next()
    {
        var variable = One(Variables);
        var line = variable switch
        {
            "disk" => Disk(),
            "vif" => Pairs("mac", "bridge", "ip", "script", "type", "backend", "vifname", "rate", "model", "accel", "policy", "label"),
            "vif2" => Pairs("front_mac", "back_mac", "backend", "trusted", "filter_mac", "bridge", "pdev", "max_bypasses"),
            "vfb" => Pairs("vnc", "sdl", "type", "vnclisten", "vncunused", "vncdisplay", "vncpasswd", "keymap", "opengl", "monitor"),
            "pci" => Pci(),
            "vscsi" => Scsi(),
            "vusb" => Usb(),
            "vtpm" => Tpm(),
            "ioports" => string.Join('-', Some(0, 3, () => Hex(4)).Prepend(Hex(4))),
            "cpuid" => Cpuid(),
            "disk of xl" => XlDisk(),
            _ => Label(),
        };
        return (variable, _random.Next(6) == 0 ? Damaged(line) : line);
    }

    private string Disk() =>
        One("phy:", "file:", "tap:aio:", "tap2:qcow2:", "", "nbd:")
        + One("/dev/vg/a", "sda", "/img/a b", "", "h 8000")
        + ","
        + One("xvda", "hda", "ioemu:hdc:cdrom", "hdc:cdrom", "0x300")
        + ","
        + One("r", "w", "w!", "rw")
        + One("", "", ",0", ",storage", ",,x86_32-abi", ",a,b");

    private string XlDisk()
    {
        var fields = Some(1, 5, () => _random.Next(3) switch
            {
                0 => One(
                    "format=raw",
                    "format=qcow2",
                    "vdev=xvda",
                    "vdev=hdc",
                    "access=ro",
                    "access=w",
                    "devtype=cdrom",
                    "backend=d",
                    "foo=1"
                ),
                1 => One("discard", "no-discard", "direct-io-safe", "cdrom", "trusted", "script=block-x", "script=/x"),
                _ => One("", "raw", "vhd", "xvda", "hdc:cdrom", "hda:disk", "rw", "r", "empty", "qed"),
            });
        var first =
            One("", "phy:", "file:", "tap:aio:", "tap2:qcow2:", "raw:", "iscsi:", "http:")
            + One("/dev/vg/a", "/img/a", "a b", "", "iqn.2001:x");
        var last = One("", "", "target=/dev/a", "target=/img/a,b", "target=");
        return string.Join(One(",", ",", ", "), new[] { first }.Concat(fields).Concat(last.Length > 0 ? [last] : []).Skip(_random.Next(2)));
    }

    private string Pairs(params string[] keys) =>
        string.Join(One(",", ",", ", ", " ,"), Some(0, 6, () => One(keys) + One("=", "=", "=", " = ") + Value()));

    private string Value() =>
        One("1", "0", "br0", "00:16:3e:00:00:01", "10.0.0.1 10.0.0.2", "", "vnc", "sdl", "1Mb/s@20ms", "a=b", "\u00c3\u00a0");

    private string Pci()
    {
        var functions = _random.Next(8) == 0 ? "*" : string.Join(',', Some(1, 4, Function));
        return One("", "", "0000:", "1:", "0,")
            + One("07:00", "08:01", "7:1f", "c0,02", "08:1")
            + One(".", ".", ".", ",")
            + functions
            + One("", "", "@0a", "@1f", "@5", "@20")
            + string.Concat(
                Some(0, 3, () => "," + One("msitranslate", "power_mgmt", "foo") + "=" + One("0", "1", "yes", "NO", "YES", "2"))
            );
    }

    private string Function()
    {
        var digit = () => One("0", "1", "2", "3", "7");
        return _random.Next(6) switch
        {
            0 => $"{digit()}-{digit()}",
            1 => $"{digit()}={digit()}",
            2 => $"{digit()}={digit()}-{digit()}={digit()}",
            3 when _random.Next(4) == 0 => $"{digit()}{One(".", "0", "/", "=1=", "-1-")}{digit()}",
            _ => digit(),
        };
    }

    private string Scsi() =>
        One("sda", "/dev/sda1", "/dev/sdb", "sdb", "st0", "/dev/st0", "sg1", "0:0:0:0", "2:0:0:0", "9:0:0:0", "sdc")
        + One(",", ", ")
        + One("host", "0:0:0:0", "1:2:3:4", "0:0:0", "x", "07:0:0:1")
        + One("", "", "", ",0", ", storage", ",0,0");

    private string Usb() => string.Join(',', Some(0, 4, () => _random.Next(4) switch
                {
                    0 => "usbver=" + One("1", "2", "3", "x"),
                    1 => "numports=" + One("1", "4", "16", "17", "0", "+2", "08"),
                    _ => $" port_{One("1", "2", "16", "17")} = {One("1-1", "2-1.4", "")}",
                }));

    private string Tpm() =>
        string.Join(
            ',',
            Some(1, 3, () => One("instance", "backend", "uuid", "type") + "=" + One("1", "0", "VTPMD", "x", "", " 2 ", "99999999999"))
        );

    private string Cpuid() =>
        One("1", "0x80000001", "4,1", "0xd,0x1", "7,0x0", "80000001", "d", "0x180000001")
        + ":"
        + string.Join(
            ',',
            Some(1, 3, () =>
                One("eax", "ebx", "ecx", "edx", "efx") + "=" + One(Mask(), Mask(), "0x" + Hex(8), "0x" + Mask(30), "0x", Hex(8))
            )
        );

    private string Mask(int length = 32) => string.Concat(Enumerable.Range(0, length).Select(_ => One("0", "1", "x", "x", "x", "k", "s")));

    private string Label() =>
        One("policy=", "policy=", "label=") + One("p", "p,q", "p,label=x") + One(",label=", ",label=", ", label=", ",") + "l";

    private string Hex(int most) => string.Concat(Some(1, most, () => One("0", "1", "2", "8", "a", "f", "F")));

    /// <summary>One letter more, less, or another.</summary>
    private string Damaged(string line)
    {
        var at = _random.Next(line.Length + 1);
        var letter = One(",", "=", ":", "-", ".", " ", "@", "0", "7", "x", "a", "!", "\t");
        return _random.Next(3) switch
        {
            0 => line.Insert(at, letter),
            1 when at < line.Length => line.Remove(at, 1),
            _ when at < line.Length => line.Remove(at, 1).Insert(at, letter),
            _ => line + letter,
        };
    }

    private IEnumerable<string> Some(int least, int most, Func<string> make) =>
        Enumerable.Range(0, _random.Next(least, most + 1)).Select(_ => make()).ToList();

    private string One(params string[] choices) => choices[_random.Next(choices.Length)];
}
