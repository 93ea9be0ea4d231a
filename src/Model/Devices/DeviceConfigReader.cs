using System.Collections.Immutable;
using System.Security.Cryptography;
using Sxp;

namespace Model.Devices;

/// <summary>Reads the <c>(device ...)</c> parts of a domain's configuration and refuses those that contradict each other.</summary>
public sealed class DeviceConfigReader(Guid domainUuid, string defaultVifScript)
{
    /// <summary>A domain has no more devices than this, so no higher number either.</summary>
    private const uint HighestId = 255;

    /// <summary>What is derived for devices that came later counts from here: never what the first ones have.</summary>
    private const int AddedFrom = 1 << 16;

    /// <summary>One device's expression by itself: <c>(vbd ...)</c>, or that in a <c>(device ...)</c>.</summary>
    public static DeviceConfig ReadOne(SList device, Guid domainUuid, string defaultVifScript)
    {
        DomainConfigReader.CheckBounds(device);
        return new DeviceConfigReader(domainUuid, defaultVifScript).ReadAll(
            SList.Of("vm", device.Name == "device" ? device : SList.Of("device", device))
        )[0];
    }

    public ImmutableArray<DeviceConfig> ReadAll(SList source)
    {
        var bodies = source.Children("device").Select(Body).ToList();
        var ids = Ids([.. bodies.Select(body => (Class(body), body))]);
        var devices = ImmutableArray.CreateBuilder<DeviceConfig>(bodies.Count);
        foreach (var body in bodies)
        {
            var index = devices.Count;
            var deviceClass = Class(body);
            devices.Add(
                deviceClass.Read(
                    body,
                    new DeviceReading(
                        ReadUuid(body, index),
                        ids[index],
                        IsFirst: !devices.Any(device => device.Class == deviceClass.Name),
                        Derive("mac", index),
                        defaultVifScript
                    )
                )
            );
        }
        RefuseDuplicates(devices);
        return devices.ToImmutable();
    }

    /// <summary>
    /// A device that comes to those that a domain has: its number is the lowest that is free, and it is refused where it clashes with one.
    /// </summary>
    /// <param name="device"><c>(vbd ...)</c>, or that in a <c>(device ...)</c>.</param>
    /// <param name="present">What the domain has.</param>
    /// <param name="taken">Numbers of its class that are taken all the same: other tools attach devices, too.</param>
    public DeviceConfig ReadAdded(SList device, ImmutableArray<DeviceConfig> present, Func<string, IReadOnlySet<uint>> taken)
    {
        DomainConfigReader.CheckBounds(device);
        var body = device.Name == "device" ? Body(device) : device;
        var deviceClass = Class(body);
        var others = present.Where(other => other.Class == deviceClass.Name).Select(other => other.Id).ToHashSet();
        var attached = taken(deviceClass.Name);
        uint free = 0;
        while (others.Contains(free) || attached.Contains(free))
        {
            free++;
        }
        var given = deviceClass.HasDeviceId ? (uint?)DomainConfigReader.ReadInteger(body, "devid", 0, HighestId) : null;
        var config = deviceClass.Read(
            body,
            new DeviceReading(
                ReadUuid(body, AddedFrom + (int)free),
                given ?? (free <= HighestId ? free : throw DomainConfigReader.Invalid($"A domain has {HighestId + 1} devices of a class at most")),
                IsFirst: others.Count == 0,
                Derive("mac", AddedFrom + (int)free),
                defaultVifScript
            )
        );
        RefuseDuplicates([.. present, config]);
        return attached.Contains(config.Id)
            ? throw new XendError(ErrorCode.AlreadyExists, $"Device {config.Id} ({config.Class}) is already connected.")
            : config;
    }

    private static SList Body(SList device) =>
        device.Count > 1 && device[1] is SList { Name: not null } body
            ? body
            : throw DomainConfigReader.Invalid("A (device ...) of the configuration names no device class.");

    private static DeviceClass Class(SList body) => DeviceClasses.Named(body.Name!);

    /// <summary>The number of each: what its devid says, or else the lowest that is free in its class.</summary>
    private static uint[] Ids(IReadOnlyList<(DeviceClass Class, SList Body)> devices)
    {
        var given = devices
            .Select(device => device.Class.HasDeviceId ? (uint?)DomainConfigReader.ReadInteger(device.Body, "devid", 0, HighestId) : null)
            .ToList();
        var ids = new uint[devices.Count];
        foreach (var sameClass in Enumerable.Range(0, devices.Count).GroupBy(index => devices[index].Class.Name))
        {
            var taken = sameClass.Select(index => given[index]).OfType<uint>().ToHashSet();
            uint free = 0;
            foreach (var index in sameClass)
            {
                while (given[index] is null && taken.Contains(free))
                {
                    free++;
                }
                ids[index] = given[index] ?? free++;
            }
        }
        return ids;
    }

    private static void RefuseDuplicates(IEnumerable<DeviceConfig> devices)
    {
        var seen = new HashSet<string>();
        foreach (var mark in devices.SelectMany(device => DeviceClasses.Of(device).Marks(device)))
        {
            if (!seen.Add(mark.Key))
            {
                throw DomainConfigReader.Invalid($"{mark.Said} is already defined");
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
