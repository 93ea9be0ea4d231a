using Simulation.Xen;
using Xend.Domains;
using Xend.Operations;

namespace Xend.Tests.Operations.Sweeps;

/// <summary>Guests that go into files and come out of them.</summary>
internal static class SavingScenarios
{
    public static IReadOnlyList<OperationScenario> All { get; } =
    [
        new("save", OperationKind.Save)
        {
            Prepare = Sample.CreateAsync,
            Act = (host, xend) => xend.SaveAsync("linux", FileOn(host), checkpoint: false, Guests.Root, default),
        },
        new("save of a managed domain", OperationKind.Save)
        {
            Prepare = Sample.StartAsync,
            Act = (host, xend) => xend.SaveAsync("linux", FileOn(host), checkpoint: false, Guests.Root, default),
        },
        new("save of a fully virtualized guest", OperationKind.Save)
        {
            Prepare = Sample.CreateWithDriveAsync,
            Act = (host, xend) => xend.SaveAsync("linux", FileOn(host), checkpoint: false, Guests.Root, default),
        },
        new("checkpoint", OperationKind.Checkpoint)
        {
            Prepare = Sample.CreateAsync,
            Act = (host, xend) => xend.SaveAsync("linux", FileOn(host), checkpoint: true, Guests.Root, default),
        },
        new("checkpoint of a fully virtualized guest", OperationKind.Checkpoint)
        {
            Prepare = Sample.CreateWithDriveAsync,
            Act = (host, xend) => xend.SaveAsync("linux", FileOn(host), checkpoint: true, Guests.Root, default),
        },
        new("restore", OperationKind.Restore)
        {
            Prepare = async (host, xend) =>
            {
                await Sample.CreateAsync(host, xend);
                await xend.SaveAsync("linux", FileOn(host), checkpoint: false, Guests.Root, default);
            },
            Act = (host, xend) => xend.RestoreAsync(FileOn(host), paused: false, Guests.Root, default),
        },
        new("restore of a managed, fully virtualized guest", OperationKind.Restore)
        {
            Prepare = async (host, xend) =>
            {
                await Sample.CreateWithDriveAsync(host, xend);
                await xend.SaveAsync("linux", FileOn(host), checkpoint: false, Guests.Root, default);
            },
            Act = (host, xend) => xend.RestoreAsync(FileOn(host), paused: false, Guests.Root, default),
        },
    ];

    public static string FileOn(SimulatedHost host) => Path.Combine(host.StateDirectory, "linux.save");
}
