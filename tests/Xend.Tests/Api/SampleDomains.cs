using Sxp;
using Xend.Devices;
using Xend.Domains;
using Xend.Hypervisor;

namespace Xend.Tests.Api;

/// <summary>Domains as the documentation of old xend shows them.</summary>
internal static class SampleDomains
{
    public static DomainView Control { get; } =
        new()
        {
            Name = "Domain-0",
            Uuid = Guid.Empty,
            Id = 0,
            Info = new DomainInfo
            {
                Id = 0,
                Uuid = Guid.Empty,
                Running = true,
                CpuTimeNs = 3_160_400_000_000,
                OnlineVcpus = 2,
            },
            MemoryMib = 1024,
            MaxMemoryMib = 16777215,
            Vcpus = 2,
        };

    public static DomainView Linux { get; } =
        new()
        {
            Name = "linux",
            Uuid = Guid.Parse("7e19da7c-8dd7-415f-cebb-290b3c42ec1c"),
            Id = 1,
            Info = new DomainInfo
            {
                Id = 1,
                Uuid = Guid.Parse("7e19da7c-8dd7-415f-cebb-290b3c42ec1c"),
                Blocked = true,
                CpuTimeNs = 92_500_000_000,
                OnlineVcpus = 2,
            },
            MemoryMib = 256,
            MaxMemoryMib = 256,
            Vcpus = 2,
            StartTime = 1795198884.8512,
            StoreFrame = 548611,
            ConsoleFrame = 548610,
            ConsolePort = 2,
            Config = new DomainConfig
            {
                Name = "linux",
                Uuid = Guid.Parse("7e19da7c-8dd7-415f-cebb-290b3c42ec1c"),
                MemoryMib = 256,
                MaxMemoryMib = 256,
                Vcpus = 2,
                OnlineVcpus = 2,
                ShadowMemoryMib = 9,
                Image = new ImageConfig
                {
                    Builder = "linux",
                    Kernel = "/mnt/xen/linux/vmlinux",
                    CommandLine = "root=/dev/xvda1 console=hvc0 init=/sbin/init rootfstype=ext4 rootflags=nobarrier",
                    // Not in the order in which they are printed.
                    Platform =
                    [
                        ("tsc_mode", 0),
                        (
                            "notes",
                            new SList([
                                SList.Of("GUEST_VERSION", "2.6"),
                                SList.Of("GUEST_OS", "linux"),
                                SList.Of("LOADER", "generic"),
                                SList.Of("SUSPEND_CANCEL", 1),
                                SList.Of("XEN_VERSION", "xen-3.0"),
                            ])
                        ),
                        ("nomigrate", 0),
                        ("videoram", 4),
                        ("pci", SList.Empty),
                    ],
                },
                Devices =
                [
                    new VbdConfig(
                        Guid.Parse("5e6bc60a-de9f-e676-843f-91eafb550aa3"),
                        "phy:/dev/vg01/linux0",
                        "xvda",
                        false,
                        "w",
                        "0",
                        true
                    ),
                    new VifConfig(
                        Guid.Parse("468fc6f8-3d23-7731-9c99-0e8cf2df0cd9"),
                        0,
                        "00:16:3e:38:d4:07",
                        "eth0",
                        "/etc/xen/scripts/vif-bridge",
                        "",
                        "",
                        "",
                        "",
                        "",
                        "",
                        "0"
                    ),
                    new KeptDeviceConfig(
                        "console",
                        Guid.Parse("a4e0ab7b-bda8-4564-cbd1-40c30c69324c"),
                        0,
                        SList.Of(
                            "console",
                            SList.Of("protocol", "vt100"),
                            SList.Of("location", 2),
                            SList.Of("uuid", "a4e0ab7b-bda8-4564-cbd1-40c30c69324c")
                        )
                    ),
                ],
            },
        };
}
