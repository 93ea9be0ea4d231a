namespace Xend.Requests;

/// <summary>What is asked of the state of the host as a whole.</summary>
public interface IAuditRequests
{
    /// <summary>
    /// Compares what is on the host with what should be, and puts in order what can be where <paramref name="fix"/> says so.
    /// </summary>
    Task<IReadOnlyList<AuditFinding>> AuditAsync(bool fix, Requester requester, CancellationToken cancellation);
}
