using Xend.Domains;
using Xend.Hypervisor;
using Xend.Requests;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations.Migration;

/// <summary>Guests that go to other hosts.</summary>
public sealed class MigrationTests
{
    [Fact]
    public async Task A_guest_goes_to_another_host_and_comes_back_and_nothing_stays_behind()
    {
        await using var hosts = await TwoHosts.StartAsync();
        var (emptySource, emptyTarget) = (hosts.First.Dump(), hosts.Second.Dump());
        await Sample.CreateAsync(hosts.First, hosts.From);
        var report = await hosts.MigrateAsync();
        Assert.Matches("^linux runs at target. It stood still for [0-9.]+ s[.]$", Assert.Single(report.Notices));
        Assert.Equal(emptySource, hosts.First.Dump());
        Assert.DoesNotContain(hosts.From.ListDomains(), domain => domain.Name == "linux");
        var there = hosts.To.FindDomain("linux");
        Assert.Equal((Guid.Parse(Sample.Id), 256u), (there.Uuid, there.MemoryMib));
        Assert.Equal([TwoHosts.Target], hosts.Runnable);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(hosts.Second.StateDirectory, "arrivals")));

        await hosts.To.MigrateAsync("linux", new MigrationRequest { Host = TwoHosts.Source }, Guests.Root, default);
        Assert.Equal([TwoHosts.Source], hosts.Runnable);
        Assert.Equal(emptyTarget, hosts.Second.Dump());
    }

    [Fact]
    public async Task A_fully_virtualized_guest_goes_while_it_runs_with_its_device_model()
    {
        await using var hosts = await TwoHosts.StartAsync();
        await Sample.CreateWithDriveAsync(hosts.First, hosts.From);
        var report = await hosts.MigrateAsync(live: true);
        Assert.Contains("after 2 rounds over its memory", report.Notices[0]);
        Assert.Contains("halted: do not start it while it runs there", report.Notices[1]);
        Assert.Equal(
            ["track", "stop", "track no more", "save"],
            hosts.First.DeviceModels.Orders.Where(order => order is "stop" or "save" or "cont" || order.StartsWith("track"))
        );
        var started = hosts.Second.DeviceModels.Started.Last();
        Assert.Equal(["-incoming", "fd:3"], started.Arguments.TakeLast(2));
        Assert.False(File.Exists(started.State!.Path));
        Assert.Equal([TwoHosts.Target], hosts.Runnable);
        Assert.False(hosts.To.FindDomain("linux") is { Id: null });
    }

    [Fact]
    public async Task Its_home_changes_where_that_is_wanted()
    {
        await using var hosts = await TwoHosts.StartAsync();
        await Sample.StartAsync(hosts.First, hosts.From);
        await hosts.From.MigrateAsync("linux", new MigrationRequest { Host = TwoHosts.Target, ChangesHome = true }, Guests.Root, default);
        Assert.DoesNotContain(hosts.From.ListDomains(), domain => domain.Name == "linux");
        await hosts.To.DestroyAsync("linux", Guests.Root, default);
        Assert.Equal(PowerState.Halted, DomainStatus.Of(hosts.To.FindDomain("linux")));
    }

    [Fact]
    public async Task Of_a_guest_that_stays_nobody_follows_the_pages_any_more()
    {
        await using var hosts = await TwoHosts.StartAsync();
        await Sample.CreateWithDriveAsync(hosts.First, hosts.From);
        hosts.First.SaveFiles.BeforeMemory = _ => throw new Xend.Build.Saving.SaveFileException("Input/output error");
        var error = await Assert.ThrowsAsync<XendError>(() => hosts.MigrateAsync(live: true));
        Assert.StartsWith("linux cannot be migrated to target: Input/output error", error.Message);
        Assert.Equal("track no more", hosts.First.DeviceModels.Orders.Last(order => order.StartsWith("track")));
        Assert.Equal([TwoHosts.Source], hosts.Runnable);
    }

    [Fact]
    public async Task A_node_that_is_asked_for_is_told_not_to_count()
    {
        await using var hosts = await TwoHosts.StartAsync();
        await Sample.CreateAsync(hosts.First, hosts.From);
        var request = new MigrationRequest { Host = TwoHosts.Target, Node = 1 };
        var report = await hosts.From.RehearseMigrationAsync("linux", request, default);
        Assert.Equal("Node 1 is not looked at: cpus= of linux says which CPUs it may run on.", Assert.Single(report.Notices));
    }

    [Fact]
    public async Task One_that_is_away_does_not_start_by_itself_and_does_when_it_is_back()
    {
        await using var hosts = await TwoHosts.StartAsync();
        await hosts.From.NewAsync(
            new Sxp.SList([
                .. Sample.Linux().Items.Where(item => item is not Sxp.SList { Name: "on_xend_start" }),
                Sxp.SList.Of("on_xend_start", "start"),
            ]),
            Guests.Root,
            default
        );
        await hosts.From.StartAsync("linux", paused: false, Guests.Root, default);
        await hosts.MigrateAsync();
        await hosts.RestartSourceAsync();
        await hosts.From.StartGuestsAsync(default);
        Assert.Equal([TwoHosts.Target], hosts.Runnable);
        Assert.Contains(hosts.First.Warnings, line => line.Contains("it went to \"target\", and may run there"));
        await hosts.To.MigrateAsync("linux", new MigrationRequest { Host = TwoHosts.Source }, Guests.Root, default);
        await hosts.From.DestroyAsync("linux", Guests.Root, default);
        await hosts.From.StartGuestsAsync(default);
        Assert.Equal([TwoHosts.Source], hosts.Runnable);
    }

    [Fact]
    public async Task All_that_is_in_its_way_is_told_at_once_and_nothing_happens()
    {
        await using var hosts = await TwoHosts.StartAsync(memoryMib: 1100);
        await Sample.CreateAsync(hosts.First, hosts.From);
        hosts.Second.Machine.Interfaces.TryRemove("eth0", out _);
        hosts.Second.Machine.Files.TryRemove("/images/a.img", out _);
        await hosts.To.NewAsync(Guests.Small("linux"), Guests.Root, default);
        var before = (hosts.First.Dump(), hosts.Second.Dump());
        var request = new MigrationRequest { Host = TwoHosts.Target, IsLive = true };
        var report = await hosts.From.RehearseMigrationAsync("linux", request, default);
        Assert.Contains(report.Blockers, line => line.StartsWith("there is another domain linux there"));
        Assert.Contains(report.Blockers, line => line.Contains("/images/a.img"));
        Assert.Contains(report.Blockers, line => line.Contains("eth0"));
        Assert.Contains(report.Blockers, line => line.StartsWith("there is too little memory there"));
        Assert.Contains("stands still", Assert.Single(report.Notices));
        var error = await Assert.ThrowsAsync<XendError>(() => hosts.MigrateAsync());
        Assert.StartsWith("linux cannot go to target: there is another domain linux there", error.Message);
        Assert.Contains("eth0", error.Detail);
        Assert.Equal(before, (hosts.First.Dump(), hosts.Second.Dump()));
        Assert.Equal([TwoHosts.Source], hosts.Runnable);
    }

    [Fact]
    public async Task What_cannot_go_is_told_before_anybody_is_asked()
    {
        await using var hosts = await TwoHosts.StartAsync();
        await Sample.CreateAsync(hosts.First, hosts.From);
        var to = new MigrationRequest { Host = TwoHosts.Target };
        await RefusedAsync("Domain-0", to, "Cannot migrate privileged domain Domain-0");
        await RefusedAsync("linux", to with { ChangesHome = true }, "Domain is not a managed domain");
        await RefusedAsync("linux", to with { IsLive = true, NeverStands = true }, "it stands still while its memory goes");
        await RefusedAsync("linux", to with { Host = "nowhere" }, "can't connect: nowhere:8002: Connection refused");
        await RefusedAsync("linux", to with { Host = "a b" }, "is no host to migrate to");
        await hosts.From.PauseAsync("linux", Guests.Root, default);
        await RefusedAsync("linux", to, "linux cannot be migrated while it is paused");

        async Task RefusedAsync(string domain, MigrationRequest request, string why)
        {
            var error = await Assert.ThrowsAsync<XendError>(() => hosts.From.MigrateAsync(domain, request, Guests.Root, default));
            Assert.Contains(why, error.Message);
        }
    }

    [Fact]
    public async Task A_guest_that_may_be_another_hosts_stands_still_until_that_answers()
    {
        await using var hosts = await TwoHosts.StartAsync();
        await Sample.CreateAsync(hosts.First, hosts.From);
        var empty = await MigrationCourse.EmptyAsync();
        // The network goes when the guest was given, and the answer is lost.
        hosts.Network.StrikeAfter = await WritesOfAMigrationAsync() - 1;
        hosts.Network.Strike = () =>
        {
            hosts.Network.IsDown = true;
            hosts.Network.Remove(TwoHosts.Target);
        };
        var error = await Assert.ThrowsAsync<XendError>(() => hosts.MigrateAsync());
        Assert.StartsWith("linux was sent to target, which does not say whether it has it.", error.Message);
        Assert.Equal(ShutdownReason.Suspend, hosts.First.Hypervisor.FindDomain(1)!.Shutdown);
        // A new daemon knows it, too, and nobody lets it run.
        await hosts.RestartSourceAsync();
        await Assert.ThrowsAsync<XendError>(() => hosts.From.UnpauseAsync("linux", Guests.Root, default));
        Assert.Equal(ShutdownReason.Suspend, hosts.First.Hypervisor.FindDomain(1)!.Shutdown);

        hosts.Network.Add(TwoHosts.Target, hosts.To.Arrivals);
        hosts.Network.IsDown = false;
        Assert.Equal(TwoHosts.Target, await hosts.SettleAsync(empty, ""));
    }

    private static async Task<int> WritesOfAMigrationAsync()
    {
        await using var hosts = await TwoHosts.StartAsync();
        await Sample.CreateAsync(hosts.First, hosts.From);
        var course = await MigrationCourse.ObserveAsync(hosts, live: false);
        return course.Writes;
    }
}
