using System.Diagnostics;
using System.Globalization;
using Xm.CommandLine;
using Xm.Config.Domain;
using Xm.Config.Lint;
using Xm.Config.Xl;

namespace Xm.Tests;

/// <summary>Whatever values a guest file has, <c>xm create -n</c> and <c>xm lint</c> end in a domain or in sentences.</summary>
/// <remarks>XM_FUZZ in the environment gives the number of inputs.</remarks>
public sealed class GuestFileFuzzTests : IDisposable
{
    private static readonly int Inputs = int.TryParse(
        Environment.GetEnvironmentVariable("XM_FUZZ"),
        NumberStyles.None,
        CultureInfo.InvariantCulture,
        out var given
    )
        ? given
        : 1000;

    private static readonly string[] Pieces =
    [
        "phy:",
        "tap:aio:",
        "tap2:",
        "file:/a",
        "nbd:host 1",
        "/dev/vg/a",
        ",",
        ",,",
        "xvda",
        "hdc:cdrom",
        "ioemu:",
        ":",
        "w",
        "r",
        "w!",
        "raw",
        "qcow2",
        "format=",
        "vdev=xvdb",
        "target=",
        "access=ro",
        "devtype=cdrom",
        "cdrom",
        "script=block-x",
        "backend=0",
        "type=vif",
        "type=ioemu",
        "bridge=br0",
        "mac=00:16:3e:00:00:01",
        "ip=",
        "rate=10Mb/s",
        "mtu=1",
        "=",
        "==",
        " ",
        "\t",
        "vnc=1",
        "vncunused",
        "usbver=1",
        "numports=3",
        "port_1=1-1",
        "07:00.0",
        "0000:08:1f.",
        "0-7",
        "0,2",
        "0=1",
        "*",
        "@1c",
        "msitranslate=1",
        "permissive",
        "seize=1",
        "bdf=07:00.0",
        "2f8",
        "-2ff",
        "0x",
        "^1",
        "0-3",
        "all",
        "nodes:0",
        "1:",
        "0x80000001,2:",
        "eax=",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "0xff",
        "instance=1",
        "uuid=",
        "policy=P",
        "label=L",
        "0:0:0:0",
        "host",
        "sda",
        "é",
        "\\xff",
        "\\x00",
        "\\n",
        "%s",
        "9999999999999999999",
    ];

    private static readonly string[] Values =
    [
        "0",
        "1",
        "-1",
        "2",
        "512",
        "99999999999",
        "1.5",
        "1e300",
        "True",
        "None",
        "''",
        "'x'",
        "'1'",
        "'-5'",
        "[]",
        "['']",
        "[1]",
        "[[1]]",
        "[None]",
        "('a',)",
        "u'x'",
        "10L",
        "'hvm'",
        "'pvh'",
        "'linux'",
        "'pv'",
        "'ovmf'",
        "'destroy'",
        "'native'",
        "'uefi'",
        "'stdvga'",
        "'/boot/vmlinuz'",
        "'hvmloader'",
        "'0.0.0.0:1'",
        "'a:b:c'",
        "['defaults']",
    ];

    private static readonly string[] Lists =
    [
        "disk",
        "vif",
        "vif2",
        "vfb",
        "pci",
        "vscsi",
        "vusb",
        "vtpm",
        "ioports",
        "irq",
        "irqs",
        "cpus",
        "cpuid",
        "cpuid_check",
        "access_control",
        "serial",
        "usbdevice",
        "bootloader_args",
    ];

    private readonly XmRun _xm = new XmRun().WithFile("/boot/vmlinuz").WithFile("/sys/bus/scsi/devices/2:0:0:0/block/sda/size");

    public void Dispose() => _xm.Dispose();

