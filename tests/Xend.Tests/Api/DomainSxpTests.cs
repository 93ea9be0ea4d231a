using System.Collections.Immutable;
using Sxp;
using Xend.Api;
using Xend.Devices;
using Xend.Domains;
using Xend.Hypervisor;

namespace Xend.Tests.Api;

public class DomainSxpTests
{
    private const string LinuxLong = """
        (domain
            (domid 1)
            (cpu_weight 256)
            (cpu_cap 0)
            (pool_name Pool-0)
            (bootloader '')
            (vcpus 2)
            (cpus (() ()))
            (on_poweroff destroy)
            (description '')
            (on_crash restart)
            (uuid 7e19da7c-8dd7-415f-cebb-290b3c42ec1c)
            (bootloader_args '')
            (name linux)
            (on_reboot restart)
            (maxmem 256)
            (memory 256)
            (shadow_memory 9)
            (features '')
            (on_xend_start ignore)
            (on_xend_stop ignore)
            (start_time 1795198884.85)
            (cpu_time 92.5)
            (online_vcpus 2)
            (image
                (linux
                    (kernel /mnt/xen/linux/vmlinux)
                    (args
                        'root=/dev/xvda1 console=hvc0 init=/sbin/init rootfstype=ext4 rootflags=nobarrier'
                    )
                    (superpages 0)
                    (videoram 4)
                    (pci ())
                    (nomigrate 0)
                    (tsc_mode 0)
                    (notes
                        (GUEST_VERSION 2.6)
                        (GUEST_OS linux)
                        (LOADER generic)
                        (SUSPEND_CANCEL 1)
                        (XEN_VERSION xen-3.0)
                    )
                )
            )
            (status 2)
            (state -b----)
            (store_mfn 548611)
            (console_mfn 548610)
            (device
                (vif
                    (bridge eth0)
                    (mac 00:16:3e:38:d4:07)
                    (script /etc/xen/scripts/vif-bridge)
                    (uuid 468fc6f8-3d23-7731-9c99-0e8cf2df0cd9)
                    (backend 0)
                )
            )
            (device
                (console
                    (protocol vt100)
                    (location 2)
                    (uuid a4e0ab7b-bda8-4564-cbd1-40c30c69324c)
                )
            )
            (device
                (vbd
                    (uuid 5e6bc60a-de9f-e676-843f-91eafb550aa3)
                    (bootable 1)
                    (dev xvda:disk)
                    (uname phy:/dev/vg01/linux0)
                    (mode w)
                    (backend 0)
                    (VDI '')
                )
            )
        )

        """;

    [Fact]
    public void A_running_guest_is_printed_as_old_xend_printed_it() =>
        Assert.Equal(LinuxLong, SxpWriter.Pretty(DomainSxp.Describe(SampleDomains.Linux, withDevices: true)));

    [Fact]
    public void The_brief_form_is_the_full_one_without_devices()
    {
        var full = DomainSxp.Describe(SampleDomains.Linux, withDevices: true);
        var brief = DomainSxp.Describe(SampleDomains.Linux, withDevices: false);
        Assert.Equal(new SList(full.Items.Where(item => item is not SList { Name: "device" })), brief);
    }

    [Fact]
    public void Domain_0_has_its_own_elements_without_start_time_and_description()
    {
        var names = Names(DomainSxp.Describe(SampleDomains.Control with { StartTime = 5 }, withDevices: true));
        Assert.Equal(
            "domid cpu_weight cpu_cap pool_name bootloader vcpus cpus on_poweroff on_crash uuid bootloader_args name on_reboot maxmem "
                + "memory "
                + "shadow_memory features on_xend_start on_xend_stop cpu_time online_vcpus image status state",
            names
        );
    }

    [Fact]
    public void A_domain_of_another_toolstack_shows_only_what_is_known()
    {
        var foreign = SampleDomains.Linux with { Config = null, Foreign = true };
        var described = DomainSxp.Describe(foreign, withDevices: true);
        Assert.Equal(
            "domid pool_name vcpus uuid name maxmem memory start_time cpu_time online_vcpus image status state store_mfn console_mfn",
            Names(described)
        );
        Assert.Equal("(image (linux (kernel '')))", SxpWriter.OneLine(described.Child("image")!));
    }

    [Fact]
    public void An_inactive_domain_has_no_runtime_elements_and_configured_devices()
    {
        var described = DomainSxp.Describe(
            SampleDomains.Linux with
            {
                Id = null,
                Info = null,
                StartTime = null,
                StoreFrame = null,
                ConsoleFrame = null,
                ConsolePort = null,
            },
            withDevices: true
        );
        foreach (var name in new[] { "domid", "start_time", "cpu_time", "online_vcpus", "state", "store_mfn", "console_mfn" })
        {
            Assert.Null(described.Child(name));
        }
        Assert.Equal(new SInt(0), described.Value("status"));
        Assert.Contains(
            "(device (vbd (uuid 5e6bc60a-de9f-e676-843f-91eafb550aa3) (bootable 1) (driver paravirtualised) (dev xvda) (uname "
                + "phy:/dev/vg01/linux0) (mode w)))",
            described.Items.Select(SxpWriter.OneLine)
        );
        Assert.Contains(
            "(device (vif (bridge eth0) (mac 00:16:3e:38:d4:07) (uuid 468fc6f8-3d23-7731-9c99-0e8cf2df0cd9)))",
            described.Items.Select(SxpWriter.OneLine)
        );
    }

