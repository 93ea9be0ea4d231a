namespace Model;

/// <summary>Who asks for something, for the log and for "busy" answers.</summary>
/// <param name="UserId">The peer's user id.</param>
/// <param name="ProcessId">The peer's process id, 0 where unknown.</param>
/// <param name="Interface">The interface that the request came by: xmlrpc.</param>
public sealed record Requester(uint UserId, int ProcessId, string Interface)
{
    /// <summary>The daemon itself: a policy, start or stop.</summary>
    public static Requester Daemon { get; } = new(0, 0, "xend");

    public override string ToString() => ProcessId == 0 ? Interface : $"{(UserId == 0 ? "root" : $"uid {UserId}")} (pid {ProcessId})";
}
