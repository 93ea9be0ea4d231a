namespace Xend.Requests;

/// <summary>What is asked of the host's PCI devices, and of those that domains have.</summary>
public interface IPciRequests
{
    /// <summary>
    /// The functions that can be given to a domain: those of pciback and pci-stub that none has; null where dom0 has neither driver.
    /// </summary>
    Task<IReadOnlyList<PciAddress>?> ListAssignablePciAsync(CancellationToken cancellation);

    /// <summary>Gives a domain functions more; one that does not run has them from its next start on.</summary>
    /// <param name="reference">The domain.</param>
    /// <param name="functions">As they were asked for.</param>
    /// <param name="requester">Who asks.</param>
    /// <param name="cancellation">Gives up, and takes them away again.</param>
    Task AttachPciAsync(string reference, PciConfig functions, Requester requester, CancellationToken cancellation);

    /// <summary>Takes functions from a domain.</summary>
    /// <inheritdoc cref="AttachPciAsync"/>
    Task DetachPciAsync(string reference, PciConfig functions, Requester requester, CancellationToken cancellation);
}
