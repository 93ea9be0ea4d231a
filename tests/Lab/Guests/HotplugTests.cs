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
}
