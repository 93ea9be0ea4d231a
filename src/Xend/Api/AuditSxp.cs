using Sxp;
using Xend.Operations.Audit;
using Xend.Requests;

namespace Xend.Api;

/// <summary>
/// The answer of <c>xend.node.audit</c>: <c>((finding (kind loop) (object /dev/loop3) (what ...) (remedy ...) (fixed 0) (failure ()))
/// ...)</c>.
/// </summary>
internal static class AuditSxp
{
    public static SList Describe(IReadOnlyList<AuditFinding> findings) =>
        new(
            findings.Select(
                SValue (finding) =>
                    SList.Of(
                        "finding",
                        SList.Of("kind", finding.Kind),
                        SList.Of("object", finding.Object),
                        SList.Of("what", finding.What),
                        SList.Of("remedy", finding.Remedy ?? ""),
                        SList.Of("fixed", finding.Fixed ? 1 : 0),
                        SList.Of("failure", finding.Failure ?? "")
                    )
            )
        );
}
