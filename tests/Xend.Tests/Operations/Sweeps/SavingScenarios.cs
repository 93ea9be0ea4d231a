using Simulation.Xen;
using Xend.Domains;
using Xend.Operations;
using Xend.Requests;

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
        new("suspend", OperationKind.Suspend)
        {
            Prepare = Sample.StartAsync,
            Act = (_, xend) => xend.SuspendAsync("linux", Guests.Root, default),
            Demand = DemandOneLife,
        },
        new("suspend of a guest that was defined anew", OperationKind.Suspend)
        {
            Prepare = async (host, xend) =>
            {
                await Sample.StartAsync(host, xend);
                await xend.NewAsync(Sample.Linux(memory: 300), Guests.Root, default);
            },
            Act = (_, xend) => xend.SuspendAsync("linux", Guests.Root, default),
            Demand = DemandOneLife,
        },
        new("resume", OperationKind.Resume)
        {
            Prepare = SuspendAsync,
            Act = (_, xend) => xend.ResumeAsync("linux", paused: false, Guests.Root, default),
            Demand = DemandOneLife,
        },
        new("resume of a fully virtualized guest, paused", OperationKind.Resume)
        {
            Prepare = async (host, xend) =>
            {
                await Sample.CreateWithDriveAsync(host, xend);
                await xend.SuspendAsync("linux", Guests.Root, default);
            },
            Act = (_, xend) => xend.ResumeAsync("linux", paused: true, Guests.Root, default),
            Demand = DemandOneLife,
        },
        new("destroy a suspended domain", OperationKind.Destroy)
        {
            Prepare = SuspendAsync,
            Act = (_, xend) => xend.DestroyAsync("linux", Guests.Root, default),
            EndedByAskingAgain = true,
            Demand = DemandOneLife,
        },
        new("dump-core", OperationKind.DumpCore)
        {
            Prepare = Sample.CreateAsync,
            Act = (_, xend) => xend.DumpAsync("linux", "/cores/linux", live: false, AfterDump.GoOn, Guests.Root, default),
        },
        new("dump-core and destroy", OperationKind.DumpCore)
        {
            Prepare = Sample.CreateAsync,
            Act = (_, xend) => xend.DumpAsync("linux", "/cores/linux", live: false, AfterDump.Destroy, Guests.Root, default),
            EndedByAskingAgain = true,
        },
    ];

    private static async Task SuspendAsync(SimulatedHost host, Toolstack xend)
    {
        await Sample.StartAsync(host, xend);
        await xend.SuspendAsync("linux", Guests.Root, default);
    }

    /// <summary>A domain that is suspended has a checkpoint and does not run; any other has none.</summary>
    private static void DemandOneLife(SimulatedHost host, Toolstack xend)
    {
        var guest = xend.FindDomain("linux");
        var checkpoint = CheckpointOn(host);
        Assert.Equal(guest.Suspended, File.Exists(checkpoint));
        Assert.False(guest is { Suspended: true, Id: not null });
        var files = Directory.EnumerateFiles(Path.GetDirectoryName(checkpoint)!).Select(Path.GetFileName);
        Assert.All(files, file => Assert.True(file is "config.sxp" or "checkpoint.chk", file));
    }

    public static string CheckpointOn(SimulatedHost host) => Path.Combine(host.ManagedDirectory, Sample.Id, "checkpoint.chk");

    public static string FileOn(SimulatedHost host) => Path.Combine(host.StateDirectory, "linux.save");
}
