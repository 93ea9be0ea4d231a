namespace XenStore;

/// <summary>The bounds a client keeps to.</summary>
public sealed record XenStoreClientOptions
{
    /// <summary>How long a connection is tried for, first or again, before the callers that wait for it are told.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long xenstored may take to answer a request. Then it hangs: the connection is closed, and all who wait are told.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a transaction is begun before its conflicts are given up on.</summary>
    public int TransactionAttempts { get; init; } = 100;

    /// <summary>
    /// The longest pause between two attempts of a transaction. The pause is random below a limit that doubles up to this.
    /// </summary>
    public TimeSpan LongestTransactionPause { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How many different paths wait for the reader of one watch before they collapse into the watched path.</summary>
    public int WatchBacklog { get; init; } = 512;

    /// <summary>The clock of pauses and timeouts.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
