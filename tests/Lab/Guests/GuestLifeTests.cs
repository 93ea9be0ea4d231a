using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>A guest from its creation to its end, as a user sees it.</summary>
[Collection(LabCollection.Name)]
public sealed class GuestLifeTests(LabHost host)
{
    [Fact]
    public async Task The_users_guest_is_created_listed_talked_to_and_gone_without_a_trace()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);

        var created = await host.RunOkAsync($"xm create {XendOnHost.Linux}");
        Assert.Matches("^Using config file \"/etc/xen/linux.cfg\".\nStarted domain linux \\(id=[0-9]+\\)\n$", created);

        var list = await host.RunOkAsync("xm list");
        Assert.StartsWith("Name                 ID Mem(MiB) VCPUs State   Time(s)\n", list);
        Assert.Matches(@"(?m)^linux +\d+ +256 +[12] [rbps-]{6} +\d+\.\d$", list);
        var full = await host.RunOkAsync("xm list --long linux");
        Assert.Contains("    (name linux)\n", full);
        Assert.Contains("(uname phy:/dev/vg01/linux0)", full);
        Assert.Contains("(mac 00:16:3e:38:d4:07)", full);

        await using (var console = host.OpenTerminal("xm console linux"))
        {
            await console.ExpectAsync("linux login:");
            await console.SendLineAsync("root");
            await console.ExpectAsync("linux# ");
            await console.SendLineAsync("grep ' / ' /proc/mounts; cat /sys/class/net/eth0/address; nproc");
            await console.ExpectAsync("/dev/xvda1 / ext4 rw");
            await console.ExpectAsync("00:16:3e:38:d4:07");
            await console.ExpectAsync("(?m)^2\r?$");
            await console.SendLineAsync("ping -c 1 -w 20 192.168.128.1 && echo ping-$((40 + 2))");
            await console.ExpectAsync("ping-42");
            await console.SendAsync("\x1d");
            Assert.Equal(0, await console.WaitForExitAsync());
        }

        var ended = await host.RunOkAsync("xm shutdown -w linux", TimeSpan.FromSeconds(240));
        Assert.Contains("Domain linux terminated", ended);
        Assert.DoesNotContain("linux", await host.RunOkAsync("xm list"));
        await before.AssertRestoredAsync(host);
    }

    [Fact]
    [Trait("Length", "long")]
    public async Task A_compressed_kernel_boots_too_and_its_first_words_reach_the_console()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        var config = await host.WriteGuestAsync(
            "zipped",
            "kernel = '/mnt/xen/linux/vmlinuz'",
            "ramdisk = '/mnt/xen/tiny/initrd'",
            "memory = 128",
            "extra = 'console=hvc0'"
        );
        await using (var console = host.OpenTerminal($"xm create -c {config}"))
        {
            await console.ExpectAsync("Linux version 6");
            await console.ExpectAsync("# ");
            await console.SendLineAsync("echo $((40 + 2))");
            await console.ExpectAsync("42");
        }
        await host.DestroyAsync("zipped");
        await before.AssertRestoredAsync(host);
    }

    [Fact]
    public async Task Pause_and_the_small_commands_do_what_they_say()
    {
        await host.EnsureXendAsync();
        var config = await host.WriteGuestAsync("small");
        try
        {
            await host.RunOkAsync($"xm create -q -p {config}");
            Assert.Matches(@"(?m)^small .* --p--- ", await host.RunOkAsync("xm list small"));
            await host.RunOkAsync("xm unpause small");
            Assert.DoesNotMatch(@"(?m)^small .* --p--- ", await host.RunOkAsync("xm list small"));
            await host.RunOkAsync("xm pause small && xm pause small");
            Assert.Matches(@"(?m)^small .* --p--- ", await host.RunOkAsync("xm list small"));
            Assert.Equal("paused by admin\n", await host.RunOkAsync("xm domstate small"));
            await host.RunOkAsync("xm unpause small");
            var id = (await host.RunOkAsync("xm domid small")).Trim();
            Assert.Equal("small\n", await host.RunOkAsync($"xm domname {id}"));
            Assert.Matches($@"(?m)^small +{id} +0:\d\d:\d\d$", await host.RunOkAsync("xm uptime small"));
            Assert.Matches(@"(?m)^xen_minor +: \d+$", await host.RunOkAsync("xm info"));
            Assert.Contains("(XEN)", await host.RunOkAsync("xm dmesg"));
            Assert.Contains("create small", await host.RunOkAsync("xm log"));
            Assert.Contains("(name small)", await host.RunOkAsync("xm list -l small"));
            var unknown = await host.RunAsync("xm destroy nobody");
            Assert.Equal((3, "Error: Domain 'nobody' does not exist.\n"), (unknown.ExitStatus, unknown.Stderr));
        }
        finally
        {
            await host.DestroyAsync("small");
        }
    }

    [Fact]
    public async Task A_rebooting_guest_keeps_its_name_and_uuid_and_never_leaves_the_list()
    {
        await host.EnsureXendAsync();
        await host.RunOkAsync($"xm create -q {XendOnHost.Linux}");
        var before = await IdentityAsync();
        await using (var console = host.OpenTerminal("xm console linux"))
        {
            await console.ExpectAsync("linux login:");
        }
        await host.RunOkAsync(
            "(while [ ! -e /run/seen-enough ]; do xm list | grep -q '^linux ' || touch /run/was-absent; done) >/dev/null 2>&1 & disown"
        );
        await host.RunOkAsync("xm reboot linux");
        await host.RunOkAsync(
            "until xm list -l linux | grep -q '(domid' && [ \"$(xm domid linux)\" != " + before.Id + " ]; do sleep 1; done",
            TimeSpan.FromSeconds(240)
        );
        var after = await IdentityAsync();
        var absent = await host.RunAsync("touch /run/seen-enough; test -e /run/was-absent");
        await host.RunOkAsync("rm -f /run/seen-enough /run/was-absent; xm destroy linux");
        Assert.Equal(before.Uuid, after.Uuid);
        Assert.NotEqual(before.Id, after.Id);
        Assert.Equal(1, absent.ExitStatus);
    }

    [Fact]
    public async Task A_guest_of_xl_is_listed_and_can_be_destroyed()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.RunOkAsync("xl create /etc/xen/grub.cfg name=\\'foreign\\'");
        await host.RunOkAsync("until xm list | grep -q '^foreign '; do sleep 0.2; done");
        Assert.Matches(@"(?m)^foreign +\d+ +16 ", await host.RunOkAsync("xm list"));
        await host.DestroyAsync("foreign");
        Assert.DoesNotContain("foreign", await host.RunOkAsync("xm list"));
        // xl keeps a note of its own guests, and a process that waits for their end.
        await host.RunOkAsync(
            "until ! pgrep -x xl >/dev/null; do sleep 0.2; done; rm -f /var/lib/xen/userdata-d.*.libxl-json.*; find /var/lib/xen "
                + "-name 'userdata-d.[1-9]*' -delete"
        );
        await before.AssertRestoredAsync(host);
    }

    private async Task<(string Id, string Uuid)> IdentityAsync()
    {
        var full = await host.RunOkAsync("xm list -l linux");
        return (Between(full, "(domid ", ")"), Between(full, "(uuid ", ")"));
    }

    private static string Between(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }
}
