using System.Collections.Immutable;
using Xend.Domains;
using Xend.Operations.Steps;

namespace Xend.Operations.Plans;

/// <summary>Makes what Xen and xenstore say of a running domain agree with its configuration as it is kept.</summary>
/// <remarks>
/// For what a dead daemon left half changed. Each step here sets what one kind of change sets, and may be done any number of times; an
/// operation with <see cref="Leftover.Settle"/> that changes something on the host adds the step that sets it.
/// </remarks>
public static class SettlePlan
{
    /// <param name="kind">
    /// What was left half done. Only after a change of a disc are the drives looked at, for a guest sees it when its disc is set. A target
    /// that
    /// another tool has written is not overwritten: who follows it looks again.
    /// </param>
    /// <param name="entry">The domain.</param>
    public static ImmutableArray<Step> For(OperationKind kind, DomainEntry entry) =>
        entry.Runtime.Id is null ? []
        : kind == OperationKind.ChangeDisc ? [new SettleDevices()]
        : kind == OperationKind.Attach || kind == OperationKind.Detach ? [new SettleHotplug(), new SettleUsbPorts()]
        : kind == OperationKind.FollowTarget ? [new AllowMemory()]
        : [new WriteName(), new WriteMemory(), new WriteOnlineVcpus(), new PinAsConfigured(), new SetScheduler()];
}
