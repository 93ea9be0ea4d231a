using System.Reflection;

namespace Lab.Host;

/// <summary>Which host is booted. The environment says what holds for all hosts of a run, a fixture what it needs itself.</summary>
public sealed record LabOptions
{
    /// <summary>XEN_LAB_SUITE: bookworm (Xen 4.17, the default) or trixie (Xen 4.20).</summary>
    public string Suite { get; init; } = Environment.GetEnvironmentVariable("XEN_LAB_SUITE") is { Length: > 0 } suite ? suite : "bookworm";

    /// <summary>Of Xen in that suite.</summary>
    public string XenVersion => Suite == "trixie" ? "4.20" : "4.17";

    /// <summary>XEN_LAB_PUBLISH: the directory with the build that is installed in dom0; null brings none in.</summary>
    public string? Publish { get; init; } =
        Environment.GetEnvironmentVariable("XEN_LAB_PUBLISH") is { Length: > 0 } publish ? publish : null;

    public XenStoreDaemon XenStored { get; init; } = XenStoreDaemon.OCaml;

    /// <summary>MiB of the whole emulated machine; dom0 has 1024 of them.</summary>
    public int MemoryMiB { get; init; } = 3072;

    /// <summary>A cable to another host: the UDP port of this machine at its own end, and that at the other's; null for none.</summary>
    public (int Own, int Other)? Link { get; init; }

    /// <summary>tests/Lab in the source tree.</summary>
    public static string Directory { get; } =
        typeof(LabOptions).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "LabDirectory").Value!;
}

/// <summary>The two programs that Xen ships to keep the store.</summary>
public enum XenStoreDaemon
{
    /// <summary>oxenstored, Debian's default.</summary>
    OCaml,

    /// <summary>xenstored.</summary>
    C,
}
