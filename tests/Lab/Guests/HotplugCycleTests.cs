using Lab.Host;
using Lab.Snapshot;
using Xunit.Abstractions;

namespace Lab.Guests;

/// <summary>
/// A disk and an interface that come and go many times, also with a daemon that is killed in between; and many guests at once.
/// </summary>
[Collection(LabCollection.Name)]
public sealed class HotplugCycleTests(LabHost host, ITestOutputHelper output)
{
    private const string Image = "/mnt/xen/images/cycled.img";

    private const string Attach =
        $"xm block-attach cycled file:{Image} xvdb w && xm network-attach cycled bridge=eth0 mac=00:16:3e:00:00:78";

    private const string Detach = "xm block-detach cycled xvdb && xm network-detach cycled 00:16:3e:00:00:78";

    /// <summary>XEN_LAB_CYCLES asks for another number.</summary>
    private static int Cycles(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("XEN_LAB_CYCLES"), out var wanted) ? wanted : usual;

    [Fact]
    [Trait("Length", "long")]
    public Task Cycles_of_attach_and_detach_leave_nothing() => CycleAsync(Cycles(5));

    [Fact]
    [Trait("Length", "longest")]
    public Task A_hundred_cycles_of_attach_and_detach_leave_nothing() => CycleAsync(100);

    [Fact]
    [Trait("Length", "long")]
    public Task A_daemon_that_is_killed_while_devices_come_and_go_leaves_nothing() => KillAsync(Cycles(2));

    [Fact]
    [Trait("Length", "longest")]
    public Task A_daemon_that_is_killed_a_hundred_times_while_devices_come_and_go_leaves_nothing() => KillAsync(100);

    [Fact]
    [Trait("Length", "long")]
    public async Task Twenty_guests_with_two_disks_and_an_interface_each_start_at_once()
    {
        const int Guests = 20;
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.RunOkAsync(
            $"for n in $(seq {Guests}); do truncate -s 1M /mnt/xen/images/many-$n-a.img /mnt/xen/images/many-$n-b.img; done"
        );
        for (var number = 1; number <= Guests; number++)
        {
            var image = $"file:/mnt/xen/images/many-{number}";
            await host.WriteGuestAsync(
                $"many{number}",
                $"disk = [ '{image}-a.img,xvda,w', '{image}-b.img,xvdb,w' ]",
                $"vif = [ 'bridge=eth0,mac=00:16:3e:00:03:{number:x2}' ]"
            );
        }
        var log = int.Parse(await host.RunOkAsync("wc -l </var/log/xen/xend.log"));
        var started = await host.RunAsync(
            $"for n in $(seq {Guests}); do (words=$(xm create -q -p /etc/xen/many$n.cfg 2>&1); echo \"$? $words\" >/run/many-$n) & done; wait; "
                + "cat /run/many-*; rm /run/many-*",
            TimeSpan.FromSeconds(900)
        );
        output.WriteLine(started.Stdout);
        Assert.Equal(string.Concat(Enumerable.Repeat("0 \n", Guests)), started.Stdout);
        // No script is started twice for the same device.
        var scripts = await host.RunOkAsync(
            $"tail -n +{log + 1} /var/log/xen/xend.log | grep -Eo '/etc/xen/scripts/[a-z-]+ (add|online)[^:]* for [^ ]*' | sort | uniq -c | awk "
                + "'{ print $1 }' | sort | uniq -c"
        );
        Assert.Matches($@"^ *{3 * Guests} 1\n$", scripts);
        await host.RunOkAsync(
            $"for n in $(seq {Guests}); do xm destroy many$n & done; wait; rm -f /mnt/xen/images/many-* /etc/xen/many*.cfg",
            TimeSpan.FromSeconds(600)
        );
        await before.AssertRestoredAsync(host);
    }

    private async Task CycleAsync(int cycles)
    {
        await WithGuestAsync(async () =>
        {
            await host.RunOkAsync($"{Attach} && {Detach}");
            var before = await HostSnapshot.TakeAsync(host);
            var descriptors = await DescriptorsAsync();
            await host.RunOkAsync(
                $"for cycle in $(seq {cycles}); do {Attach} && {Detach} || exit 1; done",
                TimeSpan.FromSeconds(60 + 120 * cycles)
            );
            await before.AssertRestoredAsync(host);
            Assert.Equal(descriptors, await DescriptorsAsync());
        });
    }

    /// <summary>Whatever it was doing, the next daemon has the device or it has not, and what it has can be taken away.</summary>
    private async Task KillAsync(int times)
    {
        await WithGuestAsync(async () =>
        {
            await host.RunOkAsync($"{Attach} && {Detach}");
            var before = await HostSnapshot.TakeAsync(host);
            for (var time = 0; time < times; time++)
            {
                var delay = Random.Shared.Next(3000);
                var what = $"killed after {delay} ms, time {time}";
                await host.RunOkAsync(
                    $"({Attach}; {Detach}) >/dev/null 2>&1 & sleep {delay / 1000.0:0.000}; {XendOnHost.KillAndStart}; wait; "
                        + "xm block-detach cycled xvdb -f >/dev/null 2>&1; for n in $(xm network-list cycled | awk 'NR > 1 { print $1 }'); "
                        + "do xm network-detach cycled $n -f; done; true"
                );
                var left = await host.RunOkAsync(
                    "xm block-list cycled; xm network-list cycled; xm list -l cycled | grep -E '\\((vif|vbd)$|00:16:3e:00:00:78'; true"
                );
                Assert.True(left.Length == 0, $"{what}: there is still\n{left}");
            }
            var audit = await host.RunOkAsync(
                "for try in $(seq 30); do if xm audit >/run/audit.out; then break; fi; sleep 1; done; cat /run/audit.out; rm /run/audit.out"
            );
            Assert.Equal("Everything is as it should be.\n", audit);
            await before.AssertRestoredAsync(host);
        });
    }

    private async Task WithGuestAsync(Func<Task> test)
    {
        await host.EnsureXendAsync();
        await host.RunOkAsync($"truncate -s 4M {Image}");
        try
        {
            await host.RunOkAsync($"xm create -q {await host.WriteTinyAsync("cycled")}");
            await using var console = host.OpenTerminal("xm console cycled");
            await console.ExpectAsync("# ");
            await test();
        }
        finally
        {
            await host.RunAsync($"xm destroy cycled; rm -f {Image} /etc/xen/cycled.cfg");
        }
    }

    /// <summary>Those of an idle daemon.</summary>
    private Task<string> DescriptorsAsync() =>
        host.RunOkAsync(
            "until grep -F '(Operations)' /var/log/xen/xend.log | tail -n 1 | grep -q 'in use after a collection'; do sleep 1; done; ls "
                + "/proc/$(cat /run/xend.pid)/fd | wc -l"
        );
}
