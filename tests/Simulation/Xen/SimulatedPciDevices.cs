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

    /// <summary>Functions that device models show to their guests, each by its name there.</summary>
    public ConcurrentDictionary<(uint Domain, PciAddress Function), string> Shown { get; } = new();

    /// <summary>Whether a domain's kernel has pcifront: none that is fully virtualized has.</summary>
    public Func<uint, bool> HasFrontend { get; set; } = static _ => true;

    /// <summary>What nobody may do: a real host would be in danger, or hang.</summary>
    public ConcurrentQueue<string> Violations { get; } = [];

    /// <summary>What was done to devices and to what guests reach of them, in order.</summary>
    public ConcurrentQueue<string> Course { get; } = [];

    /// <summary>Drivers that refuse a device, or do not let go of it, each with its words.</summary>
    public ConcurrentDictionary<string, string> Refusing { get; } = new();

    /// <summary>Is called after each of these.</summary>
    public Action WhenDone { get; set; } = static () => { };

    public bool HasBackend { get; set; } = true;

    /// <summary>Whether the guests' pcifront answers what pciback says.</summary>
    public bool GuestsAnswer { get; set; }

    /// <summary>A network card in that slot, with ports, memory and an interrupt.</summary>
    public PciAddress Add(string address, string? driver = PciFunctionFacts.Backend, uint irq = 16, params PciUse[] uses)
    {
        var place = PciAddress.Parse(address)!.Value;
        var base64K = 0x10000ul * (place.Slot + 32ul * place.Function + 1) + ((ulong)place.Bus << 24);
        Functions[place] = new PciFunctionFacts(
            place,
            driver,
            [.. uses],
            [new PciResource(true, 0x1000ul * place.Bus + 0x20ul * place.Slot, 0x20), new PciResource(false, 0xf0000000 + base64K, 0x1800)],
            irq,
            []
        );
        return place;
    }

    public IReadOnlyList<PciAddress>? Assignable() =>
        HasBackend
            ?
            [
                .. Functions
                    .Values.Where(function => function.Driver is PciFunctionFacts.Backend or PciFunctionFacts.Stub)
                    .Select(function => function.Address)
                    .OrderBy(address => address.Encoded),
            ]
            : null;

    public PciFunctionFacts? Find(PciAddress address) => Functions.GetValueOrDefault(address);

    public string? Reset(PciAddress address)
    {
        Resets.AddOrUpdate(address, 1, (_, count) => count + 1);
        Note($"reset {address}");
        return null;
    }

    public string? Bind(PciAddress address, string? driver)
    {
        if (!Functions.TryGetValue(address, out var facts))
        {
            return "it is not there any more";
        }
        if (facts.Driver == driver)
        {
            return null;
        }
        if (Exported.TryGetValue(address, out var domain))
        {
            Violations.Enqueue($"{address} is taken from pciback, which serves it to {domain}");
        }
        foreach (var refusing in new[] { facts.Driver, driver }.OfType<string>())
        {
            if (Refusing.TryGetValue(refusing, out var words))
            {
                return words;
            }
        }
        Functions[address] = facts with { Driver = driver };
        Note($"bind {address} {driver}");
        return null;
    }

    public void Note(string what)
    {
        Course.Enqueue(what);
        WhenDone();
    }

    public string Dump() =>
        string.Join(
            '\n',
            Functions
                .Values.Select(function => $"{function.Address} has driver {function.Driver}")
                .Concat(Exported.Select(export => $"{export.Key} is exported to {export.Value}"))
                .Concat(Violations.Select(violation => $"violation: {violation}"))
                .Order(StringComparer.Ordinal)
        );
}
