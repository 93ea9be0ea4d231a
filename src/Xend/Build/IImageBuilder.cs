using Xend.Hypervisor;

namespace Xend.Build;

/// <summary>Fills a domain that was created with its kernel. The real one does it in a child process, whose death is survived.</summary>
public interface IImageBuilder
{
    /// <summary>Builds the image. Throws <see cref="ImageBuildException"/>; the domain is then of no use and must be destroyed.</summary>
    /// <param name="request">What to build, into which domain.</param>
    /// <param name="progress">Sentences for a person who waits.</param>
    /// <param name="cancellation">Kills the child.</param>
    Task<ImageBuildResult> BuildAsync(ImageBuildRequest request, IProgress<string>? progress, CancellationToken cancellation);
}

public sealed record ImageBuildRequest
{
    public required uint DomainId { get; init; }

    public required GuestType Type { get; init; }

    /// <summary>What the guest gets, in MiB.</summary>
    public required uint MemoryMib { get; init; }

    /// <summary>HVM and PVH: what it believes to have; what it does not get is populated on demand. 0 for as much as it gets.</summary>
    public uint MaxMemoryMib { get; init; }

    public required uint MaxVcpus { get; init; }

    /// <summary>HVM and PVH: the vCPUs that are there from the start; 0 for all.</summary>
    public uint OnlineVcpus { get; init; }

    /// <summary>HVM: whether the guest is told of its APIC and so of more than one vCPU.</summary>
    public bool Apic { get; init; } = true;

    /// <summary>The kernel; for HVM hvmloader.</summary>
    public required string KernelPath { get; init; }

    /// <summary>HVM: the firmware that hvmloader is to start.</summary>
    public string? FirmwarePath { get; init; }

    public string? RamdiskPath { get; init; }

    public string CommandLine { get; init; } = "";

    /// <summary>PV ELF features that are asked for: <c>a|b|!c</c>.</summary>
    public string Features { get; init; } = "";

    public required uint StoreEventChannel { get; init; }

    public required uint ConsoleEventChannel { get; init; }

    public uint StoreDomainId { get; init; }

    public uint ConsoleDomainId { get; init; }
}

/// <summary>Where the builder put the shared rings: machine frames for PV, guest frames for HVM and PVH.</summary>
public sealed record ImageBuildResult(ulong StoreFrame, ulong ConsoleFrame);

/// <summary>The build failed.</summary>
/// <param name="call">The library call or the phase that failed: xc_dom_parse_image.</param>
/// <param name="reason">What it said, in a sentence.</param>
/// <param name="detail">libxc's own last log lines, or the way in which the child died.</param>
public sealed class ImageBuildException(string call, string reason, string? detail) : Exception($"{call}: {reason}")
{
    public string Call { get; } = call;

    public string Reason { get; } = reason;

    public string? Detail { get; } = detail;
}
