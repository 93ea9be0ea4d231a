using Serilog;
using Xend.Devices;
using Xend.Host;
using Xend.Persistence;

namespace Xend.Operations;

/// <summary>
/// Takes functions of PCI devices from drivers of dom0 for guests, and gives them back: pciback has what a guest is to get.
/// </summary>
/// <remarks>
/// The driver is noted before it loses its function, and the note goes when it has it again; so a daemon that follows one that died in
/// between knows of it. A function goes back once nobody claims it: a guest that is started anew keeps what it has. What pciback had
/// before, by the administrator's will, it keeps.
/// </remarks>
public sealed class PciDrivers(HostServices host, DeviceClaims claims, PciLedger ledger, ILogger log) : IDisposable
{
    /// <summary>One at a time: a function that is on its way back is not given to the next guest meanwhile.</summary>
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Has pciback take a function that the domain has claimed.</summary>
    /// <exception cref="XendError">dom0 uses it by now, or does not let go of it.</exception>
    public async Task TakeAsync(PciAddress function, string domain, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var facts = PciCheck.DemandFree(host, function);
            if (facts.Driver == PciFunctionFacts.Backend)
            {
                return;
            }
            // An earlier note tells of the driver before all guests.
            if (ledger.ReadAll().All(note => note.Function != function))
            {
                ledger.Note(new PciNote(function, facts.Driver, domain));
            }
            if (host.Pci.Bind(function, PciFunctionFacts.Backend) is { } refusal)
            {
                throw new XendError(
                    ErrorCode.HostResource,
                    $"pci: device {function} could not be given to pciback.",
                    refusal,
                    "dmesg in dom0 may say more."
                );
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Gives back what no domain claims any more. What cannot be given back is logged, and tried again the next time.</summary>
    public async Task GiveBackAsync()
    {
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            ledger.ForgetUnfinished();
            if (ledger.ReadAll() is not { Count: > 0 } notes)
            {
                return;
            }
            var exported = await PciNodes.AllAsync(host.Store, CancellationToken.None).ConfigureAwait(false);
            foreach (var note in notes.Where(note => !IsClaimed(note.Function) && !exported.Contains(note.Function)))
            {
                if (await Task.Run(() => GiveBack(note)).ConfigureAwait(false) is { } complaint)
                {
                    OperationLog.StepComplains(log, $"give PCI device {note.Function} back to {note.Driver ?? "dom0"}", complaint);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or XenStore.XenStoreConnectionException)
        {
            OperationLog.StepComplains(log, "give PCI devices back", Failure.Explain(error, "give PCI devices back").Text);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private bool IsClaimed(PciAddress function) => claims.Holds().OfType<PciHold>().Any(hold => hold.Address == function);

    private string? GiveBack(PciNote note)
    {
        // It may have been pulled out, and somebody else may have given it to another driver by hand.
        if (host.Pci.Find(note.Function) is { Driver: PciFunctionFacts.Backend or null })
        {
            // Nothing of the guest is left in it. Not every device can be reset; pciback, too, puts it in order.
            host.Pci.Reset(note.Function);
            if (host.Pci.Bind(note.Function, note.Driver) is { } complaint)
            {
                return complaint;
            }
        }
        ledger.Forget(note);
        return null;
    }
}
