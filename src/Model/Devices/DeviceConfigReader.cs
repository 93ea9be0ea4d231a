using System.Collections.Immutable;
using System.Security.Cryptography;
using Sxp;

namespace Model.Devices;

/// <summary>A device of a configuration, and its place among the <c>(device ...)</c> parts, from 0.</summary>
internal readonly record struct PlacedDevice(int Place, DeviceConfig Device);

/// <summary>Reads the <c>(device ...)</c> parts of a domain's configuration and refuses those that contradict each other.</summary>
public sealed class DeviceConfigReader(Guid domainUuid, string defaultVifScript, PartReader parts)
{
    /// <summary>A domain has no more devices than this, so no higher numbers either.</summary>
    private const uint MostDevices = 256;

    /// <summary>What is derived for devices that came later counts from here: never what the first ones have.</summary>
    private const int AddedFrom = 1 << 16;

    /// <summary>One device's expression by itself: <c>(vbd ...)</c>, or that in a <c>(device ...)</c>.</summary>
    public static DeviceConfig ReadOne(SList device, Guid domainUuid, string defaultVifScript)
    {
        ConfigBounds.Check(device);
        return new DeviceConfigReader(domainUuid, defaultVifScript, PartReader.Strict)
            .ReadPlaced(SList.Of("vm", device.Name == "device" ? device : SList.Of("device", device)))[0]
            .Device;
    }

    /// <summary>All devices that can be read.</summary>
    internal ImmutableArray<PlacedDevice> ReadPlaced(SList source)
    {
        var bodies = source
            .Children("device")
            .Select((device, place) => parts.ForDevice(place).Read("device", null, () => Body(device)))
            .ToList();
        var ids = Ids(bodies);
        var devices = ImmutableArray.CreateBuilder<PlacedDevice>(bodies.Count);
        for (var place = 0; place < bodies.Count; place++)
        {
            if (bodies[place] is { } body && ReadOne(body, place, ids[place], devices) is { } device)
            {
                devices.Add(new PlacedDevice(place, device));
            }
        }
        RefuseDuplicates(devices);
        return devices.ToImmutable();
    }

    /// <summary>
    /// A device that comes to those that a domain has: its number is the lowest that is free, and it is refused where it clashes with one.
    /// </summary>
    /// <param name="device"><c>(vbd ...)</c>, or that in a <c>(device ...)</c>.</param>
    /// <param name="domainUuid">The domain.</param>
    /// <param name="defaultVifScript">The vif script, with its words, of an interface that names none.</param>
    /// <param name="present">What the domain has.</param>
    /// <param name="attached">Numbers of a class that are taken all the same: other tools attach devices, too.</param>
    public static DeviceConfig ReadAdded(
        SList device,
        Guid domainUuid,
        string defaultVifScript,
        ImmutableArray<DeviceConfig> present,
        Func<string, IReadOnlySet<uint>> attached
    )
    {
        ConfigBounds.Check(device);
        var body = device.Name == "device" ? Body(device) : device;
        if (body.Name is null)
        {
            throw DomainConfigReader.Invalid("The device names no device class.");
        }
        var deviceClass = Class(body);
        var name = deviceClass.Name;
        var reader = new DeviceConfigReader(domainUuid, defaultVifScript, PartReader.Strict);
        var taken = attached(name);
        var all = present.Where(other => other.Class == name).Select(other => other.Id).Concat(taken).ToHashSet();
        var id = reader.GivenId(body, 0)
            ?? Enumerable
                .Range((int)deviceClass.FirstId, (int)MostDevices + 1)
                .Select(number => (uint)number)
                .Except(all)
                .FirstOrDefault(HighestId(deviceClass) + 1);
        if (id > HighestId(deviceClass))
        {
            throw DomainConfigReader.Invalid($"A domain has {MostDevices} devices of class {name} at most");
        }
        var before = present.Select((other, place) => new PlacedDevice(place, other)).ToList();
        // The UUID is derived from a place: one that no device of the configuration has ever had, and that goes by the number that the
        // class gives it.
        var number = reader.ReadOne(body, AddedFrom, id, before)!.Id;
        var added = reader.ReadOne(body, AddedFrom + (int)number, id, before)!;
        reader.RefuseDuplicates([.. before, new PlacedDevice(before.Count, added)]);
        return taken.Contains(added.Id)
            ? throw new XendError(
                ErrorCode.AlreadyExists,
                $"Device {DeviceClasses.Of(added).Title(added)} is already connected.",
                "Another tool attached it: it is in no configuration of xend's."
            )
            : added;
    }

