using Simulation.Xen;
using Sxp;
using Xend.Domains;
using Xend.Host;
using Xend.Operations;

namespace Xend.Tests.Operations.Sweeps;

/// <summary>A guest with channels: a terminal and a socket, which whoever was killed leaves behind.</summary>
internal static class ChannelScenarios
{
    private const string Path = "/run/b.sock";

    public static IReadOnlyList<OperationScenario> All { get; } =
    [
        new("create with channels", OperationKind.Create)
        {
            Prepare = PrepareAsync,
            Act = (_, xend) => xend.CreateAsync(Guest(), Guests.Root, default),
            Demand = DemandSocketAsServed,
        },
        new("destroy with channels", OperationKind.Destroy)
        {
            Prepare = CreateAsync,
            Act = (_, xend) => xend.DestroyAsync("linux", Guests.Root, default),
            EndedByAskingAgain = true,
            Demand = DemandSocketAsServed,
        },
        new("restart with channels", OperationKind.Restart)
        {
            Prepare = CreateAsync,
            Act = Sample.Reboot,
            IsDone = xend => Sample.IsUpAgain(xend, restarts: 1),
            Owed = true,
            Demand = DemandSocketAsServed,
        },
    ];

    private static Task PrepareAsync(SimulatedHost host, Toolstack xend)
    {
        host.Machine.Files["/run"] = new FileFacts(FileKind.Directory, 0, null);
        host.DeviceModels.IsKilled = true;
        return Task.CompletedTask;
    }

    private static async Task CreateAsync(SimulatedHost host, Toolstack xend)
    {
        await PrepareAsync(host, xend);
        await Sample.CreateRunningAsync(xend, Guest());
    }

    private static SList Guest()
    {
        var config = Guests.Small("linux");
        return new SList([
            config[0],
            SList.Of("uuid", Sample.Id),
            .. config.Items.Skip(1),
            SxpReader.Read("(device (channel (name org.example.a) (connection pty)))"),
            SxpReader.Read($"(device (channel (name b) (connection socket) (path {Path})))"),
        ]);
    }

    /// <summary>The socket is there as long as a device model listens.</summary>
    private static void DemandSocketAsServed(SimulatedHost host, Toolstack xend)
    {
        Assert.Equal(xend.ListDomains().Any(domain => domain is { Name: "linux", Id: not null }), host.Machine.IsServed(Path));
        Assert.Equal(host.Machine.IsServed(Path), host.Machine.Stat(Path) is not null);
    }
}
