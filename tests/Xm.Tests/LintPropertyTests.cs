using System.Globalization;
using System.Text.Json;
using Model;
using Model.Devices;
using Model.Domains;
using Sxp;
using Xm.Config.Domain;
using XmlRpc;

namespace Xm.Tests;

/// <summary>Whatever lint passes, xend takes from <c>xm new</c> and can create; whatever xend refuses by its rules, lint names.</summary>
/// <remarks>XM_FUZZ in the environment gives the number of guest files.</remarks>
public sealed class LintPropertyTests : IDisposable
{
    private static readonly int Inputs = int.TryParse(
        Environment.GetEnvironmentVariable("XM_FUZZ"),
        NumberStyles.None,
        CultureInfo.InvariantCulture,
        out var given
    )
        ? given
        : 700;

    /// <summary>Words that some variable or other takes, and some that none does.</summary>
    private static readonly string[] Words =
    [
        .. "0 1 2 -1 99 513 4097 16777217 1.5 yes no on off maybe x a-b a/b c dca onreboot always start suspend".Split(' '),
        .. "destroy coredump_restart explode connected ide ahci ovmf uefi 0-3 0- 1,^0 tablet host:1.2 all,gus pty".Split(' '),
        .. "tcp:h:1 mon:x 0.0.0.0 de en_us /boot/vmlinuz /none pygrub hvmloader qemu-dm".Split(' '),
        "",
        "a b",
        "-q 'x",
        "\\xff",
        "\\x07",
        "é",
        "1234567890abcdef1234567890abcdef",
        "1:ecx=0x1",
        new string('y', 4097),
    ];

    private static readonly string[] Lists =
    [
        "['1', '2']",
        "[1]",
        "['']",
        "[]",
        "None",
        "True",
        "1e300",
        "('a',)",
        "9999999999",
        "[['x']]",
    ];

    private static readonly string[] DiskParts =
    [
        .. "phy:a phy:/dev/b file:/img/c file:d tap:aio:/e tap:qcow2:/f vbd:g /dev/h".Split(' '),
        "",
    ];

    private static readonly string[] DiskNames = [.. "xvda hda hdc:cdrom xvdb:cdrom ioemu:hdb sda1 sdb:disk hde x 51712".Split(' '), ""];

    private static readonly string[] Modes = ["r", "w", "w", "w!", "rw"];

    private static readonly string[] Backends = ["", "", "", ",0", ",web"];

    private static readonly string[] VifParts =
    [
        .. "mac=00:16:3e:00:00:01 mac=1 bridge=br0 bridge=0123456789abcdef script=vif-nat script=../x vifname=v0 vifname=a/b".Split(' '),
        .. "model=e1000 model=a,b rate=10Mb/s rate=5 backend=0 backend=web type=ioemu ip=10.0.0.1 foo=1 bridge".Split(' '),
        "",
    ];

    private static readonly string[] VfbParts =
    [
        .. "vnc=1 sdl=x vncdisplay=1 vncdisplay=x vnclisten=::1 vnclisten=/ keymap=de keymap=/ vncunused=2 type=vnc foo=1".Split(' '),
    ];

    private static readonly string[] Kinds = ["", "builder = 'hvm'\n", "type = 'pvh'\n", "bootloader = 'pygrub'\n"];

    private readonly XmRun _xm = new XmRun().WithFile("/boot/vmlinuz");

    public void Dispose() => _xm.Dispose();

