using System.Globalization;
using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>Guests of xend's keeping that sleep, and the memory of a guest that somebody looks at.</summary>
[Collection(SecondLabCollection.Name)]
public sealed class SuspendTests(LabHost host)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Fact]
    [Trait("Length", "long")]
    public async Task A_guest_sleeps_while_xend_or_the_host_is_down_and_goes_on_counting()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        var config = await host.WriteTinyAsync(
            "sleeper",
            [
                "type = 'pvh'",
                "kernel = '/mnt/xen/linux/vmlinuz'",
                "on_xend_stop = 'suspend'",
                "on_xend_start = 'start'",
                .. XendOnHost.Devices(),
            ]
        );
        await host.BootedAsync("pvh", async () =>
        {
            await host.RunOkAsync($"xm new -q {config}; xm start sleeper");
            await using (var console = host.OpenTerminal("xm console sleeper"))
            {
                await console.ExpectAsync("# ");
                await console.SendLineAsync(
                    "(n=0; while :; do n=$((n+1)); echo $n >/n; sleep 1; done) & until [ -s /n ]; do sleep 1; done"
                );
                await console.SendLineAsync("echo counts-$((6 * 7))");
                await console.ExpectAsync("counts-42");
            }
            var counted = await CountedAsync(0);

            // As a user's command.
            Assert.Equal("", await host.RunOkAsync("xm suspend -q sleeper", Limit));
            Assert.Matches("(?m)^sleeper +[0-9]* ", await host.RunOkAsync("xm list --state=suspended"));
            var refused = await host.RunAsync("xm start sleeper");
            Assert.StartsWith("Error: Domain is already running\n", refused.Stderr);
            Assert.Contains("xm resume sleeper", refused.Stderr);
            await host.RunOkAsync("xm resume -q sleeper", Limit);
            counted = await CountedAsync(counted);

            // As the daemon stops: it takes its time, and the guest goes on with the next one.
            await host.RunOkAsync("systemctl stop xend", Limit);
            Assert.Equal("", await host.RunOkAsync("xl list | grep sleeper; true"));
            await host.RunOkAsync("systemctl start xend", Limit);
            await host.RunOkAsync("for i in $(seq 100); do xm domid sleeper | grep -q '[0-9]' && exit 0; sleep 1; done; exit 1", Limit);
            counted = await CountedAsync(counted);

            // As the host goes down.
            await host.RunOkAsync("xend stop-guests --saved /var/lib/xen/lab-save", Limit);
            Assert.Equal("sleeper\n", await host.RunOkAsync("ls /var/lib/xen/lab-save; xl list | grep sleeper; true"));
            Assert.Contains(
                "sleeper goes on\n",
                await host.RunOkAsync("xend start-guests --directory '' --saved /var/lib/xen/lab-save; rmdir /var/lib/xen/lab-save", Limit)
            );
            await CountedAsync(counted);
            await host.DestroyAsync("sleeper");
        });
        await host.RunOkAsync("xm delete sleeper; xm audit");
        await before.AssertRestoredAsync(host);
    }

    /// <summary>
    /// Of a PV guest: of any other libxenguest tries each page below 4 GiB, which takes an emulated processor longer than anybody waits.
    /// </summary>
    [Fact]
    public async Task The_memory_of_a_guest_is_written_as_readelf_reads_it_and_the_guest_goes_on()
    {
        const string Core = "/var/lib/xen/seen.core";
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.RunOkAsync($"xm create -q {await host.WriteTinyAsync("seen")}");
        await using (var console = host.OpenTerminal("xm console seen"))
        {
            await console.ExpectAsync("# ");
        }
        Assert.StartsWith("Dumping core of domain: seen ...\n", await host.RunOkAsync($"xm dump-core seen {Core}", Limit));
        var notes = await host.RunOkAsync($"readelf --headers --notes {Core} 2>&1; stat -c %a {Core}; rm {Core}");
        Assert.Contains("CORE (Core file)", notes);
        Assert.Contains(".xen_pages", notes);
        Assert.Contains("Xen", notes);
        Assert.EndsWith("600\n", notes);
        await using (var console = host.OpenTerminal("xm console seen"))
        {
            await console.AskAsync("echo here-$((6 * 7))", "here-42", tries: 30);
        }
        await host.RunOkAsync("xm dump-core -q -C seen; ls /var/xen/dump/seen/ && rm -r /var/xen/dump/seen; xm audit", Limit);
        await before.AssertRestoredAsync(host);
    }

    private async Task<int> CountedAsync(int before)
    {
        await using var console = host.OpenTerminal("xm console sleeper");
        await console.AskAsync("echo here-$((6 * 7))", "here-42", tries: 30);
        await console.SendLineAsync($"until [ $(cat /n) -gt {before} ]; do sleep 1; done; echo at-$(cat /n)-$((6 * 7))");
        return int.Parse((await console.ExpectAsync(@"at-(\d+)-42")).Groups[1].Value, CultureInfo.InvariantCulture);
    }
}
