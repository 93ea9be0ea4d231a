using Xend.DeviceModel;
using Xend.Hypervisor;

namespace Xend.Domains;

/// <summary>One domain as it is now: what the daemon knows joined with what Xen says. Immutable.</summary>
public sealed record DomainView
{
    public required string Name { get; init; }

    public required Guid Uuid { get; init; }

    /// <summary>The id, or null for a domain that is not running.</summary>
    public uint? Id { get; init; }

    /// <summary>The configuration; null for Domain-0 and for domains that others created.</summary>
    public DomainConfig? Config { get; init; }

    /// <summary>What Xen says; null for a domain that it does not know (any more).</summary>
    public DomainInfo? Info { get; init; }

    /// <summary>Created by another toolstack: shown, not managed.</summary>
    public bool Foreign { get; init; }

    /// <summary>The memory target, in MiB.</summary>
    public required ulong MemoryMib { get; init; }

    /// <summary>The static maximum, in MiB.</summary>
    public required ulong MaxMemoryMib { get; init; }

    /// <summary>The configured maximum of vCPUs.</summary>
    public required uint Vcpus { get; init; }

    /// <summary>When it was built, seconds since 1970; null where it never was.</summary>
    public double? StartTime { get; init; }

    /// <summary>Frame of the store ring; null where not known.</summary>
    public ulong? StoreFrame { get; init; }

    /// <summary>Frame of the console ring (PV); null where not known.</summary>
    public ulong? ConsoleFrame { get; init; }

    /// <summary>The console's event channel; null where not known.</summary>
    public uint? ConsolePort { get; init; }

    /// <summary>Where its display can be seen; null where it has none.</summary>
    public VncAddress? Vnc { get; init; }

    /// <summary>The pseudo terminals in dom0 of its channels, by number.</summary>
    public IReadOnlyDictionary<uint, string> Terminals { get; init; } = DomainRuntime.None.Terminals;

    /// <summary>
    /// It ended, or is to end, and what follows is not done yet: until then its name must not leave the list of those that run.
    /// </summary>
    public bool Ending { get; init; }

    /// <summary>Its old self is being taken away, or gone, and a new one is being made.</summary>
    public bool Restarting { get; init; }

    /// <summary>Not running, its memory in its checkpoint.</summary>
    public bool Suspended { get; init; }

    /// <summary>Why it does not run again yet, or not at all.</summary>
    public RestartNote? Note { get; init; }

    public bool PausedByAdmin { get; init; }

    /// <summary>What holds a domain that was destroyed and does not go; null for all others.</summary>
    public string? HeldBy { get; init; }

    /// <summary>The operation under way: "create since 3 s, asked by root (pid 812)"; null where there is none.</summary>
    public string? Operation { get; init; }

    public bool IsActive => Id is not null;

    public bool IsControlDomain => Id == 0;
}
