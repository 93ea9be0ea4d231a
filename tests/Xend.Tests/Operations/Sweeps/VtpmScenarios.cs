using Simulation.Xen;
using Sxp;
using Xend.Domains;
using Xend.Operations;

namespace Xend.Tests.Operations.Sweeps;

/// <summary>A guest with a virtual TPM that the guest beside it serves.</summary>
internal static class VtpmScenarios
{
    private const string Vtpm = $"(vtpm (backend {SweepHost.Bystander}))";

    public static IReadOnlyList<OperationScenario> All { get; } =
    [
        new("create with a vTPM", OperationKind.Create)
        {
            Prepare = Sample.AddDriverDomain,
            Act = (_, xend) => xend.CreateAsync(Guest($"(device {Vtpm})"), Guests.Root, default),
        },
        new("destroy with a vTPM", OperationKind.Destroy)
        {
            Prepare = (host, xend) => CreateAsync(host, xend, $"(device {Vtpm})"),
            Act = (_, xend) => xend.DestroyAsync("linux", Guests.Root, default),
            EndedByAskingAgain = true,
        },
        new("restart with a vTPM", OperationKind.Restart)
        {
            Prepare = (host, xend) => CreateAsync(host, xend, $"(device {Vtpm})"),
            Act = Sample.Reboot,
            IsDone = xend => Sample.IsUpAgain(xend, restarts: 1),
            Owed = true,
        },
        new("attach a vTPM", OperationKind.Attach)
        {
            Prepare = (host, xend) => CreateAsync(host, xend, ""),
            Act = (_, xend) => xend.AttachAsync("linux", Vtpm),
        },
        new("detach a vTPM", OperationKind.Detach)
        {
            Prepare = (host, xend) => CreateAsync(host, xend, $"(device {Vtpm})"),
            Act = (_, xend) => xend.DetachDeviceAsync("linux", "vtpm", 0, force: true, Guests.Root, default),
            EndedByAskingAgain = true,
        },
    ];

    private static async Task CreateAsync(SimulatedHost host, Toolstack xend, string device)
    {
        await Sample.AddDriverDomain(host, xend);
        await Sample.CreateRunningAsync(xend, Guest(device));
    }

    private static SList Guest(string device)
    {
        var config = Guests.Small("linux");
        return new SList([
            config[0],
            SList.Of("uuid", Sample.Id),
            .. config.Items.Skip(1),
            .. ((SList)SxpReader.Read($"({device})")).Items,
        ]);
    }
}
