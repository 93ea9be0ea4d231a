using System.Diagnostics;
using System.Globalization;
using Sxp;
using Xend.Domains;

namespace Xend.Tests.Domains;

/// <summary>Whatever a client sends as a domain, reading it ends in a configuration or in an error that says what is wrong.</summary>
/// <remarks>XM_FUZZ in the environment gives the number of inputs.</remarks>
public class ConfigFuzzTests
{
    private static readonly int Inputs = int.TryParse(
        Environment.GetEnvironmentVariable("XM_FUZZ"),
        NumberStyles.None,
        CultureInfo.InvariantCulture,
        out var given
    )
        ? given
        : 20_000;

    private static readonly string[] Seeds =
    [
        """
            (vm (name linux) (memory 256) (maxmem 512) (restart onreboot) (on_poweroff destroy) (on_reboot restart) (on_crash restart) (on_xend_start ignore)
                (on_xend_stop ignore) (vcpu_avail 3) (vcpus 4) (uuid 7e19da7c-8dd7-415f-cebb-290b3c42ec1c) (cpu 0) (cpus '0-3,^1') (cpu_cap 50) (cpu_weight 512)
                (backend (blkif)) (localtime 1) (oos 1) (pool_name Pool-0) (bootloader /usr/bin/pygrub) (bootloader_args -q) (shadow_memory 8)
                (image (linux (kernel /boot/vmlinux) (ramdisk /boot/initrd) (ip :1.2.3.4::::eth0:dhcp) (root /dev/xvda1) (videoram 4) (args 'console=hvc0') (tsc_mode 0)))
                (s3_integrity 1) (security ((access_control (policy P) (label L))))
                (device (vbd (uname phy:/dev/vg01/linux0) (dev xvda) (mode w)))
                (device (tap (uname tap:aio:/img/b) (dev sda1) (mode 'w!') (backend 0) (protocol x86_32-abi)))
                (device (vbd (uname '') (dev hdc:cdrom) (mode r)))
                (device (pci (dev (slot 0x00) (domain 0x0000) (key 07:00.0) (bus 0x07) (vdevfn 0x100) (func 0x0) (opts (msitranslate 0)))))
                (device (irq (irq 7))) (device (ioports (from 0x2f8) (to 0x2ff)))
                (device (vif (bridge eth0) (mac 00:16:3e:38:d4:07) (ip '10.0.0.1 10.0.0.2') (rate 10Mb/s@20ms) (script vif-bridge) (vifname v1) (backend 0)))
                (device (9pfs (tag share) (path /srv/share) (security_model none) (backend 0)))
                (device (channel (name org.example.a) (connection pty) (devid 3))) (device (channel (name b) (connection socket) (path /run/b)))
                (device (vtpm (pref_instance 1) (backend tpm) (uuid 0a1b2c3d-0000-4000-8000-0123456789ab)))
                (device (vscsi (feature-host 0) (dev (state 1) (devid 0) (p-dev 2:0:0:0) (p-devname sda) (v-dev 0:0:0:0)) (backend 0)))
                (device (vif)) (device (vkbd)) (device (vfb (vnc 1) (vncunused 1))))
            """,
        """
            (domain (domid 3) (cpu_weight 256) (cpu_cap 0) (pool_name Pool-0) (bootloader '') (vcpus 2) (cpus (() ())) (on_poweroff destroy) (description '') (on_crash restart)
                (uuid 7e19da7c-8dd7-415f-cebb-290b3c42ec1c) (name winxp) (on_reboot restart) (maxmem 1024) (memory 1024) (start_time 1795198884.85)
                (image (hvm (kernel '') (loader /usr/lib/xen/boot/hvmloader) (acpi 1) (boot c) (cpuid ((1 ((ecx 0xffffffff))))) (vnc 1) (notes (SUSPEND_CANCEL 1))))
                (status 2) (state -b----) (device (vif (mac 00:16:3e:38:d4:15) (uuid 468fc6f8-3d23-7731-9c99-0e8cf2df0cd9) (backend 0))) (device (console (protocol vt100))))
            """,
    ];

    private static readonly string[] Texts =
    [
        "",
        "0",
        "1",
        "-1",
        "7",
        "abc",
        "99999999999999999999",
        "4294967296",
        "9223372036854775807",
        "0x10",
        "1e9",
        "None",
        "True",
        " 5 ",
        "0-4095",
        "0-999999",
        "^",
        "^^1",
        "1-",
        "-",
        "a/b",
        "../../x",
        "/",
        "phy:",
        "phy:x",
        "tap:",
        "file:/",
        ":",
        ",",
        "xvda",
        "xvdzzzzzzzz",
        "hdc:cdrom",
        "ioemu:",
        "hda:disk:",
        "sd",
        "0:0:0:0:0:0",
        "::::::",
        "G/s",
        "b/s",
        "@",
        "1Gb/s@s",
        "never",
        "linux",
        "hvm",
        "pvh",
        "é",
        "\ud800",
        "\udc80",
        "\0",
        "\u0001",
        "\n",
        "'",
        "\"",
        "(",
        "%s%n",
        new string('9', 400),
        new string('x', 5000),
        new string('y', 4090),
        "name",
        "device",
        "vbd",
        "vif",
        "image",
    ];

