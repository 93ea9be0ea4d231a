using Xend.Domains;

namespace Xend.Tests.Operations.Sweeps;

/// <summary>SCSI devices of the host that come to a guest and go.</summary>
internal static class ScsiScenarios
{
    public static IReadOnlyList<OperationScenario> All { get; } =
    [
        new("create with SCSI devices", OperationKind.Create)
        {
            Prepare = Sample.AddScsiUnits,
            Act = (_, xend) => xend.CreateAsync(Sample.WithScsi(Sample.ScsiUnit, Sample.OtherScsiUnit), Guests.Root, default),
            Demand = Sample.DemandTargetsAsConfigured,
        },
        new("destroy with SCSI devices", OperationKind.Destroy)
        {
            Prepare = Sample.CreateWithScsiAsync,
            Act = (_, xend) => xend.DestroyAsync("linux", Guests.Root, default),
            EndedByAskingAgain = true,
            Demand = Sample.DemandTargetsAsConfigured,
        },
        new("restart with SCSI devices", OperationKind.Restart)
        {
            Prepare = Sample.CreateWithScsiAsync,
            Act = Sample.Reboot,
            IsDone = xend => Sample.IsUpAgain(xend, restarts: 1),
            Owed = true,
            Demand = Sample.DemandTargetsAsConfigured,
        },
        new("attach the first SCSI device", OperationKind.Attach)
        {
            Prepare = async (host, xend) =>
            {
                await Sample.AddScsiUnits(host, xend);
                await Sample.CreateAsync(host, xend);
            },
            Act = (_, xend) => xend.AttachScsiAsync("linux", Sample.ScsiUnitAt(Sample.ScsiUnit, "0:0:0:0"), Guests.Root, default),
            Demand = Sample.DemandTargetsAsConfigured,
        },
        new("attach one more SCSI device", OperationKind.Attach)
        {
            Prepare = Sample.CreateWithScsiAsync,
            Act = (_, xend) => xend.AttachScsiAsync("linux", Sample.ScsiUnitAt("3:0:1:0", "0:0:5:0"), Guests.Root, default),
            Demand = Sample.DemandTargetsAsConfigured,
        },
        new("attach one more SCSI device to a guest that has not taken up its adapter", OperationKind.Attach)
        {
            Prepare = async (host, xend) =>
            {
                host.Scsi.GuestsAnswer = false;
                await Sample.AddScsiUnits(host, xend);
                await Sample.CreateRunningAsync(xend, Sample.WithScsi(Sample.ScsiUnit));
            },
            Act = (_, xend) => xend.AttachScsiAsync("linux", Sample.ScsiUnitAt("3:0:1:0", "0:0:5:0"), Guests.Root, default),
            Demand = Sample.DemandTargetsAsConfigured,
        },
        new("detach one of two SCSI devices", OperationKind.Detach)
        {
            Prepare = Sample.CreateWithScsiAsync,
            Act = (_, xend) => xend.DetachScsiAsync("linux", 0, [Sample.Place("0:0:0:0")], Guests.Root, default),
            EndedByAskingAgain = true,
            Demand = Sample.DemandTargetsAsConfigured,
        },
        new("detach all SCSI devices", OperationKind.Detach)
        {
            Prepare = Sample.CreateWithScsiAsync,
            Act = (_, xend) => xend.DetachScsiAsync("linux", 0, [Sample.Place("0:0:0:0"), Sample.Place("0:0:1:0")], Guests.Root, default),
            EndedByAskingAgain = true,
            Demand = Sample.DemandTargetsAsConfigured,
        },
        new("attach a SCSI device to a domain that does not run", OperationKind.Attach)
        {
            Prepare = async (host, xend) =>
            {
                await Sample.AddScsiUnits(host, xend);
                await Sample.NewAsync(host, xend);
            },
            Act = (_, xend) => xend.AttachScsiAsync("linux", Sample.ScsiUnitAt(Sample.ScsiUnit, "0:0:0:0"), Guests.Root, default),
        },
    ];
}
