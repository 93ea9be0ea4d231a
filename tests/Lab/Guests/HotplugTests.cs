using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>Disks and interfaces that come to a running guest and go.</summary>
[Collection(LabCollection.Name)]
public sealed class HotplugTests(LabHost host)
{
    private const string Sum = "head -c 4000000 /dev/xvdb | md5sum";

    [Fact]
    public async Task A_disk_and_an_interface_come_are_used_and_go_without_a_trace()
    {
        await host.EnsureXendAsync();
        var config = await host.WriteTinyAsync("plugged");
        await host.RunOkAsync($"xm create -q {config}");
        try
        {
            await using var console = host.OpenTerminal("xm console plugged");
            await console.ExpectAsync("# ");
            Assert.Equal("", await host.RunOkAsync("xm block-list plugged; xm network-list plugged"));
            var before = await HostSnapshot.TakeAsync(host);

            await host.RunOkAsync("head -c 4194304 /dev/urandom >/mnt/xen/images/plugged.img");
            var sum = (await host.RunOkAsync("head -c 4000000 /mnt/xen/images/plugged.img | md5sum")).Split(' ')[0];
            await host.RunOkAsync("xm block-attach plugged file:/mnt/xen/images/plugged.img xvdb w");
            Assert.Matches("^Vdev .*\n51728 +0 ", await host.RunOkAsync("xm block-list plugged"));
            Assert.Contains("(dev xvdb:disk)", await host.RunOkAsync("xm list --long plugged"));
            await console.SendLineAsync($"until [ -b /dev/xvdb ]; do sleep 1; done; {Sum}");
            await console.ExpectAsync(sum);
            var again = await host.RunAsync("xm block-attach plugged file:/mnt/xen/images/plugged.img xvdb w");
            Assert.Equal((1, "Error: The device \"xvdb\" is already defined\n"), (again.ExitStatus, again.Stderr));

            await host.RunOkAsync("xm network-attach plugged bridge=eth0 mac=00:16:3e:00:00:77");
            Assert.Matches("^Idx .*\n0 +0 +00:16:3e:00:00:77 ", await host.RunOkAsync("xm network-list plugged"));
            await console.SendLineAsync("until [ -e /sys/class/net/eth0 ]; do sleep 1; done; cat /sys/class/net/eth0/address");
            await console.ExpectAsync("00:16:3e:00:00:77");

            await host.RunOkAsync(
                "xm network-detach plugged 00:16:3e:00:00:77; xm block-detach plugged xvdb; rm /mnt/xen/images/plugged.img"
            );
            Assert.Equal("", await host.RunOkAsync("xm block-list plugged; xm network-list plugged"));
            await console.SendLineAsync("ls /dev/xvdb /sys/class/net/eth0; echo gone-$((40 + 2))");
            await console.ExpectAsync("gone-42");
            Assert.StartsWith("Error: Device 51728 not connected\n", (await host.RunAsync("xm block-detach plugged xvdb")).Stderr);
            await before.AssertRestoredAsync(host);
        }
        finally
        {
            await host.RunAsync("xm destroy plugged; rm -f /mnt/xen/images/plugged.img");
        }
    }