    [Fact]
    public void A_damaged_domain_is_read_or_refused_with_a_sentence()
    {
        var random = new Random(815);
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < Inputs; i++)
        {
            SValue value = (SList)SxpReader.Read(Seeds[i % Seeds.Length]);
            for (var damage = random.Next(1, 5); damage > 0; damage--)
            {
                value = Damage(value, random, 0);
            }
            if (value is SList list)
            {
                var start = Stopwatch.GetTimestamp();
                Read(list);
                var took = Stopwatch.GetElapsedTime(start);
                slowest = took > slowest ? took : slowest;
            }
        }
        // A read takes microseconds; the limit is that of a machine that does other things too.
        Assert.True(slowest < TimeSpan.FromSeconds(10), $"one took {slowest}");
    }

    [Fact]
    public void Lists_of_CPUs_that_name_each_one_over_and_over_cost_little()
    {
        var text = string.Join(',', Enumerable.Repeat("0-4095", 580));
        var lists = string.Join(' ', Enumerable.Repeat($"'{text}'", 500));
        var start = Stopwatch.GetTimestamp();
        var config = Config((SList)SxpReader.Read($"(vm (name x) (memory 1) (vcpus 500) (cpus ({lists})) (image (linux (kernel /k))))"));
        Assert.Equal(4096, config.Cpus[499].Length);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Structs_are_bounded_like_lists()
    {
        SValue value = 1;
        for (var depth = 0; depth < 40; depth++)
        {
            value = SStruct.Of(("a", value));
        }
        Assert.Equal("a is nested too deeply.", Assert.Throws<XendError>(() => Config(SList.Of("vm", SList.Of("name", value)))).Message);
    }

    private static DomainConfig Config(SList source) => new DomainConfigReader("vif-bridge").Read(source);

    private static void Read(SList source)
    {
        DomainConfig config;
        // Whoever asks for all that is wrong is told of the first, too.
        var problems = ConfigExamination.Of(source, "vif-bridge").Problems;
        try
        {
            config = Config(source);
        }
        catch (XendError error)
        {
            Assert.NotEmpty(error.Message);
            Assert.Contains(problems, problem => problem.Error.Text == error.Text);
            Assert.NotEqual(ErrorCode.Internal, error.Code);
            Assert.True(error.Text.Length < 2000 && !error.Text.Any(letter => char.IsControl(letter) && letter != '\n'), error.Text);
            return;
        }
        Assert.InRange(config.MemoryMib, 1u, config.MaxMemoryMib);
        Assert.InRange(config.OnlineVcpus, 1u, config.Vcpus);
        Assert.True(DomainName.IsValid(config.Name));
        // What is written down for the next daemon, and in the file of a managed domain, means the same.
        var written = DomainConfigWriter.Write(config);
        Assert.Equal(written, DomainConfigWriter.Write(Config(written)));
        var kept = new DomainEntry
        {
            Uuid = config.Uuid,
            Name = config.Name,
            Config = config,
            Managed = true,
            State = DomainState.Halted,
        };
        var file = ManagedDomainForm.Read(ThroughText(ManagedDomainForm.Write(kept)));
        Assert.Equal(SxpWriter.OneLine(ThroughText(written)), SxpWriter.OneLine(DomainConfigWriter.Write(file.Config!)));
    }

    private static SList ThroughText(SList value) => (SList)SxpReader.Read(SxpWriter.Pretty(value, SxpWriter.FileWidth));

    private static SValue Damage(SValue value, Random random, int depth)
    {
        if (value is not SList { Count: > 0 } list || (depth > 0 && random.Next(6) == 0))
        {
            return Anything(random, 0);
        }
        var at = random.Next(list.Count);
        return random.Next(10) switch
        {
            0 => new SList(list.Items.RemoveAt(at)),
            1 => new SList(list.Items.Insert(at, list[random.Next(list.Count)])),
            2 => new SList(list.Items.Insert(at, Anything(random, 0))),
            3 => new SList(list.Items.SetItem(at, list[random.Next(list.Count)])),
            _ => new SList(list.Items.SetItem(at, Damage(list[at], random, depth + 1))),
        };
    }

    private static SValue Anything(Random random, int depth) =>
        random.Next(depth > 3 ? 7 : 12) switch
        {
            0 => random.NextInt64(long.MinValue, long.MaxValue),
            1 => random.Next(-3, 600),
            2 => random.Next(3) switch
            {
                0 => double.NaN,
                1 => double.PositiveInfinity,
                _ => random.NextDouble() * 1e20,
            },
            3 => random.Next(2) == 0,
            4 => SNone.Instance,
            < 9 => Texts[random.Next(Texts.Length)],
            9 => SStruct.Of((Texts[random.Next(Texts.Length)], Anything(random, depth + 1))),
            10 => Enumerable.Range(0, random.Next(200)).Aggregate((SValue)"x", (inner, _) => SList.Of("a", inner)),
            _ => new SList(Enumerable.Range(0, random.Next(5)).Select(_ => Anything(random, depth + 1))),
        };
}
