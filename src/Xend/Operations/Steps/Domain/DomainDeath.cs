using System.Collections.Immutable;
using Xend.Domains;
using Xend.Hypervisor;

namespace Xend.Operations.Steps;

/// <summary>Ends a domain in Xen and sees it go.</summary>
internal static class DomainDeath
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Destroys the domain, unless it is gone already, and waits until Xen does not list it any more, as long as its memory gets less.
    /// </summary>
    /// <remarks>
    /// The id may be another domain's by now: the UUID says which one is meant. A destruction always ends: a domain that Xen keeps, because
    /// somebody in dom0 has pages of it, is left to die and is shown as dying.
    /// </remarks>
    public static async Task DestroyAsync(OperationContext context, uint domainId, Guid uuid)
    {
        var host = context.Host;
        var since = host.Clock.GetTimestamp();
        var least = ulong.MaxValue;
        var asked = false;
        while (host.Hypervisor.FindDomain(domainId) is { } info && info.Uuid == uuid)
        {
            if (!asked)
            {
                await Task.Run(() => Destroy(host.Hypervisor, domainId)).ConfigureAwait(false);
                asked = true;
                continue;
            }
            if (info.CurrentMemoryKib < least)
            {
                // Freeing the pages of a large domain takes its time.
                (least, since) = (info.CurrentMemoryKib, host.Clock.GetTimestamp());
            }
            else if (host.Clock.GetElapsedTime(since) > host.Options.DomainDestroyTimeout)
            {
                var dying = new DyingDomain(domainId, uuid, context.Name, info.CurrentMemoryKib, HoldersOf(host, domainId));
                context.Domains.Dying.Set(dying);
                OperationLog.Lingers(context.Log, dying);
                return;
            }
            await Task.Delay(LookEvery, host.Clock).ConfigureAwait(false);
        }
    }

    /// <summary>What in dom0 is known to hold pages of a domain.</summary>
    public static ImmutableArray<string> HoldersOf(HostServices host, uint domainId) =>
        [
            .. host
                .Inventory.KernelBackends()
                .Where(backend => backend.DomainId == domainId)
                .Select(backend => $"backend {backend.Class}/{backend.DomainId}/{backend.DeviceId} in dom0's kernel"),
            .. host
                .Inventory.Processes()
                .Where(process => process.DomainId == domainId)
                .Select(process => $"{process.What} (process {process.Id})"),
        ];

    /// <summary>What the client of a destruction is told whose domain does not go.</summary>
    public static XendError Explain(DyingDomain dying) =>
        new(
            ErrorCode.Timeout,
            $"Domain {dying.Name} ({dying.Id}) was destroyed but does not go: Xen lists it as dying.",
            $"{dying.MemoryKib} KiB of its memory are held by {dying.Holders}.",
            $"It is listed as {dying.ShownName} until that lets go; its name and its devices are free. xm audit says what holds it now."
        );

    private static void Destroy(IHypervisor hypervisor, uint domainId)
    {
        try
        {
            hypervisor.DestroyDomain(domainId);
        }
        catch (HypervisorException gone) when (gone.Errno == "ESRCH")
        {
            // It went by itself between the look and the call.
        }
    }
}