    [Fact]
    public async Task The_outputs_are_word_for_word_those_of_old()
    {
        await host.EnsureXendAsync();
        await host.RunOkAsync("modprobe brd rd_nr=2 rd_size=4096");
        var names = new[] { "worded", "wordless" };
        try
        {
            foreach (var name in names)
            {
                await host.RunOkAsync($"xm create -q -p {await host.WriteGuestAsync(name)}");
            }
            var id = (await host.RunOkAsync("xm domid worded")).Trim();
            Assert.Equal("", await host.RunOkAsync("xm block-list worded; xm network-list worded wordless; xm block-list --long worded"));
            Assert.Equal("", await host.RunOkAsync("xm block-attach worded phy:ram1 xvda1 w"));
            var row = $"51713  0    0     1      -1     -1    /local/domain/0/backend/vbd/{id}/51713  \n";
            const string Header = "Vdev  BE handle state evt-ch ring-ref BE-path\n";
            Assert.Equal(Header + row, await host.RunOkAsync("xm block-list worded"));
            Assert.Equal(Header + row, await host.RunOkAsync("xm block-list wordless worded"));
            Assert.StartsWith(
                "(51713\n    ((backend-id 0)\n        (virtual-device 51713)\n        (device-type disk)\n        (state 1)\n        (backend ",
                await host.RunOkAsync("xm block-list worded --long")
            );
            await RefusedAsync("block-attach worded phy:ram1 xvda1 w", "The device \"xvda1\" is already defined\n");
            await RefusedAsync("block-attach worded phy:ram0 xvdb rw", "Invalid mode\n");
            await RefusedAsync("block-attach worded ram0 xvdb w", "Block device must have physical details specified\n");
            await RefusedAsync("block-attach worded zzz:ram0 xvdb w", "Block device type \"zzz\" is invalid.\n");
            await RefusedAsync("block-attach worded phy:ram0 qqq w", "Unable to find number for device (qqq)\n");
            await RefusedAsync("block-configure worded phy:ram0 xvda1 r", "Refusing to reconfigure device vbd:51713 to ");
            await RefusedAsync("block-configure worded phy:ram0 xvdb:cdrom r", "Device 51728 not connected\n");
            await RefusedAsync("block-detach worded xvdc", "Device 51744 not connected\n");
            await RefusedAsync("network-detach worded 3", "Device 3 not connected\n");
            await RefusedAsync("network-detach worded 00:16:3e:00:00:09", "Cannot find device '00:16:3e:00:00:09' in domain 'worded'\n");
            await RefusedAsync("network-attach worded foo=1", "Invalid argument: foo=1\n");
            // All names of the one disk.
            foreach (var name in new[] { "xvda1", "/dev/xvda1", "51713", "0xca01", "vbd/51713" })
            {
                await host.RunOkAsync($"xm block-detach worded {name} -f && xm block-attach worded phy:/dev/ram1 0xca01 r");
            }
            Assert.StartsWith("Ignoring option force\n", (await host.RunAsync("xm block-detach worded xvdc force")).Stdout);
            Assert.Equal(3, (await host.RunAsync("xm block-list worded nobody")).ExitStatus);
        }
        finally
        {
            await host.RunAsync("xm destroy worded; xm destroy wordless; rm -f /etc/xen/worded.cfg /etc/xen/wordless.cfg; rmmod brd");
        }
    }

    [Fact]
    public async Task What_xl_attached_is_seen_and_can_be_taken_away()
    {
        await host.EnsureXendAsync();
        await host.RunOkAsync($"xm create -q -p {await host.WriteGuestAsync("shared")}");
        try
        {
            var before = await HostSnapshot.TakeAsync(host);
            // xl keeps books in libxl's record of the guest, and attaches nothing where there is none.
            await host.RunOkAsync(
                "echo '{}' >$(id=$(xm domid shared); echo /var/lib/xen/userdata-d.$id.$(basename $(xenstore-read /local/domain/$id/vm)).libxl-json)"
            );
            await host.RunOkAsync(
                "xl block-attach shared 'format=raw,vdev=xvdb,access=rw,target=/mnt/xen/images/a.img'; "
                    + "xl network-attach shared mac=00:16:3e:00:00:79 bridge=eth0"
            );
            Assert.Matches("^Vdev .*\n51728 +0 ", await host.RunOkAsync("xm block-list shared"));
            Assert.Contains(" 00:16:3e:00:00:79 ", await host.RunOkAsync("xm network-list shared"));
            await RefusedAsync("block-attach shared file:/mnt/xen/images/b.img xvdb w", "Device xvdb (51728, vbd) is already connected.\n");
            await host.RunOkAsync("xm block-detach shared xvdb -f; xm network-detach shared 00:16:3e:00:00:79 -f");
            Assert.Equal("", await host.RunOkAsync("xm block-list shared; xm network-list shared"));
            await host.RunOkAsync("rm /var/lib/xen/userdata-d.$(xm domid shared).*.libxl-json");
            await before.AssertRestoredAsync(host);
        }
        finally
        {
            await host.RunAsync("xm destroy shared; rm -f /etc/xen/shared.cfg");
        }
    }

    private async Task RefusedAsync(string words, string error)
    {
        var result = await host.RunAsync($"xm {words}");
        Assert.Equal(1, result.ExitStatus);
        Assert.StartsWith("Error: " + error, result.Stderr);
    }
}
