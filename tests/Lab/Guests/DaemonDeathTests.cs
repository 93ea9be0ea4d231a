using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>The daemon comes and goes; guests do not notice.</summary>
[Collection(LabCollection.Name)]
public sealed class DaemonDeathTests(LabHost host)
{
    [Fact]
    public async Task A_guest_goes_on_when_the_daemon_is_killed_and_the_next_one_can_shut_it_down()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.RunOkAsync($"xm create -q {XendOnHost.Linux}");
        await using (var console = host.OpenTerminal("xm console linux"))
        {
            await console.ExpectAsync("linux login:");
            await console.SendLineAsync("root");
            await console.ExpectAsync("linux# ");
            var described = Steady(await host.RunOkAsync("xm list --long linux"));
            await host.RunOkAsync(XendOnHost.KillAndStart);
            Assert.Equal(described, Steady(await host.RunOkAsync("xm list --long linux")));
            await console.SendLineAsync("echo $((40 + 2))");
            await console.ExpectAsync("42");
        }
        Assert.Contains("terminated", await host.RunOkAsync("xm shutdown -w linux", TimeSpan.FromSeconds(240)));
        await before.AssertRestoredAsync(host);
    }

    [Fact]
    public async Task Sigterm_ends_the_daemon_and_no_guest_notices()
    {
        await host.EnsureXendAsync();
        var config = await host.WriteGuestAsync("steady", XendOnHost.Devices());
        await host.RunOkAsync($"xm create -q {config}");
        var id = await host.RunOkAsync("xm domid steady");
        await host.RunOkAsync(
            "kill -TERM $(cat /run/xend.pid); until ! pgrep -f 'xend --[f]oreground' >/dev/null; do sleep 0.1; done",
            TimeSpan.FromSeconds(20)
        );
        Assert.Contains("steady", await host.RunOkAsync("xl list"));
        var refused = await host.RunAsync("xm list");
        Assert.Equal(
            (1, "Error: Unable to connect to xend: No such file or directory. Is xend running?\n"),
            (refused.ExitStatus, refused.Stderr)
        );
        await host.RunOkAsync("systemctl restart xend");
        Assert.Equal(id, await host.RunOkAsync("xm domid steady"));
        await host.DestroyAsync("steady");
    }

    [Fact]
    public async Task A_creation_that_the_daemons_death_cut_short_is_cleaned_up_by_the_next()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        var config = await host.WriteGuestAsync("torn", XendOnHost.Devices());
        await host.WriteTextAsync(XendOnHost.FaultFile, "create build-image after kill\n");
        var torn = await host.RunAsync($"xm create {config}");
        Assert.Equal(1, torn.ExitStatus);
        Assert.StartsWith("Xend has probably crashed!", torn.Stderr);
        await host.RunOkAsync($"rm -f {XendOnHost.FaultFile}; systemctl reset-failed xend; systemctl restart xend");
        Assert.DoesNotContain("torn", await host.RunOkAsync("xm list"));
        await before.AssertRestoredAsync(host, TimeSpan.FromSeconds(60));
    }

    // What changes while the guest runs, whoever asks.
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
