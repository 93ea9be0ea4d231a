using Xend.Operations.Audit;
using Xend.Requests;

namespace Xend.Operations;

/// <content>What is on the host against what should be.</content>
public sealed partial class Toolstack
{
    public async Task<IReadOnlyList<AuditFinding>> AuditAsync(bool fix, Requester requester, CancellationToken cancellation)
    {
        if (fix)
        {
            OperationLog.Asked(_rooms.Log, "audit --fix", requester);
        }
        try
        {
            await _reconciler.LookAsync(cancellation).ConfigureAwait(false);
            return await new HostAudit(_rooms, _queues, _recovery).RunAsync(fix, cancellation).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            throw Failure.Explain(error, "audit");
        }
    }
}
