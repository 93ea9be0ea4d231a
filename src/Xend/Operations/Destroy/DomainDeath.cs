using Xend.Hypervisor;

namespace Xend.Operations.Destroy;

/// <summary>Ends a domain in Xen and sees it go.</summary>
internal static class DomainDeath
{
    /// <summary>Freeing the pages of a large domain takes its time.</summary>
    private static readonly TimeSpan GoneLimit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    /// <summary>Destroys the domain, unless it is gone already, and waits until Xen does not list it any more.</summary>
    /// <remarks>The id may be another domain's by now: the UUID says which one is meant.</remarks>
    public static async Task DestroyAsync(HostServices host, uint domainId, Guid uuid)
    {
        var start = host.Clock.GetTimestamp();
        var asked = false;
        while (host.Hypervisor.FindDomain(domainId) is { } info && info.Uuid == uuid)
        {
            if (!asked)
            {
                await Task.Run(() => Destroy(host.Hypervisor, domainId)).ConfigureAwait(false);
                asked = true;
                continue;
            }
            if (host.Clock.GetElapsedTime(start) > GoneLimit)
            {
                throw new XendError(
                    ErrorCode.Timeout,
                    $"Domain {domainId} was destroyed but does not go: Xen lists it as dying.",
                    $"{info.CurrentMemoryKib} KiB of its memory are still referenced by a backend or a device model.",
                    "Look for backends in xenstore-ls /local/domain/0/backend and for processes that map the guest's memory.");
            }
            await Task.Delay(LookEvery, host.Clock).ConfigureAwait(false);
        }
    }

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
