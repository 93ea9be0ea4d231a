using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>Guests that xend keeps while they do not run.</summary>
[Collection(SecondLabCollection.Name)]
public sealed class ManagedTests(LabHost host)
{
    [Fact]
    public async Task A_managed_guest_with_its_changes_outlives_its_runs_and_the_daemon()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        var config = await host.WriteGuestAsync("kept", [.. XendOnHost.Devices(), "memory = 24", "vcpus = 2"]);

        Assert.Equal($"Using config file \"{config}\".\n", await host.RunOkAsync($"xm new {config}"));
        Assert.Equal("None\n", await host.RunOkAsync("xm domid kept"));
        Assert.Matches(@"(?m)^kept +24 +2 ", await host.RunOkAsync("xm list kept"));
        Assert.Contains("kept", await host.RunOkAsync("xm list --state=halted"));
        Assert.DoesNotContain("kept", await host.RunOkAsync("xm list --state=running"));
        var uuid = (await host.RunOkAsync("xm list -l kept | sed -n 's/^    (uuid \\(.*\\))/\\1/p'")).Trim();
        Assert.Contains("(name kept)", await host.ReadTextAsync($"/var/lib/xend/domains/{uuid}/config.sxp"));

        await host.RunOkAsync("xm start -p kept");
        Assert.Matches(@"(?m)^kept +\d+ +24 .*--p---", await host.RunOkAsync("xm list kept"));
        Assert.Contains("Domain is already running", (await host.RunAsync("xm start kept")).Stderr);
        Assert.Contains("Domain is not halted.", (await host.RunAsync("xm delete kept")).Stderr);
        await host.RunOkAsync("xm mem-set kept 20 && xm vcpu-set kept 1 && xm rename kept renamed");
        var running = Steady(await host.RunOkAsync("xm list -l renamed"));
        Assert.Contains("(memory 20)", running);
        await host.RunOkAsync(XendOnHost.KillAndStart);
        Assert.Equal(running, Steady(await host.RunOkAsync("xm list -l renamed")));

        await host.RunOkAsync("xm destroy renamed");
        var halted = Steady(await host.RunOkAsync("xm list -l renamed"));
        await host.RunOkAsync(XendOnHost.KillAndStart);
        Assert.Equal(halted, Steady(await host.RunOkAsync("xm list -l renamed")));
        Assert.Contains("(memory 20)", halted);
        Assert.Contains($"(uuid {uuid})", halted);
        await host.RunOkAsync("xm start -p renamed && xm reset renamed && xm destroy renamed && xm destroy renamed");

        await host.RunOkAsync("xm delete renamed");
        Assert.Equal(3, (await host.RunAsync("xm domid renamed")).ExitStatus);
        Assert.Equal("Everything is as it should be.\n", await host.RunOkAsync("xm audit"));
        await before.AssertRestoredAsync(host);
    }

    [Fact]
    public async Task Guests_start_with_the_daemon_in_their_order_and_one_that_cannot_holds_nobody_up()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        foreach (var (name, order) in new[] { ("third", 3), ("first", 1), ("second", 2) })
        {
            await host.WriteTextAsync(
                $"/etc/xen/{name}.sxp",
                $"(vm (name {name}) (memory 16) (on_xend_start start) (on_xend_stop shutdown) (start_order {order}) (image (linux "
                    + $"(kernel {(name == "second" ? "/mnt/xen/gone" : "/usr/lib/grub-xen/grub-x86_64-xen.bin")}))))\n"
            );
            await host.RunOkAsync($"xm new -F /etc/xen/{name}.sxp");
        }
        await host.RunOkAsync("systemctl restart xend; until xm list third | grep -Eq '^third +[0-9]+ +16 '; do sleep 0.2; done");
        var first = int.Parse(await host.RunOkAsync("xm domid first"));
        Assert.True(int.Parse(await host.RunOkAsync("xm domid third")) > first);
        Assert.Equal("None\n", await host.RunOkAsync("xm domid second"));
        Assert.Contains("/mnt/xen/gone", await host.RunOkAsync("grep second /var/log/xen/xend.log"));

        // grub hears nothing, so the limit decides, and they go in the reverse order.
        await host.RunOkAsync("xend stop-guests --limit 3", TimeSpan.FromSeconds(120));
        Assert.DoesNotMatch(@"(?m)^(first|third) +\d+ +16 ", await host.RunOkAsync("xm list"));
        await host.RunOkAsync("for n in first second third; do xm delete $n; rm /etc/xen/$n.sxp; done");
        await before.AssertRestoredAsync(host);
    }

    private static string Steady(string described) =>
        string.Join(
            '\n',
            described
                .Split('\n')
                .Where(line =>
                    !line.Contains("(cpu_time") && !line.Contains("(state") && !line.Contains("(online_vcpus") && !line.Contains("(status")
                )
        );
}
