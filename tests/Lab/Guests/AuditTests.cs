using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>
/// What nobody owns is found and removed on a real host, and what somebody owns is left alone; operations are seen and given up.
/// </summary>
[Collection(LabCollection.Name)]
public sealed class AuditTests(LabHost host)
{
    private const string Clean = "Everything is as it should be.\n";

    private const string Uuid = "11111111-2222-3333-4444-555555555555";

    [Fact]
    public async Task Planted_orphans_are_found_and_removed_and_guests_of_both_toolstacks_see_nothing()
    {
        await host.EnsureXendAsync();
        var empty = await HostSnapshot.TakeAsync(host);
        await host.RunOkAsync($"xm create -q -p {await host.WriteGuestAsync("ours", XendOnHost.Devices())}");
        await host.RunOkAsync(
            "xl create -q -p /etc/xen/grub.cfg name=\\'theirs\\' disk=[\\'file:/mnt/xen/images/c.img,xvda,w\\'] vif=[\\'bridge=eth0\\']"
        );
        Assert.Equal(Clean, await host.RunOkAsync("xm audit"));
        var before = await HostSnapshot.TakeAsync(host);

        await host.RunOkAsync(
            $"xenstore-write /local/domain/4711/name gone /libxl/4711/type pv /vm/{Uuid}/name gone "
                + $"/local/domain/0/backend/vbd/4711/51712/state 6;"
                + "ip link add vif4711.0 type dummy;"
                + $"loop=$(losetup -f --show /mnt/xen/images/d.img); mkdir -p /run/xend/loops; echo \"(loop (device $loop) (file "
                + $"/mnt/xen/images/d.img) (domain gone))\" >/run/xend/loops/4711-51712.loop;"
                + $"echo '(record' >/run/xend/domains/{Uuid}.sxp.new;"
                + "setsid sh -c 'sleep 600; true' qemu -xen-domid 4711 >/dev/null 2>&1 </dev/null & disown; sleep 0.2"
        );
        var found = await host.RunAsync("xm audit");
        Assert.Equal(1, found.ExitStatus);
        foreach (
            var line in new[]
            {
                "store /local/domain/4711: ",
                "store /libxl/4711: ",
                $"store /vm/{Uuid}: ",
                "store /local/domain/0/backend/*/4711: ",
                "interface vif4711.0: ",
                "loop /dev/loop",
                $"/run/xend/domains/{Uuid}.sxp.new: ",
                "a device model for domain 4711",
            }
        )
        {
            Assert.Contains(line, found.Stdout);
        }
        var repaired = await host.RunAsync("xm audit --fix");
        Assert.True(repaired.ExitStatus == 0, repaired.Stdout + repaired.Stderr);
        Assert.Equal(found.Stdout.Split('\n').Length, repaired.Stdout.Split("[fixed]").Length);
        Assert.Equal(Clean, await host.RunOkAsync("xm audit"));
        Assert.Equal(1, (await host.RunAsync("pgrep -f -- '-xen-domid[ ]4711'")).ExitStatus);
        await host.RunOkAsync("pkill -f 'sleep[ ]600' || true");
        await before.AssertRestoredAsync(host);

        await host.DestroyAsync("ours");
        await host.RunOkAsync("xl destroy theirs; until ! pgrep -x xl >/dev/null; do sleep 0.2; done");
        await empty.AssertRestoredAsync(host);
    }