    [Fact]
    public void Random_values_make_a_domain_or_are_told()
    {
        string[] names =
        [
            .. GuestVariables.All.Concat(LaterVariables.All).Select(spec => spec.Name),
            "cap",
            "cmdline",
            "firmware",
            "vga",
            "viridian",
            "pvh",
            "driver_domain",
            "spice",
            "nmae",
            "paused",
            "quiet",
            "config",
            "path",
            "json",
        ];
        var random = new Random(4713);
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < Inputs; i++)
        {
            var text =
                "kernel = '/boot/vmlinuz'\n"
                + string.Concat(
                    Enumerable
                        .Range(0, random.Next(1, 8))
                        .Select(_ =>
                            random.Next(2) == 0
                                ? $"{names[random.Next(names.Length)]} = {Values[random.Next(Values.Length)]}\n"
                                : $"{Lists[random.Next(Lists.Length)]} = "
                                    + $"[{string.Join(", ", Enumerable.Range(0, random.Next(1, 4)).Select(_ => "'" + Line(random) + "'"))}]\n"
                        )
                );
            _xm.WithFile("/etc/xen/x", text);
            var start = Stopwatch.GetTimestamp();
            Try(text);
            var took = Stopwatch.GetElapsedTime(start);
            slowest = took > slowest ? took : slowest;
        }
        // One takes about a millisecond; the limit is that of a machine that does other things too.
        Assert.True(slowest < TimeSpan.FromSeconds(10), $"one took {slowest}");
    }

    [Fact]
    public void Random_strings_for_devices_are_read_or_told()
    {
        var random = new Random(4714);
        var check = new DeviceCheck(new Settings(GuestVariables.All), _xm.Surroundings(Stream.Null, Stream.Null));
        string[] variables = ["disk", "vif", "vif2", "vfb", "vusb", "p9", "channel", "vtpm", "pci", "cpuid", "ioports"];
        for (var i = 0; i < Math.Max(Inputs, 50_000); i++)
        {
            var line = Line(random);
            Assert.NotEqual("", check.Problem(variables[i % variables.Length], line));
            foreach (
                var read in new[]
                {
                    XlDisk.ToXm(line),
                    XlVif.ToXm(line, i % 2 == 0),
                    XlVfb.ToXm(line),
                    XlPci.ToXm(line),
                    XlCpuid.ToXm(line),
                }
            )
            {
                Assert.True(read.Line is null != read.Problem is null, line);
            }
            // What was translated has the shape of xm's.
            Assert.True(XlDisk.ToXm(line).Line is not { } disk || DiskLine.Parse(disk).Device.Length > 0, line);
            XlSyntax.Read(line, out _);
        }
    }

    [Fact]
    public void A_huge_file_takes_a_short_time()
    {
        var names = string.Concat(Enumerable.Range(0, 40_000).Select(i => $"memry{i} = {i}\n"));
        var line = string.Join(", ", Enumerable.Repeat("'k=v'", 20_000));
        foreach (
            var text in new[]
            {
                names,
                $"vif = [{line}]\n",
                $"disk = [{line}]\n",
                $"pci = ['07:00.{string.Join(',', Enumerable.Repeat("0-7", 20_000))}']\n",
                $"vif = ['{string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"k{i}=v"))}']\n",
            }
        )
        {
            _xm.WithFile("/etc/xen/x", "kernel = '/boot/vmlinuz'\n" + text);
            var start = Stopwatch.GetTimestamp();
            Try(text);
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10), text[..40]);
        }
    }

    private static string Line(Random random) =>
        string.Concat(
            Enumerable.Range(0, random.Next(0, 8)).Select(_ => Pieces[random.Next(Pieces.Length)] + (random.Next(3) == 0 ? "," : ""))
        );

    private void Try(string text)
    {
        var outcome = _xm.Run("create", "-n", "x");
        Assert.True(outcome.Status is 0 or 1, text);
        Assert.True(outcome.Status == 0 ? outcome.Out.Contains("(vm") : outcome.Errors.Contains("Error: "), text + outcome.Errors);
        var lint = _xm.Run("lint", "x");
        Assert.True(lint.Status is 0 or 1 && lint.Errors.Length == 0, text);
        // Lint knows of every error at which create stops.
        Assert.True(outcome.Status == 0 || lint.Status == 1, $"{text}{outcome.Errors}{lint.Out}");
    }
}
