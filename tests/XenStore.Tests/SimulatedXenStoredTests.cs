using Simulation;
using XenStore.Wire;

namespace XenStore.Tests;

/// <summary>What the simulation adds to the contract: guests, domains, faults.</summary>
public sealed class SimulatedXenStoredTests
{
    private const string Guest = "/local/domain/3";

    [Fact]
    public async Task A_guest_reads_and_writes_what_it_may_and_owns_what_it_makes()
    {
        var (simulated, dom0, guest) = await WithGuestAsync();
        await dom0.WriteAsync("/local/domain/3/name", "web");
        await dom0.WriteAsync("/local/domain/3/readonly", "v");
        await dom0.SetPermissionsAsync("/local/domain/3/readonly", XenStorePermissions.OwnedAndReadBy(0, 3));
        await dom0.WriteAsync("/vm/secret", "v");

        Assert.Equal("web", await guest.ReadAsync("/local/domain/3/name"));
        Assert.Equal("v", await guest.ReadAsync("/local/domain/3/readonly"));
        await guest.WriteAsync("/local/domain/3/data/own", "v");
        foreach (
            var refused in (Func<Task>[])
                [
                    () => guest.ReadAsync("/vm/secret"),
                    () => guest.ReadAsync("/vm/missing"),
                    () => guest.WriteAsync("/local/domain/3/readonly", "w"),
                    () => guest.RemoveAsync("/vm"),
                    () => guest.IntroduceDomainAsync(5, 1, 1),
                    () => guest.IsDomainIntroducedAsync(5),
                    () => guest.SetPermissionsAsync("/local/domain/3/readonly", XenStorePermissions.Owner(3)),
                ]
        )
        {
            Assert.Equal("EACCES", (await Assert.ThrowsAsync<XenStoreException>(refused)).Error);
        }

        Assert.Equal("n3", (await dom0.GetPermissionsAsync("/local/domain/3/data/own"))?.ToString());
        Assert.Equal(
            """
            /local/domain/3 =  (n3)
            /local/domain/3/data =  (n3)
            /local/domain/3/data/own = v (n3)
            /local/domain/3/name = web (n3)
            /local/domain/3/readonly = v (n0,r3)

            """,
            simulated.Dump(Guest)
        );
    }

    [Theory]
    [InlineData(XenStoredFlavour.C, "ENOSPC", "ENOSPC", "E2BIG", "ENOSPC")]
    [InlineData(XenStoredFlavour.OCaml, "EQUOTA", "E2BIG", "EQUOTA", "EQUOTA")]
    public async Task A_guest_has_quotas(XenStoredFlavour flavour, string nodes, string value, string watches, string transactions)
    {
        var (_, dom0, guest) = await WithGuestAsync(flavour);
        Assert.Equal(value, await RefusalAsync(() => guest.WriteAsync($"{Guest}/big", new string('x', 2049))));
        await guest.WriteAsync($"{Guest}/big", new string('x', 2048));
        await Task.WhenAll(Enumerable.Range(0, 998).Select(number => guest.WriteAsync($"{Guest}/{number}", "v")));
        Assert.Equal(nodes, await RefusalAsync(() => guest.WriteAsync($"{Guest}/one-too-many", "v")));
        await guest.WriteAsync($"{Guest}/5", "w");
        await guest.RemoveAsync($"{Guest}/5");
        await guest.WriteAsync($"{Guest}/one-too-many", "v");
        await dom0.WriteAsync($"{Guest}/dom0-may", "v");

        await Task.WhenAll(Enumerable.Range(0, 128).Select(_ => guest.WatchAsync(Guest)));
        Assert.Equal(watches, await RefusalAsync(() => guest.WatchAsync(Guest)));

        var open = new TaskCompletionSource();
        var bodies = Enumerable.Range(0, 10).Select(_ => guest.TransactAsync(_ => open.Task)).ToArray();
        Assert.Equal(transactions, await RefusalAsync(() => guest.TransactAsync(_ => Task.CompletedTask)));
        open.SetResult();
        await Task.WhenAll(bodies);
    }

    [Fact]
    public async Task Domains_are_introduced_shut_down_resumed_and_destroyed_as_xenstored_sees_it()
    {
        var simulated = new SimulatedXenStored();
        await using var dom0 = simulated.Client();
        await using var released = await dom0.WatchAsync("@releaseDomain");
        await using var introduced = await dom0.WatchAsync("@introduceDomain");
        await dom0.MakeDirectoryAsync(Guest);
        await dom0.SetPermissionsAsync(Guest, XenStorePermissions.Owner(3));
        var before = dom0.Statistics.Events;

        await dom0.IntroduceDomainAsync(3, 0x12345, 7);
        await dom0.IntroduceDomainAsync(3, 0x12345, 7);
        Assert.Equal(new("74565", 7), simulated.Introduced[3]);
        Assert.True(await dom0.IsDomainIntroducedAsync(3));
        Assert.Equal("/local/domain/3", await dom0.GetDomainPathAsync(3));
        Assert.Equal(1, dom0.Statistics.Events - before);

        simulated.DomainShutdown(3);
        simulated.DomainShutdown(3);
        await dom0.ReadAsync("/");
        Assert.Equal(2, dom0.Statistics.Events - before);
        await dom0.ResumeDomainAsync(3);
        simulated.DomainShutdown(3);
        await dom0.ReadAsync("/");
        Assert.Equal(3, dom0.Statistics.Events - before);

        simulated.DomainDestroyed(3);
        Assert.False(await dom0.IsDomainIntroducedAsync(3));
        Assert.Equal(4, dom0.Statistics.Events - before);
        Assert.Null(await dom0.ReadAsync(Guest));
        Assert.Equal("ENOENT", await RefusalAsync(() => dom0.ReleaseDomainAsync(3)));
        Assert.Equal("EINVAL", await RefusalAsync(() => dom0.IntroduceDomainAsync(4, 1, 0)));
        simulated.FireSpecial("@releaseDomain");
        await dom0.ReadAsync("/");
        Assert.Equal(5, dom0.Statistics.Events - before);
    }

