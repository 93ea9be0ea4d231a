using System.Collections.Concurrent;
using System.Globalization;
using Xend.DeviceModel;

namespace Simulation.Xen;

/// <content>PCI functions of the host that guests are shown.</content>
public sealed partial class SimulatedDeviceModels
{
    /// <summary>Where qemu's own cards end.</summary>
    private const int FirstFreeSlot = 4;

    private readonly ConcurrentDictionary<(uint Domain, string Id), int> _places = new();

    /// <summary>The devices that qemu opens.</summary>
    public SimulatedPciDevices Pci { get; init; } = new();

    /// <summary>What Xen lets a domain reach.</summary>
    public Func<uint, IReadOnlyList<string>> Reaches { get; init; } = _ => [];

    /// <summary>What guests do not let go of, by name, although they let go of other cards.</summary>
    public ConcurrentBag<string> Keeps { get; } = [];

    /// <summary>Functions that it cannot open.</summary>
    public ConcurrentBag<PciAddress> Unopenable { get; } = [];

    /// <summary>Devices come, but are on no bus.</summary>
    public bool ForgetsBuses { get; set; }

    private Dictionary<string, int> PlacesOf(uint domain) =>
        ForgetsBuses ? [] : _places.Where(place => place.Key.Domain == domain).ToDictionary(place => place.Key.Id, place => place.Value);

    private void Show(uint domain, string id, PciAddress function, string? place)
    {
        if (Plugged.ContainsKey((domain, id)))
        {
            throw new QmpException("device_add", $"Duplicate device ID '{id}'");
        }
        if (Pci.Find(function) is null || Unopenable.Contains(function))
        {
            throw new QmpException("device_add", $"Could not open '/sys/bus/pci/devices/{function}/config': No such file or directory");
        }
        var taken = PlacesOf(domain).Values.ToHashSet();
        var wanted = place is null
            ? Enumerable.Range(FirstFreeSlot, 28).Select(slot => slot << 3).First(free => !taken.Contains(free))
            : At(place);
        if (taken.Contains(wanted))
        {
            throw new QmpException("device_add", $"PCI: slot {wanted >> 3} function {wanted & 7} not available for xen-pci-passthrough");
        }
        if (!Reaches(domain).Contains($"device {function}"))
        {
            Pci.Violations.Enqueue($"domain {domain} is shown {function}, which the IOMMU does not lead into its memory");
        }
        _places[(domain, id)] = wanted;
        Plugged[(domain, id)] = $"{function} at {wanted:x2}";
        Orders.Enqueue($"plug pci {id} {function}{(place is null ? "" : $" at {place}")}");
        Pci.Shown[(domain, function)] = id;
        Pci.Note($"show {function}");

        static int At(string place)
        {
            var parts = place.Split('.').Select(part => int.Parse(part, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToList();
            return (parts[0] << 3) | parts[1];
        }
    }

    /// <summary>The guest lets go of it, or its device model has ended.</summary>
    private void Hide(uint domain, string id)
    {
        if (_places.TryRemove((domain, id), out _))
        {
            foreach (var shown in Pci.Shown.Where(shown => shown.Key.Domain == domain && shown.Value == id))
            {
                Pci.Shown.TryRemove(shown);
                Pci.Note($"hide {shown.Key.Function}");
            }
        }
    }
}
