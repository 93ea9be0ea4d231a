using System.Collections.Immutable;

namespace Xend.Requests;

/// <summary>What a domain has when another device comes.</summary>
/// <param name="Domain">Its UUID.</param>
/// <param name="Devices">Those of its configuration.</param>
/// <param name="Attached">The numbers of a class that are taken on the host.</param>
public sealed record DeviceNeighbours(Guid Domain, ImmutableArray<DeviceConfig> Devices, Func<string, IReadOnlySet<uint>> Attached);

/// <param name="Class">Its class.</param>
/// <param name="Id">Its number.</param>
/// <param name="DomainId">The running domain that has it; null where it does not run.</param>
public sealed record AttachedDevice(string Class, uint Id, uint? DomainId);

/// <summary>A guest's end of a device. The guest wrote some of it: no value is to be believed.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Nodes">Keys and values, printable.</param>
public sealed record DeviceNodesView(uint Id, ImmutableArray<(string Key, string Value)> Nodes);
