namespace Xend.Hosting;

/// <summary>Where things are on a host. The defaults are old xend's and stock Xen's; tests put others in their place.</summary>
public sealed record XendPaths
{
    /// <summary>The configuration; the environment's XEND_CONFIG names another.</summary>
    public string ConfigFile { get; init; } = "/etc/xen/xend-config.sxp";

    public string PidFile { get; init; } = "/var/run/xend.pid";

    /// <summary>Mode 0700: lock and sockets.</summary>
    public string RunDirectory { get; init; } = "/var/run/xend";

    /// <summary>What the daemon wrote to stdout and stderr while nobody looked.</summary>
    public string DebugLog { get; init; } = "/var/log/xen/xend-debug.log";

    /// <summary>One line of its own here tells which hypervisor runs below: <c>xen</c>.</summary>
    public string HypervisorType { get; init; } = "/sys/hypervisor/type";

    /// <summary>Names <c>control_d</c> in dom0. Needs xenfs mounted.</summary>
    public string Capabilities { get; init; } = "/proc/xen/capabilities";

    /// <summary>The device by which libxenctrl makes hypercalls.</summary>
    public string PrivilegedCommands { get; init; } = "/dev/xen/privcmd";

    /// <summary>xenstored's socket.</summary>
    public string XenStoreSocket { get; init; } = "/run/xenstored/socket";

    /// <summary>Held for the daemon's life.</summary>
    public string LockFile => Path.Combine(RunDirectory, "xend.lock");

    /// <summary>The socket of the old XML-RPC interface, which xm uses.</summary>
    public string XmlRpcSocket => Path.Combine(RunDirectory, "xmlrpc.sock");

    /// <summary>What is known of each running domain, a file a domain.</summary>
    public string RecordsDirectory => Path.Combine(RunDirectory, "domains");

    /// <summary>What is under way, a file an operation.</summary>
    public string JournalDirectory => Path.Combine(RunDirectory, "journal");

    /// <summary>Kernels and ramdisks that boot loaders took from guests' disks, until they are loaded.</summary>
    /// <remarks>Beside libxl's. Not below /run: a guest's ramdisk is no small file, and that is in dom0's memory.</remarks>
    public string BootDirectory { get; init; } = "/var/lib/xen/xend-boot";

    /// <summary>Which loop devices were made for guests' disks, a file a disk.</summary>
    public string LoopsDirectory => Path.Combine(RunDirectory, "loops");

    /// <summary>Which functions of PCI devices were taken from drivers of dom0, a file a function.</summary>
    public string PciDirectory => Path.Combine(RunDirectory, "pci");

    /// <summary>Which guests of other hosts are this host's, a file each. Outlives the machine.</summary>
    public string ArrivalsDirectory { get; init; } = "/var/lib/xend/arrivals";

    /// <summary>Unpacked kernels: only a cache, it may be removed at any time.</summary>
    public string KernelCacheDirectory { get; init; } = "/var/cache/xend/kernels";

    /// <summary>Where device models write: qemu-dm-NAME.log.</summary>
    public string DeviceModelLogDirectory { get; init; } = "/var/log/xen";

    /// <summary>This host's, as the environment has them.</summary>
    public static XendPaths FromEnvironment() =>
        Environment.GetEnvironmentVariable("XEND_CONFIG") is { Length: > 0 } file ? new XendPaths { ConfigFile = file } : new XendPaths();
}
