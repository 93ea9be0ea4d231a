using Xend.Requests;

namespace Xend.Operations.Audit;

/// <summary>A finding and what puts it in order. The action returns why it could not, null where it did.</summary>
internal sealed record Discrepancy(AuditFinding Finding, Func<CancellationToken, Task<string?>>? Fix)
{
    public (string, string) Key => (Finding.Kind, Finding.Object);
}
