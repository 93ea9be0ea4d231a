using System.Collections.Concurrent;
using Xend.Host;

namespace Simulation.Xen;

/// <summary>The PCI devices of a host, some of them with drivers.</summary>
public sealed class SimulatedPciDevices : IPciDevices
{
    public ConcurrentDictionary<PciAddress, PciFunctionFacts> Functions { get; } = new();

    /// <summary>How often each was reset.</summary>
    public ConcurrentDictionary<PciAddress, int> Resets { get; } = new();

    /// <summary>Functions that pciback has exported to a domain: it gives none away twice.</summary>
    public ConcurrentDictionary<PciAddress, string> Exported { get; } = new();

    public bool HasPciback { get; set; } = true;

    /// <summary>A network card in that slot, with ports, memory and an interrupt.</summary>
    public PciAddress Add(string address, string? driver = "pciback", uint irq = 16, params PciUse[] uses)
    {
        var place = PciAddress.Parse(address)!.Value;
        var base64K = 0x10000ul * (place.Slot + 32ul * place.Function + 1);
        Functions[place] = new PciFunctionFacts(
            place,
            driver,
            [.. uses],
            [new PciResource(true, 0xc000 + 0x20ul * place.Slot, 0x20), new PciResource(false, 0xfe000000 + base64K, 0x1800)],
            irq,
            []
        );
        return place;
    }

    public IReadOnlyList<PciAddress>? Assignable() =>
        HasPciback
            ?
            [
                .. Functions
                    .Values.Where(function => function.Driver is "pciback" or "pci-stub")
                    .Select(function => function.Address)
                    .OrderBy(address => address.Encoded),
            ]
            : null;

    public PciFunctionFacts? Find(PciAddress address) => Functions.GetValueOrDefault(address);

    public string? Reset(PciAddress address)
    {
        Resets.AddOrUpdate(address, 1, (_, count) => count + 1);
        return null;
    }

    public string Dump() => string.Join('\n', Exported.Select(export => $"{export.Key} is exported to {export.Value}").Order());
}
