using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>Guests whose kernel is on their own disk.</summary>
[Collection(SecondLabCollection.Name)]
public sealed class PygrubTests(LabHost host)
{
    /// <summary>Down, as a vt100 in application mode sends it.</summary>
    private const string Down = "\x1bOB";

    [Fact]
    public async Task The_menu_is_used_at_the_console_and_the_guests_first_words_follow_there()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await using (var console = host.OpenTerminal($"xm create -c {XendOnHost.Grubbed}"))
        {
            await console.ExpectAsync("pyGRUB");
            await console.ExpectAsync("once more");
            await console.SendAsync(Down);
            await console.SendLineAsync("");
            await console.ExpectAsync("Linux version 6");
            await console.ExpectAsync("lab.entry=second");
            await console.ExpectAsync("grubbed login:");
            await console.SendAsync("\x1d");
            Assert.Equal(0, await console.WaitForExitAsync());
            Assert.Contains("Started domain grubbed (id=", console.Transcript);
        }
        Assert.Equal(1, (await host.RunAsync("test -e /var/lib/xen/xend-boot")).ExitStatus);
        Assert.Contains("(bootloader_args '')", await host.RunOkAsync("xm list --long grubbed"));
        await host.DestroyAsync("grubbed");
        await before.AssertRestoredAsync(host);
    }

    [Fact]
    [Trait("Length", "long")]
    public async Task Without_a_console_pygrub_chooses_by_itself_and_again_after_a_reboot()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.RunOkAsync($"xm create -q {XendOnHost.Grubbed}");
        await using (var console = host.OpenTerminal("xm console grubbed"))
        {
            await console.ExpectAsync("lab.entry=first");
            await console.ExpectAsync("grubbed login:");
            await host.RunOkAsync("xm reboot grubbed");
            await console.ExpectAsync(@"Domain grubbed has restarted: this is the console of domain \d+\.", TimeSpan.FromMinutes(5));
            await console.ExpectAsync("lab.entry=first");
            await console.ExpectAsync("grubbed login:");
            await host.DestroyAsync("grubbed");
            Assert.Equal(0, await console.WaitForExitAsync());
        }
        await before.AssertRestoredAsync(host);
    }

    [Fact]
    public async Task A_disk_without_a_kernel_is_told_in_pygrubs_words()
    {
        var error = await RefusedAsync("bootloader = 'pygrub'");
        Assert.StartsWith("Error: Boot loader didn't return any data! It ended with exit status 1", error);
        Assert.Contains("Unable to find partition containing kernel", error);
        Assert.Contains("at: create faulty, step run-bootloader", error);
    }

    [Fact]
    public async Task Neither_kernel_nor_boot_loader_is_pygrub()
    {
        Assert.Contains("/bin/pygrub on /mnt/xen/images/a.img", await RefusedAsync());
        Assert.Contains("no kernel is named, and no disk", await RefusedAsync("disk = []"));
        Assert.Contains("Had a bootloader specified, but no disks are bootable", await RefusedAsync("disk = []", "bootloader = 'pygrub'"));
    }

    /// <summary>A path of old is looked for by its last part: not that of the loaders that other tests make.</summary>
    [Fact]
    public async Task A_boot_loader_that_is_missing_is_told() =>
        Assert.StartsWith(
            "Error: Bootloader isn't executable\n  /none/no-loader: No such file or directory\n",
            await RefusedAsync("bootloader = '/none/no-loader'")
        );

    [Theory]
    [Trait("Length", "long")]
    [InlineData("echo 'the disk is upside down' >&2; exit 1", "the disk is upside down")]
    [InlineData("echo garbage >${1#--output=}", "its answer cannot be accepted")]
    [InlineData("echo \"linux (kernel /etc/hostname)\" >${1#--output=}", "/etc/hostname is not a kernel")]
    [InlineData("head -c 100000000 /dev/zero >${1#--output=}", "its answer has more than")]
    [InlineData("exec head -c 100000000 /dev/zero", "more than 16 MiB on its terminal")]
    [InlineData("truncate -s 600000000 $TMPDIR/kernel && exit 0; echo 'no room' >&2; exit 1", "no room")]
    public async Task A_boot_loader_that_fails_is_told_and_leaves_nothing(string script, string told)
    {
        await host.WriteTextAsync("/usr/local/bin/loader", $"#!/bin/sh\n{script}\n", "0755");
        Assert.Contains(told, await RefusedAsync("bootloader = 'loader'"));
    }

    [Fact]
    public async Task A_boot_loader_that_hangs_is_ended_with_all_that_it_started()
    {
        await host.EnsureXendAsync();
        await host.WriteTextAsync("/usr/local/bin/loader", "#!/bin/sh\ntrap '' HUP TERM\nsleep 4714 &\nsleep 4714\n", "0755");
        await host.RunOkAsync(
            "cp /etc/xen/xend-config.sxp /run/xend-config.saved; echo '(device-create-timeout 3)' >> /etc/xen/xend-config.sxp; "
                + "systemctl reload xend"
        );
        try
        {
            var error = await RefusedAsync("bootloader = 'loader'");
            Assert.StartsWith("Error: The boot loader of faulty did not come to an end\n  It said nothing for 3 s", error);
            Assert.Equal(1, (await host.RunAsync("pgrep -f 'sleep[ ]4714'")).ExitStatus);
        }
        finally
        {
            await host.RunOkAsync("cp /run/xend-config.saved /etc/xen/xend-config.sxp; systemctl reload xend");
        }
    }

    [Fact]
    public async Task A_boot_loader_whose_daemon_is_killed_is_ended_by_the_next()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.WriteTextAsync(
            "/usr/local/bin/loader",
            "#!/bin/sh\ntrap '' HUP TERM\necho kernel >$TMPDIR/kernel\nsleep 4715\n",
            "0755"
        );
        var config = await WriteAsync("bootloader = 'loader'");
        var create = host.RunAsync($"xm create {config}");
        await host.RunOkAsync("until [ -e /var/lib/xen/xend-boot/*/kernel ]; do sleep 0.2; done");
        await host.RunOkAsync(XendOnHost.KillAndStart);
        Assert.StartsWith("Xend has probably crashed!", (await create).Stderr);
        Assert.DoesNotContain("faulty", await host.RunOkAsync("xm list"));
        Assert.Equal(1, (await host.RunAsync("pgrep -f 'sleep[ ]4715'")).ExitStatus);
        await before.AssertRestoredAsync(host);
    }

    [Fact]
    public async Task A_domain_is_destroyed_while_its_menu_waits()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await using (var console = host.OpenTerminal($"stty sane; xm create -c {XendOnHost.Grubbed}; stty -a"))
        {
            await console.ExpectAsync("pyGRUB");
            await host.DestroyAsync("grubbed");
            await console.ExpectAsync("create grubbed: cancelled");
            // The terminal is the user's again.
            await console.ExpectAsync("[^-]icanon.*[^-]echo ");
        }
        await before.AssertRestoredAsync(host);
    }

    private Task<string> WriteAsync(params string[] lines) =>
        host.WriteGuestAsync("faulty", ["kernel = ''", "disk = [ 'file:/mnt/xen/images/a.img,xvda,w' ]", .. lines]);

    /// <summary>The words of a refused create; nothing is left of it.</summary>
    private async Task<string> RefusedAsync(params string[] lines)
    {
        await host.EnsureXendAsync();
        var config = await WriteAsync(lines);
        var before = await HostSnapshot.TakeAsync(host);
        var error = await host.CreateRefusedAsync(config);
        await before.AssertRestoredAsync(host);
        return error;
    }
}