    [Fact]
    public void The_console_is_listed_although_nobody_configured_it()
    {
        var config = SampleDomains.Linux.Config!;
        var domain = SampleDomains.Linux with
        {
            ConsolePort = 7,
            Config = config with { Devices = [.. config.Devices.Where(device => device.Class != "console")] },
        };
        var first = Console(domain);
        Assert.StartsWith("(console (protocol vt100) (location 7) (uuid ", SxpWriter.OneLine(first));
        Assert.Equal(first, Console(domain));
        Assert.NotEqual(first.Value("uuid"), Console(domain with { Uuid = Guid.NewGuid() }).Value("uuid"));

        static SList Console(DomainView domain) =>
            DomainSxp
                .Describe(domain, true)
                .Children("device")
                .Select(device => (SList)device[1])
                .Single(device => device.Name == "console");
    }

    [Fact]
    public void An_empty_drive_has_no_uname()
    {
        var drive = new VbdConfig(Guid.NewGuid(), "", "hdc", true, "r", "0", false);
        var domain = SampleDomains.Linux with { Config = SampleDomains.Linux.Config! with { Devices = [drive] } };
        var text = SxpWriter.OneLine(DomainSxp.Describe(domain, true));
        Assert.Contains("(bootable 0) (dev hdc:cdrom) (mode r) (backend 0) (VDI '')", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_vif_has_beyond_the_usual_follows_its_backend()
    {
        var vif = new VifConfig(
            Guid.Empty,
            0,
            "00:16:3e:00:00:01",
            "",
            "/etc/xen/scripts/vif-bridge",
            "bridge=xenbr1",
            "10.0.0.2",
            "red0",
            "ioemu",
            "e1000",
            "1000,50000",
            "driver"
        );
        var domain = SampleDomains.Linux with { Config = SampleDomains.Linux.Config! with { Devices = [vif] } };
        Assert.Contains(
            "(vif (mac 00:16:3e:00:00:01) (script '/etc/xen/scripts/vif-bridge bridge=xenbr1') (uuid "
                + "00000000-0000-0000-0000-000000000000) (backend driver) "
                + "(ip 10.0.0.2) (type ioemu) (vifname red0) (rate '1000,50000') (model e1000))",
            SxpWriter.OneLine(DomainSxp.Describe(domain, true)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_number_beyond_31_bits_travels_as_a_string() =>
        Assert.Equal(
            new SString("3000000000"),
            DomainSxp.Describe(SampleDomains.Linux with { StoreFrame = 3_000_000_000 }, false).Value("store_mfn")
        );

    [Fact]
    public void Pinned_vcpus_list_their_cpus()
    {
        ImmutableArray<ImmutableArray<int>> cpus =
        [
            [0, 1],
            [3],
        ];
        var domain = SampleDomains.Linux with { Config = SampleDomains.Linux.Config! with { Cpus = cpus } };
        Assert.Equal("(cpus ((0 1) (3)))", SxpWriter.OneLine(DomainSxp.Describe(domain, false).Child("cpus")!));
    }

    [Theory]
    [InlineData("r-----", 2, true, false, false, null, false)]
    [InlineData("-b----", 2, false, true, false, null, false)]
    [InlineData("------", 2, false, false, false, null, false)]
    [InlineData("--p---", 1, false, false, true, null, false)]
    [InlineData("---s--", 0, false, false, false, ShutdownReason.Poweroff, false)]
    [InlineData("---s--", 0, false, false, false, ShutdownReason.Suspend, false)]
    [InlineData("----c-", 5, false, false, false, ShutdownReason.Crash, false)]
    [InlineData("-b---d", 0, false, true, false, null, true)]
    public void Xens_flags_become_letters_and_a_number(
        string letters,
        int status,
        bool running,
        bool blocked,
        bool paused,
        ShutdownReason? shutdown,
        bool dying
    )
    {
        var info = SampleDomains.Linux.Info! with
        {
            Running = running,
            Blocked = blocked,
            Paused = paused,
            Shutdown = shutdown,
            Dying = dying,
        };
        var described = DomainSxp.Describe(SampleDomains.Linux with { Info = info }, false);
        Assert.Equal(new SString(letters), described.Value("state"));
        Assert.Equal(new SInt(status), described.Value("status"));
    }

    private static string Names(SList domain) => string.Join(' ', domain.Items.Skip(1).Select(item => ((SList)item).Name));
}