    private DeviceConfig? ReadOne(SList body, int place, uint id, IReadOnlyList<PlacedDevice> before)
    {
        var deviceClass = Class(body);
        var own = parts.ForDevice(place);
        var isFirst = !before.Any(other => other.Device.Class == deviceClass.Name);
        var reading = new DeviceReading(ReadUuid(body, place), id, isFirst, Derive("mac", (int)id), defaultVifScript, own);
        return own.Read(deviceClass.Name, null, () => deviceClass.Read(body, reading));
    }

    private static SList Body(SList device) =>
        device.Count > 1 && device[1] is SList { Name: not null } body
            ? body
            : throw DomainConfigReader.Invalid("A (device ...) of the configuration names no device class.");

    private static DeviceClass Class(SList body) => DeviceClasses.Named(body.Name!);

    /// <summary>The number of each: what its devid says, or else the lowest that is free in its class.</summary>
    private uint[] Ids(List<SList?> bodies)
    {
        var given = bodies.Select(GivenId).ToList();
        var ids = new uint[bodies.Count];
        foreach (
            var sameClass in Enumerable
                .Range(0, bodies.Count)
                .Where(place => bodies[place] is not null)
                .GroupBy(place => Class(bodies[place]!).Name)
        )
        {
            var taken = sameClass.Select(place => given[place]).OfType<uint>().ToHashSet();
            var free = DeviceClasses.Named(sameClass.Key).FirstId;
            foreach (var place in sameClass)
            {
                while (given[place] is null && taken.Contains(free))
                {
                    free++;
                }
                ids[place] = given[place] ?? free++;
            }
        }
        return ids;
    }

    private uint? GivenId(SList? body, int place) =>
        body is not null && Class(body) is { HasDeviceId: true } known
            ? parts
                .ForDevice(place)
                .Read("devid", null, () => (uint?)DomainConfigReader.ReadInteger(body, "devid", known.FirstId, HighestId(known)))
            : null;

    private static uint HighestId(DeviceClass deviceClass) => deviceClass.FirstId + MostDevices - 1;

    private void RefuseDuplicates(IEnumerable<PlacedDevice> devices)
    {
        var seen = new HashSet<string>();
        foreach (var (place, device) in devices)
        {
            foreach (var mark in DeviceClasses.Of(device).Marks(device).Where(mark => !seen.Add(mark.Key)))
            {
                parts.ForDevice(place).Check(device.Class, () => throw DomainConfigReader.Invalid($"{mark.Said} is already defined"));
            }
        }
    }

    private Guid ReadUuid(SList body, int index) =>
        Guid.TryParse(DomainConfigReader.Text(body, "uuid"), out var uuid)
            ? uuid
            : new Guid(Derive(body.Name!, index).AsSpan(0, 16), bigEndian: true);

    private byte[] Derive(string purpose, int index)
    {
        Span<byte> seed = stackalloc byte[64];
        domainUuid.TryWriteBytes(seed, bigEndian: true, out var length);
        length += System.Text.Encoding.ASCII.GetBytes($"/{purpose[..Math.Min(purpose.Length, 16)]}/{index}", seed[length..]);
        return SHA256.HashData(seed[..length]);
    }
}
