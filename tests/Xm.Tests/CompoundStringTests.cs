using System.Diagnostics;
using System.Text.Json;
using Sxp;
using Xm.CommandLine;
using Xm.Config.Domain;
using Xm.Config.Values;
using Xm.Config.Xl;

namespace Xm.Tests;

/// <summary>Lines of devices: what xm 4.1 made of each, or how it refused it, as its own code did under Python 2.7.</summary>
public sealed class CompoundStringTests : IDisposable
{
    private static readonly int Lines = int.TryParse(Environment.GetEnvironmentVariable("XM_PROGRAMS"), out var count) ? count : 3_000;
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("XM_SEED"), out var seed) ? seed : 1;

    private readonly XmRun _xm = new XmRun()
        .WithFile("/sys/bus/pci/devices/0000:07:00.0/vendor")
        .WithFile("/sys/bus/pci/devices/0000:07:00.1/vendor")
        .WithFile("/sys/bus/pci/devices/0000:08:01.2/vendor")
        .WithFile("/sys/bus/scsi/devices/0:0:0:0/block/sda/size")
        .WithFile("/sys/bus/scsi/devices/0:0:0:0/scsi_generic/sg0/dev")
        .WithFile("/sys/bus/scsi/devices/0:0:1:0/scsi_tape/st0/dev")
        .WithFile("/sys/bus/scsi/devices/0:0:1:0/scsi_generic/sg1/dev")
        .WithFile("/sys/bus/scsi/devices/2:0:0:0/block/sdb/size")
        .WithFile("/sys/bus/scsi/devices/2:0:0:0/scsi_generic/sg2/dev");

    private readonly CompoundStringGenerator _generator = new(Seed);

    public void Dispose() => _xm.Dispose();

    [Theory]
    // disk: nothing is trimmed, and what the parts mean is xend's.
    [InlineData("disk", "phy:/dev/vg/a,xvda,w", "((vbd (uname phy:/dev/vg/a) (dev xvda) (mode w)))")]
    [InlineData("disk", "tap:aio:/a,hda,r", "((tap (uname tap:aio:/a) (dev hda) (mode r)))")]
    [InlineData("disk", "tap2:aio:/a,hda,w!", "((tap2 (uname tap2:aio:/a) (dev hda) (mode 'w!')))")]
    [InlineData("disk", ",hdc:cdrom,r", "((vbd (uname '') (dev hdc:cdrom) (mode r)))")]
    [InlineData("disk", "phy:a, xvda,w,dom,abi", "((vbd (uname phy:a) (dev ' xvda') (mode w) (backend dom) (protocol abi)))")]
    [InlineData("disk", "phy:a,xvda,w,,abi", "((vbd (uname phy:a) (dev xvda) (mode w) (protocol abi)))")]
    [InlineData("disk", "phy:a,xvda", "Invalid disk specifier: phy:a,xvda")]
    [InlineData("disk", "a,b,c,d,e,f", "Invalid disk specifier: a,b,c,d,e,f")]
    // vif, vif2, vfb: pairs, in the order of Python 2's dictionaries.
    [InlineData("vif", "", "((vif))")]
    [InlineData("vif", " mac = 00:16:3e:00:00:01 , bridge=br0", "((vif (bridge br0) (mac 00:16:3e:00:00:01)))")]
    [InlineData("vif", "bridge=a,bridge=b", "((vif (bridge b)))")]
    [InlineData("vif", "ip=a=b", "((vif (ip 'a=b')))")]
    [InlineData("vif", "bridge=br\u00a0", "((vif (bridge 'br\\xc2\\xa0')))")]
    [InlineData("vif", "bridge=br0,", " should be a pair, separated by an equals sign.")]
    [InlineData("vif", "mtu=9000", "Invalid vif option: mtu")]
    [InlineData("vif2", "bridge=br0,pdev=eth0", "((vif2 (bridge br0) (pdev eth0)))")]
    [InlineData("vif2", "mac=x", "Invalid vif2 option: mac")]
    [InlineData("vfb", "type=vnc,vnclisten=::", "((vkbd) (vfb (vnc 1) (vnclisten ::) (xauthority /root/.Xauthority)))")]
    [InlineData("vfb", "type=sdl,sdl=0", "((vkbd) (vfb (sdl 1) (xauthority /root/.Xauthority)))")]
    [InlineData("vfb", "xauthority=/k,vnc=1", "((vkbd) (vfb (vnc 1) (xauthority /k)))")]
    [InlineData("vfb", "type=x", "configuration option x unknown to vfbs")]
    // pci: ranges up and down, functions of the guest, virtual slots, options.
    [InlineData("pci", "07:00.0", "((pci (dev 00 0000 07:00.0 07 0x100 0)))")]
    [InlineData("pci", "1:7:1f.3@1c", "((pci (dev 1f 0001 1:7:1f.3@1c 07 0xe0 3)))")]
    [InlineData("pci", "07,00,0", "((pci (dev 00 0000 07 07 0x100 0)))")]
    [InlineData("pci", "07,00,0,1", "((pci (dev 00 0007 07 00 0x100 1)))")]
    [InlineData("pci", "07:00.*", "((pci (dev 00 0000 07:00.* 07 0x101 1) (dev 00 0000 07:00.* 07 0x100 0)))")]
    [InlineData("pci", "08:01.*", "((pci (dev 01 0000 08:01.* 08 0x100 2)))")]
    [InlineData(
        "pci",
        "09:00.3-0@0a",
        "((pci (dev 00 0000 09:00.3-0@0a 09 0x53 3) (dev 00 0000 09:00.3-0@0a 09 0x52 2) (dev 00 0000 09:00.3-0@0a 09 0x51 1) "
            + "(dev 00 0000 09:00.3-0@0a 09 0x50 0)))"
    )]
    [InlineData("pci", "07:00.0-1", "((pci (dev 00 0000 07:00.0-1 07 0x101 1) (dev 00 0000 07:00.0-1 07 0x100 0)))")]
    [InlineData("pci", "07:00.1,3", "((pci (dev 00 0000 07:00.1 07 0x103 3) (dev 00 0000 07:00.1 07 0x100 1)))")]
    [InlineData("pci", "07:00.1=0,0=5", "((pci (dev 00 0000 07:00.1=0 07 0x105 0) (dev 00 0000 07:00.1=0 07 0x100 1)))")]
    [InlineData("pci", "07:00.0=1-1=0", "((pci (dev 00 0000 07:00.0=1-1=0 07 0x101 0) (dev 00 0000 07:00.0=1-1=0 07 0x100 1)))")]
    [InlineData("pci", "07:00.7", "((pci (dev 00 0000 07:00.7 07 0x100 7)))")]
    [InlineData("pci", "07:00.0,power_mgmt=YES", "((pci (dev 00 0000 07:00.0 07 0x100 0 (opts (power_mgmt YES)))))")]
    [InlineData(
        "pci",
        "07:00.0,,msitranslate=no,power_mgmt=1,",
        "((pci (dev 00 0000 07:00.0 07 0x100 0 (opts (msitranslate no)) (opts (power_mgmt 1)))))"
    )]
    [InlineData("pci", "07:00.0@2a", "Failed to parse pci device: 07:00.0@2a")]
    [InlineData("pci", "07:00", "Failed to parse pci device: 07:00")]
    [InlineData("pci", "07.00.0", "Failed to parse pci device: 07.00.0")]
    [InlineData("pci", "07:00.8", "Failed to parse pci device: 07:00.8")]
    [InlineData("pci", "07:00.0-1-2", "Failed to parse pci device: 07:00.0-1-2")]
    [InlineData("pci", "07:00.0.1", "Failed to parse pci device: 07:00.0.1")]
    [InlineData("pci", "07:00.010", "Invalid physical function in: 010")]
    [InlineData("pci", "07:00.0=1=2", "Invalid function: 0=1=2")]
    [InlineData("pci", "07:00.0=080", "Invalid virtual function in: 0=080")]
    [InlineData("pci", "07:00.0-3=1", "Invalid range in: 0-3=1")]
    [InlineData("pci", "07:00.0,0", "Duplicate functions: 07:00.0,0")]
    [InlineData("pci", "07:00.0,1=0", "Duplicate functions: 07:00.0,1=0")]
    [InlineData("pci", "07:00.0=1", "Virtual device does not include virtual function 0: 07:00.0=1")]
    [InlineData("pci", "07:00.1-2", "Virtual device does not include virtual function 0: 07:00.1-2")]
    [InlineData("pci", "07:00.0,power_mgmt=2", "Invalid pci option power_mgmt=2: ")]
    [InlineData("pci", "07:00.0,permissive=1", "Invalid pci option permissive=1: ")]
    // vscsi
    [InlineData(
        "vscsi",
        "/dev/sda1, 7:0:0:0",
        "((vscsi (feature-host 0) (dev (state 1) (devid 7) (p-dev 0:0:0:0) (p-devname sda) (v-dev 7:0:0:0))))"
    )]
    [InlineData(
        "vscsi",
        "sg1,0:0:0:1,dom",
        "((vscsi (feature-host 0) (dev (state 1) (devid 0) (p-dev 0:0:1:0) (p-devname st0) (v-dev 0:0:0:1)) (backend dom)))"
    )]
    [InlineData(
        "vscsi",
        "0:0:0:0,host",
        "((vscsi (feature-host 1) (dev (state 1) (devid 0) (p-dev 0:0:0:0) (p-devname sda) (v-dev 0:0:0:0)) "
            + "(dev (state 1) (devid 0) (p-dev 0:0:1:0) (p-devname st0) (v-dev 0:0:1:0))))"
    )]
    [InlineData("vscsi", "sda", "vscsi syntax error \"sda\"")]
    [InlineData("vscsi", "sda,0:0:0", "vscsi syntax error \"0:0:0\"")]
    [InlineData("vscsi", "sda,0:0:0:0,a,b", "vscsi syntax error \"sda,0:0:0:0,a,b\"")]
    [InlineData("vscsi", "sdz,host", "Cannot find device \"sdz\"")]
    // p9, channel, vusb, vtpm, ioports, access_control
    [InlineData("p9", "tag=share, path=/srv/a b", "((9pfs (tag share) (path '/srv/a b')))")]
    [InlineData(
        "p9",
        "security_model=mapped-xattr,backend=0,path=/srv,tag=t",
        "((9pfs (tag t) (path /srv) (security_model mapped-xattr) (backend 0)))"
    )]
    [InlineData("p9", "tag=share,root=/srv", "Invalid p9 option: root")]
    [InlineData("p9", "share", "share should be a pair, separated by an equals sign.")]
    [InlineData("channel", "connection=pty,name=org.example.a", "((channel (name org.example.a) (connection pty)))")]
    [InlineData(
        "channel",
        "backend=0, connection=socket, path=/run/b.sock, name = b",
        "((channel (name b) (connection socket) (path /run/b.sock) (backend 0)))"
    )]
    [InlineData("channel", "connection=pty,nmae=a", "Invalid channel option: nmae")]
    [InlineData("channel", "pty", "pty should be a pair, separated by an equals sign.")]
    [InlineData("vusb", "usbver=1,numports=2,port_1=1-1", "((vusb (usb-ver 1) (num-ports 2) (port (1 1-1) (2 ''))))")]
    [InlineData("vusb", "usbver=3", "Invalid vusb option: usbver")]
    [InlineData("vusb", "numports=17", "Invalid vusb option: numports")]
    [InlineData("vtpm", "instance=1,backend=0", "((vtpm (pref_instance 1) (backend 0)))")]
    [InlineData("vtpm", "backend=tpm,uuid=0a1b2c3d-0000", "((vtpm (backend tpm) (uuid 0a1b2c3d-0000)))")]
    [InlineData("vtpm", "instance=VTPMD,uuid=u", "((vtpm (pref_instance 0) (uuid u)))")]
    [InlineData("vtpm", "instance=0", "VM config error: vTPM instance must not be 0.")]
    [InlineData("vtpm", "instance=", "Vm config error: could not parse instance number.")]
    [InlineData("vtpm", "type=x", "Invalid vtpm specifier: type=x")]
    [InlineData("ioports", "2f8-2ff", "((ioports (from 0x2f8) (to 0x2ff)))")]
    [InlineData("ioports", "60", "((ioports (from 0x60) (to 0x60)))")]
    [InlineData("ioports", "1-2-3", "Invalid i/o port range specifier: 1-2-3")]
    [InlineData("access_control", "policy=p,q,label=l", "((access_control (policy 'p,q') (label l)))")]
    [InlineData("access_control", "label=l,policy=p", "Invalid access_control specifier: label=l,policy=p")]
    // cpuid: a mask of 32 may begin with 0x.
    [InlineData("cpuid", "1:ecx=0xxxxxxx0xx00xxxxxxxxxxxxxxxxxxx", "((1 (ecx 0xxxxxxx0xx00xxxxxxxxxxxxxxxxxxx)))")]
    [InlineData("cpuid", "4,1:eax=0x1f,ebx=0xffffffff", "(('4,1' (eax 0x1f) (ebx 0xffffffff)))")]
    [InlineData("cpuid", "1:eax=0x1,eax=0x2", "((1 (eax 0x2)))")]
    [InlineData(
        "cpuid",
        "1:ecx=0x1ffffffff",
        "cpuid: ecx=0x1ffffffff is neither 32 of the characters 0 1 x k s nor a hexadecimal number of 32 bits such as 0x1f"
    )]
    [InlineData("cpuid", "1:ecx=11", "cpuid: We should specify all the bits of the register ecx for input 1\n")]
    [InlineData("cpuid", "1:efx=0x1", "cpuid's syntax is (eax|ebx|ecx|edx)=value")]
    public void A_line_gives_what_xm_4_1_gave(string variable, string line, string expected)
    {
        var (value, error) = Ours(variable, line);
        // For short: a PCI function's slot, domain, key, bus, place in the guest, and number.
        Assert.Equal(expected, error ?? (variable == "pci" ? Brief(value!) : value!.ToString()));
    }

    [Fact]
    public void Each_grammar_is_tried() =>
        Assert.Equal(
            CompoundStringGenerator.Variables.Order(),
            Enumerable.Range(0, 2_000).Select(_ => _generator.Next().Variable).Distinct().Order()
        );

    [Fact]
    public void Random_lines_give_what_the_grammars_say()
    {
        var lines = Enumerable.Range(0, Lines).Select(_ => _generator.Next()).ToArray();
        var expected = Oracle([.. lines.Select(line => new[] { line.Variable, line.Line })]);
        var different = new List<string>();
        var refused = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            var (variable, line) = lines[i];
            var (value, error) = Ours(variable, line);
            var isRefused = expected[i][0].GetString() == "error";
            // Where the oracle has no sentence, old xm's was one of Python's.
            var sentence = isRefused ? expected[i][1].GetString() : null;
            var theirs = isRefused ? "error: " + sentence : Flat(expected[i][1]);
            var ours = error is null ? Flat(value!) : "error: " + error;
            if (isRefused && sentence is null ? error is null : ours != theirs)
            {
                different.Add($"{variable} = [ '{line}' ]\n  oracle: {theirs}\n  xm:     {ours}");
            }
            refused += error is null ? 0 : 1;
        }
        Assert.True(
            different.Count == 0,
            $"{different.Count} lines differ (seed {Seed}); the first:\n{string.Join('\n', different.Take(10))}"
        );
        Assert.InRange(refused, lines.Length / 10, lines.Length * 2 / 3);
    }

    private (SList? Value, string? Error) Ours(string variable, string line)
    {
        if (variable == "disk of xl")
        {
            var (translated, problem, _) = XlDisk.ToXm(line);
            return (translated is null ? null : SList.Of(translated), problem);
        }
        var settings = new Settings(GuestVariables.All.Concat(LaterVariables.All));
        settings.Set(variable, new ListValue([line]));
        try
        {
            return (Read(variable, settings), null);
        }
        catch (CommandError error)
        {
            return (null, error.Message);
        }
    }

    private SList Read(string variable, Settings settings)
    {
        switch (variable)
        {
            case "cpuid":
                return new SList(
                    CpuidLines
                        .ToSxp(settings, "cpuid")
                        .Items.Cast<SList>()
                        .Select(leaf => (SValue)new SList([leaf[0], .. ((SList)leaf[1]).Items]))
                );
            case "access_control":
                return (SList)AccessControlLine.ToSxp(settings)![1];
            default:
                var devices = new DeviceSection(settings, _xm.Surroundings(Stream.Null, Stream.Null), _ => { });
                devices.Check();
                return new SList(devices.Build().Select(device => device.Expression));
        }
    }

    private static string Brief(SList devices)
    {
        var pci = (SList)devices[0];
        var functions = pci
            .Items.Skip(1)
            .Cast<SList>()
            .Select(function =>
            {
                var values = new[] { "slot", "domain", "key", "bus" }.Select(key => function.Value(key)!.ToString().Replace("0x", ""));
                var last = function.Value("func")!.ToString().Replace("0x", "");
                var options = string.Concat(function.Children("opts").Select(option => " " + option));
                return $"(dev {string.Join(' ', values).Replace("'", "")} {function.Value("vdevfn")} {last}{options})";
            });
        return $"((pci {string.Join(' ', functions)}))";
    }

    private static string Flat(SValue value) =>
        value is SList list ? $"({string.Join(' ', list.Items.Select(Flat))})" : PythonString.Repr(value.ToString());

    private static string Flat(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array
            ? $"({string.Join(' ', value.EnumerateArray().Select(Flat))})"
            : PythonString.Repr(value.GetString()!);

    private static JsonElement[][] Oracle(string[][] lines)
    {
        using var python = Process.Start(
            new ProcessStartInfo("python3", [Repository.File("tests/Xm.Tests/strings/oracle.py")])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        var answer = python.StandardOutput.ReadToEndAsync();
        python.StandardInput.Write(JsonSerializer.Serialize(lines));
        python.StandardInput.Close();
        python.WaitForExit();
        Assert.Equal(0, python.ExitCode);
        return JsonSerializer.Deserialize<JsonElement[][]>(answer.Result)!;
    }
}
