using System.Collections.Immutable;

namespace Xend.Operations.Steps;

internal static class GuestInXen
{
    /// <summary>Null where Xen does not have the domain any more, or another one has its id.</summary>
    public static bool? IsPaused(OperationContext context) =>
        context.Host.Hypervisor.FindDomain(context.DomainId) is { } info && info.Uuid == context.Uuid ? info.Paused : null;
}
