using System.Diagnostics;
using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>Scripts that dom0's kernel holds: nothing ends them, not even SIGKILL, and nobody waits for them without end.</summary>
[Collection(SecondLabCollection.Name)]
public sealed class StuckScriptTests(LabHost host)
{
    private const string Script = "/etc/xen/scripts/vif-stuck";

    /// <summary>Writes to a file system that takes no writes for the time being: uninterruptible sleep (state D).</summary>
    private const string Freeze =
        "mkdir -p /run/frozen && truncate -s 8M /run/frozen.img && mkfs.ext4 -q /run/frozen.img && mount -o loop /run/frozen.img /run/frozen "
        + "&& fsfreeze -f /run/frozen && cp /etc/xen/xend-config.sxp /run/config.saved && echo '(device-create-timeout 5)' "
        + ">>/etc/xen/xend-config.sxp && systemctl restart xend";

    private const string Thaw =
        "fsfreeze -u /run/frozen; while pgrep -f frozen/h[e]ld; do sleep 0.1; done; umount /run/frozen; rm -rf /run/frozen /run/frozen.img; "
        + $"rm -f {Script}; mv /run/config.saved /etc/xen/xend-config.sxp; systemctl restart xend";

    [Fact]
    [Trait("Length", "long")]
    public async Task A_script_that_survives_SIGKILL_is_told_and_neither_the_guest_nor_the_daemon_hangs_on_it()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.WriteTextAsync(Script, "#!/bin/sh\nexec touch /run/frozen/held\n", "0755");
        var config = await host.WriteGuestAsync("stuck", "vif = [ 'bridge=eth0,script=vif-stuck' ]");
        await host.RunOkAsync(Freeze);
        try
        {
            var error = await host.CreateRefusedAsync(config);
            Assert.StartsWith("Error: Device 0 (vif) could not be connected.", error);
            Assert.Contains("vif-stuck", error);
            Assert.DoesNotContain("stuck", await host.RunOkAsync("xm list"));
            await host.RunOkAsync("pgrep -f frozen/h[e]ld");
            // Who waits for it is not held up either: systemd gives up after 15 s, xend is to end before.
            await host.RunOkAsync("systemctl stop xend && ! systemctl is-failed xend && systemctl start xend");
        }
        finally
        {
            await host.RunAsync(Thaw);
        }
        await before.AssertRestoredAsync(host);
    }

    [Fact]
    [Trait("Length", "long")]
    public async Task A_stop_while_guests_are_started_ends_soon_and_the_next_start_starts_them_all()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.WriteTextAsync(Script, "#!/bin/sh\n[ -e /run/slow ] && sleep 60\nexec /etc/xen/scripts/vif-bridge \"$@\"\n", "0755");
        foreach (var name in new[] { "one", "two", "three" })
        {
            var config = await host.WriteGuestAsync(name, "vif = [ 'bridge=eth0,script=vif-stuck' ]", "on_xend_start = 'start'");
            await host.RunOkAsync($"xm new -q {config}");
        }
        try
        {
            await host.RunOkAsync("touch /run/slow; systemctl restart xend; until xm tasks | grep -q ' start '; do sleep 0.2; done");
            var time = Stopwatch.StartNew();
            await host.RunOkAsync("systemctl stop xend && ! systemctl is-failed xend");
            Assert.True(time.Elapsed < TimeSpan.FromSeconds(30), $"the daemon took {time.Elapsed.TotalSeconds:0} s to stop");
            await host.RunOkAsync(
                "rm /run/slow; systemctl start xend; for n in one two three; do until xm domid $n | grep -q '^[0-9]'; do sleep 0.5; done; done",
                TimeSpan.FromSeconds(240)
            );
        }
        finally
        {
            await host.RunAsync("rm -f /run/slow; for n in one two three; do xm destroy $n; xm delete $n; done");
            await host.RunAsync($"rm -f {Script}");
        }
        await before.AssertRestoredAsync(host);
    }
}
