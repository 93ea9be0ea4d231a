namespace Xend.Requests;

/// <summary>Where a guest is to go, and how.</summary>
public sealed record MigrationRequest
{
    /// <summary>The other host: a name or an address.</summary>
    public required string Host { get; init; }

    /// <summary>0 for the usual.</summary>
    public int Port { get; init; }

    /// <summary>By TLS; null for what xend-relocation-ssl says.</summary>
    public bool? IsSecure { get; init; }

    /// <summary>It runs while most of its memory goes.</summary>
    public bool IsLive { get; init; }

    /// <summary>The NUMA node there; negative for any.</summary>
    public int Node { get; init; } = -1;

    /// <summary>It is in the other host's keeping from then on, and no longer in this one's.</summary>
    public bool ChangesHome { get; init; }

    /// <summary>One that cannot go while it runs stays, instead of standing still for as long as it takes.</summary>
    public bool NeverStands { get; init; }
}

/// <summary>What is known of a migration before it, or after it.</summary>
/// <param name="Blockers">Why it cannot be: a sentence each.</param>
/// <param name="Notices">What its user should know.</param>
public sealed record MigrationReport(IReadOnlyList<string> Blockers, IReadOnlyList<string> Notices);
