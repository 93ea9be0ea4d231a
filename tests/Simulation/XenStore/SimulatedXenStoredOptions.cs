namespace Simulation;

/// <summary>Which daemon is simulated, where the two differ so that a client can tell.</summary>
public enum XenStoredFlavour
{
    /// <summary>C xenstored: DIRECTORY_PART, quota errors ENOSPC and E2BIG, events before the reply.</summary>
    C,

    /// <summary>
    /// oxenstored: long lists sent whole, no DIRECTORY_PART (ENOSYS), values of 2048 and paths of 1024 bytes at most, quota errors EQUOTA,
    /// events after the reply.
    /// </summary>
    OCaml,
}

/// <summary>How a simulated xenstored behaves. The quotas are for guests; dom0 has none.</summary>
public sealed record SimulatedXenStoredOptions
{
    public XenStoredFlavour Flavour { get; init; } = XenStoredFlavour.C;

    /// <summary>Nodes that a guest may own.</summary>
    public int GuestNodes { get; init; } = 1000;

    /// <summary>Watches that a guest may set.</summary>
    public int GuestWatches { get; init; } = 128;

    /// <summary>Bytes that a guest may write into one node.</summary>
    public int GuestValueBytes { get; init; } = 2048;

    /// <summary>Transactions that a guest may have open.</summary>
    public int GuestTransactions { get; init; } = 10;

    /// <summary>Whether Xen has a domain, asked at INTRODUCE.</summary>
    public Func<uint, bool> DomainExists { get; init; } = static _ => true;
}