    [Fact]
    public async Task A_domain_acts_as_its_target()
    {
        var (simulated, dom0, guest) = await WithGuestAsync();
        await using var model = simulated.Client(9);
        Assert.Equal("EACCES", await RefusalAsync(() => model.WriteAsync($"{Guest}/a", "v")));
        await dom0.IntroduceDomainAsync(9, 1, 1);
        await dom0.SetTargetAsync(9, 3);
        await model.WriteAsync($"{Guest}/a", "v");
        Assert.Equal("v", await dom0.ReadAsync($"{Guest}/a"));
        await guest.DisposeAsync();
    }

    [Fact]
    public async Task A_guest_does_not_hear_of_what_it_cannot_read()
    {
        var (_, dom0, guest) = await WithGuestAsync();
        await using var watch = await guest.WatchAsync("/");
        var before = guest.Statistics.Events;
        await dom0.WriteAsync("/vm/secret", "v");
        await dom0.WriteAsync($"{Guest}/a", "v");
        await dom0.RemoveAsync("/vm");
        await guest.ReadAsync(Guest);
        Assert.Equal(1, guest.Statistics.Events - before);
    }

    [Fact]
    public async Task A_fault_is_put_where_a_test_wants_it()
    {
        var simulated = new SimulatedXenStored();
        await using var store = simulated.Client();
        var seen = new List<SimulatedRequest>();
        simulated.Fault = request =>
        {
            seen.Add(request);
            return request is { Number: 2, Type: XenStoreMessageType.Write } ? SimulatedFault.Error("EIO") : null;
        };
        await store.WriteAsync("/a", "1");
        Assert.Equal("EIO", await RefusalAsync(() => store.WriteAsync("/b", "2")));
        await store.WriteAsync("/c", "3");
        Assert.Equal("/ =  (n0)\n/a = 1 (n0)\n/c = 3 (n0)\n", simulated.Dump());
        Assert.Equal(["/a", "/b", "/c"], seen.Select(request => request.Path));
    }

    [Fact]
    public async Task A_client_that_announces_too_much_is_dropped_as_by_the_real_daemons()
    {
        var simulated = new SimulatedXenStored();
        await using var stream = simulated.Connect();
        await stream.WriteAsync(ScriptedConnection.Bytes(11, 1, 0, string.Empty, length: 4097));
        Assert.Equal(0, await stream.ReadAsync(new byte[16]));
    }

    [Fact]
    public async Task Many_domains_come_and_go_and_leave_nothing()
    {
        var simulated = new SimulatedXenStored();
        await using var dom0 = simulated.Client();
        await dom0.MakeDirectoryAsync("/local/domain");
        var before = simulated.Dump();
        for (uint domain = 1; domain <= 100; domain++)
        {
            var home = $"/local/domain/{domain}";
            await dom0.TransactAsync(async inside =>
            {
                await inside.MakeDirectoryAsync(home);
                await inside.SetPermissionsAsync(home, XenStorePermissions.Owner(domain));
                await Task.WhenAll(Enumerable.Range(0, 100).Select(number => inside.WriteAsync($"{home}/device/vif/{number}/state", "1")));
            });
            await dom0.IntroduceDomainAsync(domain, 1, 1);
            simulated.DomainDestroyed(domain);
        }

        Assert.Equal(before, simulated.Dump());
    }

    private static async Task<(SimulatedXenStored Simulated, XenStoreClient Dom0, XenStoreClient Guest)> WithGuestAsync(
        XenStoredFlavour flavour = XenStoredFlavour.C
    )
    {
        var simulated = new SimulatedXenStored(new() { Flavour = flavour });
        var dom0 = simulated.Client();
        await dom0.MakeDirectoryAsync(Guest);
        await dom0.SetPermissionsAsync(Guest, XenStorePermissions.Owner(3));
        await dom0.IntroduceDomainAsync(3, 1, 1);
        return (simulated, dom0, simulated.Client(3));
    }

    private static async Task<string> RefusalAsync(Func<Task> action) => (await Assert.ThrowsAsync<XenStoreException>(action)).Error;
}