    [Fact]
    public void Lint_passes_what_xend_takes_and_no_more()
    {
        string[] names = [.. GuestVariables.All.Concat(LaterVariables.All).Select(spec => spec.Name)];
        var random = new Random(4716);
        var (passed, refused) = (0, 0);
        for (var i = 0; i < Inputs; i++)
        {
            var text =
                "kernel = '/boot/vmlinuz'\n"
                + Kinds[random.Next(Kinds.Length)]
                + string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => Setting(random, names)));
            _xm.WithFile("/etc/xen/x", text);
            var lint = _xm.Run("lint", "--json", "x");
            Assert.Equal("", lint.Errors);
            var reason = Refusal();
            Assert.True(lint.Status == (reason is null ? 0 : 1), $"{text}xend: {reason ?? "takes it"}\n{lint.Out}");
            if (reason is not null)
            {
                AssertNamed(text, lint.Out);
            }
            _ = reason is null ? passed++ : refused++;
        }
        // A generator whose files are all good, or all bad, would show nothing.
        Assert.InRange(passed, Inputs / 10, Inputs * 9 / 10);
        Assert.InRange(refused, Inputs / 10, Inputs * 9 / 10);
    }

    /// <summary>A line of a guest file, sound or not.</summary>
    private static string Setting(Random random, string[] names)
    {
        return random.Next(5) switch
        {
            0 => List("disk", () => $"{Of(DiskParts)},{Of(DiskNames)},{Of(Modes)}{Of(Backends)}"),
            1 => List("vif", () => Some(VifParts)),
            2 => List("vfb", () => Some(VfbParts)),
            3 => $"{Of(names)} = {Of(Lists)}\n",
            _ => $"{Of(names)} = {(random.Next(4) == 0 ? random.Next(70) : $"'{Of(Words).Replace("'", "\\'")}'")}\n",
        };

        string Of(string[] choices) => choices[random.Next(choices.Length)];

        string Some(string[] parts) => string.Join(',', Enumerable.Range(0, random.Next(1, 3)).Select(_ => Of(parts)));

        string List(string variable, Func<string> line) =>
            $"{variable} = [ {string.Join(", ", Enumerable.Range(0, random.Next(1, 3)).Select(_ => $"'{line()}'"))} ]\n";
    }

    /// <summary>What keeps the guest file from becoming a domain on any host that has its files; null where nothing does.</summary>
    private string? Refusal()
    {
        SValue[]? sent = null;
        _xm.Xend.Answer("xend.domain.new", arguments =>
        {
            sent = arguments;
            return SNone.Instance;
        });
        var made = _xm.Run("new", "x");
        if (made.Status != 0 || sent is null)
        {
            return "xm: " + made.Errors;
        }
        try
        {
            // The way of the wire: what it cannot carry is refused, too.
            var call = XmlRpcReader.ReadCall(XmlRpcWriter.ToBytes(XmlRpcCall.Of("xend.domain.new", sent)));
            var config = new DomainConfigReader("vif-bridge").Read((SList)call.Params[0]);
            Assert.Equal(config.Name, new DomainConfigReader("vif-bridge").Read(DomainConfigWriter.Write(config)).Name);
            foreach (var device in config.Devices)
            {
                DeviceClasses.Of(device).RefuseUnconnectable(device, config);
            }
            if (BootSource.Of(config) is not null)
            {
                ShellWords.Split(config.BootloaderArgs);
            }
            if (config.Type == GuestType.Hvm || config.Devices.Any(device => device is VfbConfig))
            {
                DeviceModelName.Check(config.Machine.DeviceModel);
            }
            return MissingFile(config);
        }
        catch (Exception error) when (error is XendError or XmlRpcFormatException)
        {
            return error.Message;
        }
    }

    /// <summary>The host of this test has the kernel and nothing else.</summary>
    private static string? MissingFile(DomainConfig config) =>
        config.Type != GuestType.Hvm
            ? null
            : new[] { config.Machine.FloppyA, config.Machine.FloppyB }.FirstOrDefault(file => file is not ("" or "/boot/vmlinuz"))
                ?? (config.Machine.DeviceModel == "/none" ? "/none" : null);

    /// <summary>Every error is about a variable that the file sets, on a line of it.</summary>
    private static void AssertNamed(string text, string report)
    {
        using var json = JsonDocument.Parse(report);
        foreach (var finding in json.RootElement.GetProperty("findings").EnumerateArray())
        {
            if (finding.GetProperty("severity").GetString() == "error")
            {
                Assert.True(finding.GetProperty("line").ValueKind == JsonValueKind.Number, text + report);
                var variable = finding.GetProperty("variable").GetString();
                Assert.Contains($"\n{variable} = ", "\n" + text);
            }
        }
    }
}
