namespace Model.Domains;

/// <summary>
/// When a domain is started with the host, and what the next one waits for. Ours: old xend started domains by name, all at once.
/// </summary>
/// <param name="Position">Lower ones are started first and stopped last; 0 where nothing is said.</param>
/// <param name="DelaySeconds">How long to wait after this one is up, before the next is started.</param>
/// <param name="Wait">What "up" means.</param>
public sealed record StartOrder(int Position, uint DelaySeconds, StartWait Wait)
{
    public static StartOrder None { get; } = new(0, 0, StartWait.Nothing);
}

public enum StartWait
{
    /// <summary>The next one is started when this one's vCPUs run.</summary>
    Nothing,

    /// <summary>Its disks and network interfaces are connected: the kernel has booted.</summary>
    Connected,

    /// <summary>It has said that it can be shut down.</summary>
    ShutdownCapable,
}

/// <summary>The words for <see cref="StartWait"/>.</summary>
public static class StartWaits
{
    private static readonly string[] Words = ["", "connected", "shutdown-capable"];

    public static string Name(this StartWait wait) => Words[(int)wait];

    /// <summary>The wait of that name, or null.</summary>
    public static StartWait? Parse(string name) => Array.IndexOf(Words, name) is >= 0 and var index ? (StartWait)index : null;
}
