namespace Xend.Requests;

/// <summary>Something on the host that should not be, or is missing.</summary>
/// <param name="Kind">store, domain, process, loop, interface, scsi-target, file, journal or claim.</param>
/// <param name="Object">Which one: a path, a device, a process.</param>
/// <param name="What">What is wrong with it, and how that is known.</param>
/// <param name="Remedy">What <c>--fix</c> does about it; null where only a person can decide.</param>
public sealed record AuditFinding(string Kind, string Object, string What, string? Remedy)
{
    /// <summary>It was put in order.</summary>
    public bool Fixed { get; init; }

    /// <summary>Why it could not be; null where it was not tried, or was done.</summary>
    public string? Failure { get; init; }
}
