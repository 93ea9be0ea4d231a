using System.Collections.Immutable;
using Xend.DeviceModel;

namespace Xend.Domains;

/// <summary>What a running domain has beside its configuration.</summary>
/// <param name="Id">Its id; null before it is created.</param>
/// <param name="StorePort">Its event channel to xenstored.</param>
/// <param name="StoreFrame">Frame of the store ring.</param>
/// <param name="ConsolePort">Its event channel to xenconsoled.</param>
/// <param name="ConsoleFrame">Frame of the console ring.</param>
/// <param name="StartTime">When it was built, seconds since 1970.</param>
/// <param name="DeviceModel">The process that serves it; null where it has none.</param>
/// <param name="Vnc">Where its display can be seen; null where it has none.</param>
public sealed record DomainRuntime(
    uint? Id,
    uint? StorePort = null,
    ulong? StoreFrame = null,
    uint? ConsolePort = null,
    ulong? ConsoleFrame = null,
    double? StartTime = null,
    DeviceModelProcess? DeviceModel = null,
    VncAddress? Vnc = null
)
{
    public static DomainRuntime None { get; } = new((uint?)null);

    /// <summary>The pseudo terminals in dom0 of its channels, by number.</summary>
    public ImmutableSortedDictionary<uint, string> Terminals { get; init; } = ImmutableSortedDictionary<uint, string>.Empty;

    /// <summary>The same when its device model has gone, and what that showed of it.</summary>
    public DomainRuntime WithoutDeviceModel() => this with { DeviceModel = null, Vnc = null, Terminals = None.Terminals };

    /// <summary>
    /// The life that these are of is being made: who asks is shown them, but they are not written down before the domain is whole.
    /// </summary>
    public bool InMaking { get; init; }
}
