using System.Collections.Immutable;
using Sxp;

namespace Model.Devices;

/// <summary>
/// The shape of SCSI passthrough: <c>(vscsi (feature-host 0) (dev (state 1) (devid 0) (p-dev 2:0:0:0) (p-devname sda) (v-dev
/// 0:0:0:0)))</c>, one device for each adapter that the guest sees.
/// </summary>
public sealed class VscsiClass : DeviceClass<VscsiConfig>
{
    private const int LongestName = 32;

    /// <summary>The highest number of a device of any class.</summary>
    private const int HighestAdapter = 255;

    public override string Name => VscsiConfig.ClassName;

    /// <summary>It has one in each of its units.</summary>
    public override bool HasDeviceId => false;

    public override VscsiConfig Read(SList body, DeviceReading reading)
    {
        var parts = reading.Parts;
        parts.Check("backend", () => RefuseOtherBackends(DomainConfigReader.Text(body, "backend") ?? "0", "SCSI devices"));
        var isHost = parts.Read("feature-host", 0, () => (int?)DomainConfigReader.ReadInteger(body, "feature-host", 0, 1) ?? 0) == 1;
        var units = body.Children("dev").Select(ReadUnit).ToImmutableArray();
        if (units.Length is 0 or > VscsiConfig.MostUnits)
        {
            throw DomainConfigReader.Invalid(
                units.IsEmpty ? "vscsi: no device is named." : $"vscsi: an adapter has {VscsiConfig.MostUnits} devices at most."
            );
        }
        var adapter = units[0].Virtual.Host;
        if (units.FirstOrDefault(unit => unit.Virtual.Host != adapter) is { } other)
        {
            throw DomainConfigReader.Invalid($"vscsi: {units[0].Virtual} and {other.Virtual} are not on one adapter of the guest.");
        }
        RefuseTwice(units);
        return new VscsiConfig(reading.Uuid, adapter, isHost, units);
    }

    /// <summary>The virtual addresses that an expression names; to take a device away, that is all there has to be.</summary>
    public static IReadOnlyList<ScsiAddress> ReadVirtual(SList body) => [.. body.Children("dev").Select(ReadVirtualOf)];

    protected override SList Write(VscsiConfig device) =>
        new([Name, SList.Of("uuid", device.Uuid.ToString()), FeatureHost(device), .. Units(device)]);

    protected override SList Show(VscsiConfig device, DeviceShowing showing) =>
        new([Name, .. Units(device), FeatureHost(device), SList.Of("uuid", device.Uuid.ToString())]);

    protected override IEnumerable<DeviceMark> Marks(VscsiConfig device) =>
        [
            new($"vscsi/{device.Id}", $"The device \"vscsi {device.Id}\""),
            .. device.Units.Select(unit => new DeviceMark($"scsi {unit.Physical}", $"The physical device \"{unit.Physical}\"")),
        ];

    private static SList FeatureHost(VscsiConfig device) => SList.Of("feature-host", device.IsHost ? 1 : 0);

    /// <summary>1 is XenbusStateInitialising, which is what a device is asked for with.</summary>
    private static IEnumerable<SValue> Units(VscsiConfig device) =>
        device.Units.Select(
            SValue (unit) =>
                SList.Of(
                    "dev",
                    SList.Of("state", 1),
                    SList.Of("devid", (int)device.Id),
                    SList.Of("p-dev", unit.Physical.ToString()),
                    SList.Of("p-devname", unit.Name),
                    SList.Of("v-dev", unit.Virtual.ToString())
                )
        );

    private static VscsiUnit ReadUnit(SList unit)
    {
        var physical = DomainConfigReader.Text(unit, "p-dev");
        var name = DomainConfigReader.Text(unit, "p-devname") ?? "";
        if (name.Length > LongestName || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-'))
        {
            throw DomainConfigReader.Invalid($"vscsi: invalid name of a device: '{DomainConfigReader.Printable(name)}'");
        }
        return new VscsiUnit(
            ScsiAddress.Parse(physical)
                ?? throw DomainConfigReader.Invalid(
                    $"Cannot find device \"{DomainConfigReader.Printable(physical ?? "")}\"",
                    "A SCSI device is named by host adapter, channel, target and LUN: 2:0:0:0."
                ),
            name,
            ReadVirtualOf(unit)
        );
    }

    private static ScsiAddress ReadVirtualOf(SList unit)
    {
        var text = DomainConfigReader.Text(unit, "v-dev");
        return ScsiAddress.Parse(text) is { Host: <= HighestAdapter } address
            ? address
            : throw DomainConfigReader.Invalid(
                $"vscsi syntax error \"{DomainConfigReader.Printable(text ?? "")}\"",
                $"A device of the guest is named by host adapter (0 to {HighestAdapter}), channel, target and LUN: 0:0:0:0."
            );
    }

    private static void RefuseTwice(ImmutableArray<VscsiUnit> units)
    {
        for (var place = 1; place < units.Length; place++)
        {
            foreach (var before in units.Take(place))
            {
                if (before.Physical == units[place].Physical)
                {
                    throw DomainConfigReader.Invalid($"The physical device \"{before.Physical}\" is already defined");
                }
                if (before.Virtual == units[place].Virtual)
                {
                    throw DomainConfigReader.Invalid($"The virtual device \"{before.Virtual}\" is already defined");
                }
            }
        }
    }
}
