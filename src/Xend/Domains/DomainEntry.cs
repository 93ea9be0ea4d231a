namespace Xend.Domains;

/// <summary>What the daemon knows of one domain. Immutable; a change makes a new entry.</summary>
public sealed record DomainEntry
{
    public required Guid Uuid { get; init; }

    public required string Name { get; init; }

    /// <summary>null for Domain-0 and for domains that others created.</summary>
    public DomainConfig? Config { get; init; }

    /// <summary>A managed domain's configuration from its next start on, where it was defined anew while it ran; else null.</summary>
    public DomainConfig? Next { get; init; }

    public DomainState State { get; init; }

    /// <summary>In the daemon's keeping: it stays known when it is not running, and its configuration is kept on disk.</summary>
    public bool Managed { get; init; }

    public DomainRuntime Runtime { get; init; } = DomainRuntime.None;

    /// <summary>When a managed domain was last built, seconds since 1970; known after its end too.</summary>
    public double? LastStart { get; init; }

    public int RestartCount { get; init; }

    /// <summary>How many of the latest lives, the present one included, began with a restart soon after the one before had begun.</summary>
    public int RestartsInARow { get; init; }

    /// <summary>How many of the latest lives, the present one not included, ended within a minute of their start.</summary>
    public int ShortLivesInARow { get; init; }

    /// <summary>Why it does not run again yet, or not at all; null where nothing is to be said.</summary>
    public RestartNote? Note { get; init; }

    /// <summary>The host goes down: whatever its configuration says, it does not come back.</summary>
    public bool EndsForGood { get; init; }

    /// <summary>The UUID that a dead domain had before a new one took it over.</summary>
    public Guid? SetAsideFrom { get; init; }

    /// <summary>The host to which a managed domain went last, where it may still run: it does not start here by itself.</summary>
    public string? AwayAt { get; init; }

    /// <summary>Where it is going, while that is not settled.</summary>
    public Departure? Departure { get; init; }

    public bool PausedByAdmin { get; init; }

    /// <summary>
    /// Somebody asked xend for a reboot: what follows its end is what follows a reboot, also where it can only be switched off.
    /// </summary>
    public bool RebootWanted { get; init; }

    /// <summary>When its guest was asked to shut down; null where it was not, or where its not doing so was told.</summary>
    public DateTimeOffset? ShutdownAsked { get; init; }

    /// <summary>Its device model died, and that was told.</summary>
    public bool DeviceModelLost { get; init; }

    /// <summary>The operation under way, null where there is none.</summary>
    public RunningOperation? Operation { get; init; }

    public bool Foreign => Config is null;

    /// <summary>Nothing of it is on the host but its files.</summary>
    public bool IsOff => State is DomainState.Halted or DomainState.Suspended;

    /// <summary>The same domain between two lives: nothing is left of what was known of the last one.</summary>
    public DomainEntry WithoutLife() =>
        this with
        {
            Runtime = DomainRuntime.None,
            RebootWanted = false,
            ShutdownAsked = null,
            DeviceModelLost = false,
        };

    /// <summary>
    /// The same domain with another configuration, and the name that it has in it; what waits for its next start has it too.
    /// </summary>
    public DomainEntry WithConfig(DomainConfig config) =>
        this with
        {
            Config = config,
            Name = config.Name,
            Next = Next is null ? null : Next with { Name = config.Name },
        };

    /// <summary>The same domain after its end, with the configuration that waited for that.</summary>
    public DomainEntry WithNext() => Next is { } next ? this with { Config = next, Name = next.Name, Next = null } : this;
}

/// <summary>An operation that has a domain to itself.</summary>
/// <param name="Kind">create, destroy, shutdown...</param>
/// <param name="Since">When it began.</param>
/// <param name="Requester">Who asked.</param>
public sealed record RunningOperation(OperationKind Kind, DateTimeOffset Since, Requester Requester)
{
    /// <summary>The step under way; null before the first.</summary>
    public string? Step { get; init; }

    /// <summary>"create since 3 s, asked by root (pid 812)".</summary>
    public string Describe(DateTimeOffset now) => $"{Kind} since {Math.Max(0, (int)(now - Since).TotalSeconds)} s, asked by {Requester}";
}
