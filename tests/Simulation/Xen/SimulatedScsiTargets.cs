using System.Collections.Concurrent;
using Xend.Host;

namespace Simulation.Xen;

/// <summary>LIO's targets in dom0's kernel: those of xend, which scsiback serves, and others'.</summary>
public sealed class SimulatedScsiTargets : IScsiTargets
{
    public ConcurrentDictionary<ScsiTarget, ScsiAddress> Made { get; } = new();

    /// <summary>Targets that scsiback has for a backend, by the backend's path and the unit's place in the guest.</summary>
    public ConcurrentDictionary<(string Backend, string Unit), ScsiTarget> Used { get; } = new();

    /// <summary>Devices of which somebody else made a target.</summary>
    public ConcurrentDictionary<ScsiAddress, string> Others { get; } = new();

    /// <summary>Devices of which the kernel makes no target, each with its words: half of it is there then.</summary>
    public ConcurrentDictionary<ScsiAddress, string> Refusing { get; } = new();

    /// <summary>What nobody may do: a real kernel would use memory that is gone.</summary>
    public ConcurrentQueue<string> Violations { get; } = [];

    /// <summary>Whether the guests' scsifront answers what scsiback says.</summary>
    public bool GuestsAnswer { get; set; } = true;

    public bool HasBackend { get; set; } = true;

    /// <summary>Is called after each target that was made or taken away, and after each look of scsiback at a unit.</summary>
    public Action WhenDone { get; set; } = static () => { };

    public string? ServedBy(ScsiFacts device) =>
        Others.TryGetValue(device.Address, out var other)
            ? other
            : Made.Where(made => made.Value == device.Address).Select(made => $"target/core/{made.Key.Adapter}").FirstOrDefault();

    public IReadOnlyList<ScsiTarget> All() => [.. Made.Keys.OrderBy(target => target.Name, StringComparer.Ordinal)];

    public string? Make(ScsiTarget target, ScsiFacts device)
    {
        if (Made.TryGetValue(target, out var present) && present != device.Address)
        {
            Violations.Enqueue($"{target} is made twice, for {present} and for {device.Address}");
        }
        Made[target] = device.Address;
        WhenDone();
        return Refusing.GetValueOrDefault(device.Address);
    }

    public string? Remove(ScsiTarget target)
    {
        if (Used.Any(used => used.Value == target))
        {
            return $"{target} is in use (EBUSY)";
        }
        if (Made.TryRemove(target, out _))
        {
            WhenDone();
        }
        return null;
    }

    public string Dump() =>
        string.Join(
            '\n',
            Made.Select(made => $"target {made.Key} is {made.Value}")
                .Concat(Used.Select(used => $"{used.Key} has {used.Value}"))
                .Concat(Violations.Select(violation => $"violation: {violation}"))
                .Order(StringComparer.Ordinal)
        );
}
