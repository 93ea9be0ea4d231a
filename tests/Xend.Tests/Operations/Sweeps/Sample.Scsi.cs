using Simulation.Xen;
using Sxp;
using Xend.Host;
using Xend.Operations;

namespace Xend.Tests.Operations.Sweeps;

/// <content>A guest with SCSI devices of the host.</content>
internal static partial class Sample
{
    public const string ScsiUnit = "2:0:0:0";

    public const string OtherScsiUnit = "2:0:1:0";

    /// <summary>A host with three disks, and a tape that is none.</summary>
    public static Task AddScsiUnits(SimulatedHost host, Toolstack xend)
    {
        foreach (
            var (address, name, numbers) in new[]
            {
                (ScsiUnit, "sda", "8:0"),
                (OtherScsiUnit, "sdb", "8:16"),
                ("3:0:0:0", "sdc", "8:32"),
                ("3:0:1:0", "st0", ""),
            }
        )
        {
            host.Machine.ScsiUnits.Add(
                new ScsiFacts(ScsiAddress.Parse(address)!.Value, name, numbers.Length > 0 ? new DiskIdentity($"dev {numbers}") : null)
            );
        }
        return Task.CompletedTask;
    }

    /// <summary>A guest that is given these, at target 0, 1 and so on of its first adapter.</summary>
    public static SList WithScsi(params string[] units)
    {
        var config = Guests.Small("linux");
        return new SList([config[0], Uuid, .. config.Items.Skip(1), SList.Of("device", ScsiExpression(units))]);
    }

    public static SList ScsiExpression(params string[] units) =>
        (SList)
            SxpReader.Read(
                $"(vscsi (feature-host 0) {string.Concat(units.Select((unit, place) => $"(dev (state 1) (devid 0) (p-dev {unit}) (p-devname sd) (v-dev 0:0:{place}:0))"))})"
            );

    /// <summary>One that comes to the adapter.</summary>
    public static VscsiConfig ScsiUnitAt(string unit, string place) =>
        (VscsiConfig)
            DeviceConfigReader.ReadOne(
                (SList)SxpReader.Read($"(vscsi (feature-host 0) (dev (state 1) (devid 0) (p-dev {unit}) (p-devname sd) (v-dev {place})))"),
                Guid.Parse(Id),
                "vif-bridge"
            );

    public static ScsiAddress Place(string place) => ScsiAddress.Parse(place)!.Value;

    public static async Task CreateWithScsiAsync(SimulatedHost host, Toolstack xend)
    {
        await AddScsiUnits(host, xend);
        await CreateRunningAsync(xend, WithScsi(ScsiUnit, OtherScsiUnit));
        await DemandTakenUpAsync(host, 2);
    }

    /// <summary>The driver has taken up so many units.</summary>
    public static Task DemandTakenUpAsync(SimulatedHost host, int count) => Eventually.TrueAsync(() => host.Scsi.Used.Count == count);

    /// <summary>What has a target is what the guest's configuration has, and the kernel was done no harm.</summary>
    public static void DemandTargetsAsConfigured(SimulatedHost host, Toolstack xend)
    {
        Assert.Empty(host.Scsi.Violations);
        var guest = xend.ListDomains().FirstOrDefault(domain => domain.Name == "linux");
        var has = guest?.Id is null ? [] : guest.Config!.Devices.OfType<VscsiConfig>().SelectMany(adapter => adapter.Units).ToList();
        Assert.Equal(has.Select(unit => $"{unit.Physical}").Order(), host.Scsi.Made.Values.Select(unit => $"{unit}").Order());
    }
}
