using System.Diagnostics;
using Simulation.Xen;
using XenStore;

namespace Xend.Tests.Operations;

/// <summary>
/// A guest that does its worst in xenstore: whatever it may write it fills with long, binary, wrong and quickly changing values.
/// </summary>
public sealed class HostileGuestTests
{
    private static readonly string[] Nodes =
    [
        "device/vbd/51712/state",
        "device/vbd/51712/ring-ref",
        "device/vbd/51712/backend",
        "device/vif/0/state",
        "device/vif/0/mac",
        "device/vif/0/backend",
        "control/shutdown",
        "control/sysrq",
        "control/feature-poweroff",
        "data/updated",
        "error/device/vif/0/error",
        "attr/eth0/ip",
        "name",
        "memory/target",
        "vm",
        "domid",
        "device/vkbd/0/state",
        "console/tty",
        "cpu/0/availability",
        "guest/x",
        "../0/name",
        "drivers/0",
    ];

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Neither_the_daemon_nor_another_guest_sees_anything_of_it(int seed)
    {
        await using var host = await SimulatedHost.StartAsync();
        host.Machine.AddFile("/images/a.img");
        host.Machine.AddDisk("/dev/vg01/good", "254:9");
        await using var xend = await host.StartXendAsync();
        var empty = host.Dump();
        await xend.Toolstack.CreateAsync(Guests.Linux("evil", uname: "file:/images/a.img"), Guests.Root, default);
        await xend.Toolstack.UnpauseAsync("evil", Guests.Root, default);
        await xend.Toolstack.CreateAsync(Guests.Linux("good", uname: "phy:/dev/vg01/good", mac: "00:16:3e:00:00:02"), Guests.Root, default);
        await xend.Toolstack.UnpauseAsync("good", Guests.Root, default);
        var good = xend.Toolstack.FindDomain("good");
        var goodNodes = host.Store.Dump($"/local/domain/{good.Id}");

        using var stop = new CancellationTokenSource();
        var evil = Task.WhenAll(
            Enumerable
                .Range(0, 2)
                .Select(part => Task.Run(() => MisbehaveAsync(host, xend.Toolstack.FindDomain("evil").Id!.Value, seed + part, stop.Token)))
        );
        var watch = Stopwatch.StartNew();
        for (var round = 0; round < 5; round++)
        {
            // Everything that reads or writes a guest's nodes, on the hostile one and beside it.
            await xend.Toolstack.PauseAsync("evil", Guests.Root, default);
            await xend.Toolstack.UnpauseAsync("evil", Guests.Root, default);
            await xend.Toolstack.SetMemoryAsync("evil", 128 + round, Guests.Root, default);
            await xend.Toolstack.SetVcpusAsync("evil", 1 + round % 2, Guests.Root, default);
            await xend.Toolstack.ShutdownAsync("evil", "poweroff", Guests.Root, default);
            await xend.Toolstack.PressSysrqAsync("evil", "s", Guests.Root, default);
            host.Store.FireSpecial("@introduceDomain");
            Assert.Equal(
                ["Domain-0", "evil", "good"],
                xend.Toolstack.ListDomains().Select(domain => domain.Name).Order(StringComparer.Ordinal)
            );
            Assert.Empty(await xend.Toolstack.AuditAsync(fix: false, Guests.Root, default));
            var other = $"other{round}";
            await xend.Toolstack.CreateAsync(Guests.Small(other), Guests.Root, default);
            await xend.Toolstack.DestroyAsync(other, Guests.Root, default);
        }
        Assert.Equal(goodNodes, host.Store.Dump($"/local/domain/{good.Id}"));
        var still = xend.Toolstack.FindDomain("good");
        Assert.Equal((good.Id, good.MemoryMib, good.Info!.CurrentMemoryKib), (still.Id, still.MemoryMib, still.Info!.CurrentMemoryKib));
        // It is destroyed while it writes.
        await xend.Toolstack.DestroyAsync("evil", Guests.Root, default);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        await stop.CancelAsync();
        await evil;
        await xend.Toolstack.DestroyAsync("good", Guests.Root, default);
        Assert.Equal(empty, host.Dump());
        Assert.Equal(0, host.Store.OpenTransactions);
        Assert.Empty(xend.Toolstack.ListTasks());
    }

    [Fact]
    public async Task A_domain_of_another_toolstack_that_has_the_name_of_ours_is_not_taken_for_it()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        var ours = await xend.Toolstack.CreateAsync(Guests.Small("linux"), Guests.Root, default);
        await using var xl = host.Store.Client();
        for (var other = 0; other < 8; other++)
        {
            var id = host.Hypervisor.CreateDomain(
                new Xend.Hypervisor.DomainCreation
                {
                    Uuid = Guid.NewGuid(),
                    Type = GuestType.Pv,
                    MaxVcpus = 1,
                }
            );
            await xl.WriteAsync($"/local/domain/{id}/name", "linux");
        }
        host.Store.FireSpecial("@introduceDomain");
        await Eventually.TrueAsync(() => xend.Toolstack.ListDomains().Count(domain => domain.Name == "linux") == 9);
        Assert.Equal(ours.Uuid, xend.Toolstack.FindDomain("linux").Uuid);
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.Null(host.Hypervisor.FindDomain(ours.Id!.Value));
        Assert.Equal(9, host.Hypervisor.ListDomains().Count);
    }

    [Fact]
    public async Task A_name_of_another_toolstack_that_is_no_name_is_not_shown()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        await using var xl = host.Store.Client();
        var id = host.Hypervisor.CreateDomain(
            new Xend.Hypervisor.DomainCreation
            {
                Uuid = Guid.NewGuid(),
                Type = GuestType.Pv,
                MaxVcpus = 1,
            }
        );
        await xl.WriteBytesAsync($"/local/domain/{id}/name", "bad\u001b[2Jname\nwith (parts)"u8.ToArray());
        host.Store.FireSpecial("@introduceDomain");
        await Eventually.TrueAsync(() => xend.Toolstack.ListDomains().Any(domain => domain.Id == id));
        Assert.Equal("Domain-Unnamed", xend.Toolstack.ListDomains().Single(domain => domain.Id == id).Name);
    }

    private static async Task MisbehaveAsync(SimulatedHost host, uint id, int seed, CancellationToken stop)
    {
        var random = new Random(seed);
        await using var guest = host.Store.Client(id);
        while (!stop.IsCancellationRequested)
        {
            var path = $"/local/domain/{id}/{Nodes[random.Next(Nodes.Length)]}{(random.Next(4) == 0 ? $"/{random.Next(100)}" : "")}";
            var value = new byte[random.Next(4) == 0 ? 2000 : random.Next(0, 12)];
            random.NextBytes(value);
            if (random.Next(2) == 0)
            {
                value = System.Text.Encoding.ASCII.GetBytes($"{random.Next(-3, 12)}");
            }
            try
            {
                switch (random.Next(6))
                {
                    case 0:
                        await guest.RemoveAsync(path, stop);
                        break;
                    case 1:
                        await guest.SetPermissionsAsync(path, XenStorePermissions.OwnedAndReadBy(id, 0), stop);
                        break;
                    default:
                        await guest.WriteBytesAsync(path, value, stop);
                        break;
                }
            }
            catch (XenStoreException)
            {
                // EACCES, EQUOTA, EINVAL: it was to be expected.
            }
            catch (Exception error) when (error is OperationCanceledException or XenStoreConnectionException)
            {
                return;
            }
        }
    }
}