    [Fact]
    [Trait("Length", "long")]
    public async Task A_create_with_a_hanging_script_is_seen_and_given_up()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.WriteTextAsync("/etc/xen/scripts/vif-hanging", "#!/bin/sh\n[ \"$1\" = online ] || exit 0\nexec sleep 4712\n", "0755");
        var config = await host.WriteGuestAsync("hanging", "vif = [ 'script=vif-hanging' ]");
        await host.RunOkAsync(
            $"(xm create {config} >/run/hanging.out 2>&1; echo \"status $?\" >>/run/hanging.out) >/dev/null 2>&1 & disown"
        );
        await host.RunOkAsync("until xm tasks | grep -q connect-vif-0 && pgrep -f 'sleep[ ]4712' >/dev/null; do sleep 0.2; done");
        Assert.Matches(@"(?m)^ *\d+ hanging +create +running +\d+ root \(pid \d+\) +.*connect-vif-0", await host.RunOkAsync("xm tasks"));
        // Nobody else waits for it.
        await host.RunOkAsync(
            $"xm create -q -p {await host.WriteGuestAsync("beside")} && xm destroy beside && xm list",
            TimeSpan.FromSeconds(60)
        );
        Assert.Matches(
            "^create of hanging was cancelled at step .*connect-vif-0\n$",
            await host.RunOkAsync("xm cancel hanging", TimeSpan.FromSeconds(30))
        );
        var said = await host.RunOkAsync(
            "until grep -q status /run/hanging.out; do sleep 0.2; done; cat /run/hanging.out; rm /run/hanging.out"
        );
        Assert.Contains("Error: create hanging: cancelled by root (pid ", said);
        Assert.EndsWith("status 1\n", said);
        Assert.Equal(1, (await host.RunAsync("pgrep -f 'sleep[ ]4712'")).ExitStatus);
        Assert.DoesNotContain("hanging", await host.RunOkAsync("xm tasks; xm list"));
        Assert.Equal(Clean, await host.RunOkAsync("xm audit"));
        await host.RunOkAsync("rm /etc/xen/scripts/vif-hanging /etc/xen/hanging.cfg /etc/xen/beside.cfg");
        await before.AssertRestoredAsync(host);
    }

    [Fact]
    [Trait("Length", "long")]
    public async Task A_guest_that_fills_its_nodes_with_anything_harms_neither_xend_nor_another_guest()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.RunOkAsync($"xm create -q -p {await host.WriteGuestAsync("good", XendOnHost.Devices("b", 2))}");
        var goodNodes = await host.RunOkAsync("xenstore-ls -fp /local/domain/$(xm domid good)");
        await host.RunOkAsync($"xm create -q {await host.WriteTinyAsync("wild", "vcpus = 2")}");
        await using (var console = host.OpenTerminal("xm console wild"))
        {
            await console.AskAsync("echo up-$((6 * 7))", "up-42", tries: 60);
            // xenstored's own protocol, by the shell: XS_WRITE is type 11; the message's length is at offset 12.
            foreach (
                var line in new[]
                {
                    "o() { printf '\\\\%03o' $1; }",
                    "m() { n=$((${#1} + 1 + $3)); printf '%s' \"$(o 11)$(z 3)$(o 1)$(z 7)$(o $((n % 256)))$(o $((n / 256)))$(z "
                        + "2)$1$(o 0)$2\"; }",
                    "z() { for i in $(seq $1); do o 0; done; }",
                    "L=$(seq -s , 500 | cut -c 1-1900); B='\\001\\377\\033\\012'",
                    "M=\"$(m device/vif/0/state 9 1)|$(m device/vif/0/state \"$B\" 4)|$(m device/vbd/51712/state -7 2)|$(m data/x "
                        + "\"$L\" 1900)|$(m error/y \"$B\" 4)|$(m control/shutdown \"$B\" 4)|$(m name good 4)|$(m memory/target 1 1)\"",
                    "exec 3<>/dev/xen/xenbus; cat <&3 >/tmp/replies &",
                    "(IFS='|'; for k in $(seq 20); do for x in $M; do printf \"$x\" >&3; done; done; echo wrote-$((40 + 2)); while :; "
                        + "do for x in $M; do printf \"$x\" >&3; done; done) &",
                }
            )
            {
                await console.SendLineAsync(line);
            }
            await console.ExpectAsync("wrote-42");
            // It arrives there: what is the guest's own has its value, what is dom0's has not.
            await host.RunOkAsync(
                "id=$(xm domid wild); until xenstore-read /local/domain/$id/data/x | grep -q '^1,2,3,'; do sleep 0.2; done; [ "
                    + "$(xenstore-read /local/domain/$id/name) = wild ]"
            );
            var memory = await ResidentAsync();
            for (var round = 0; round < 3; round++)
            {
                await host.RunOkAsync(
                    "xm list && xm list -l wild && xm pause wild && xm unpause wild && xm mem-set wild 120 && xm vcpu-set wild 1 "
                        + "&& xm sysrq wild s",
                    TimeSpan.FromSeconds(60)
                );
                Assert.Equal(Clean, await host.RunOkAsync("xm audit", TimeSpan.FromSeconds(60)));
            }
            Assert.True(await ResidentAsync() < memory + 8 * 1024, "the daemon's memory grew");
        }
        Assert.Equal(goodNodes, await host.RunOkAsync("xenstore-ls -fp /local/domain/$(xm domid good)"));
        await host.RunOkAsync("xm destroy wild", TimeSpan.FromSeconds(120));
        await host.DestroyAsync("good");
        await before.AssertRestoredAsync(host);
    }

    private async Task<int> ResidentAsync() =>
        int.Parse(
            await host.RunOkAsync("sed -n 's/VmRSS:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/$(cat /run/xend.pid)/status"),
            System.Globalization.CultureInfo.InvariantCulture
        );
}
