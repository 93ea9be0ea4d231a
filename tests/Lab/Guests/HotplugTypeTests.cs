using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>Disks and interfaces that come and go in guests that are not PV.</summary>
[Collection(SecondLabCollection.Name)]
public sealed class HotplugTypeTests(LabHost host)
{
    private const string Image = "/mnt/xen/images/typed.img";

    [Fact]
    [Trait("Length", "long")]
    public async Task A_PVH_guest_gets_a_disk_and_an_interface_and_gives_them_back()
    {
        await host.EnsureXendAsync();
        await host.RunOkAsync($"head -c 4194304 /dev/urandom >{Image}");
        await host.WriteTextAsync(
            "/etc/xen/typed.sxp",
            """
            (vm (name typed) (memory 160) (vcpus 1) (on_crash destroy)
                (image (pvh (kernel /mnt/xen/linux/vmlinuz) (ramdisk /mnt/xen/tiny/initrd) (args 'console=hvc0'))))

            """
        );
        try
        {
            await host.BootedAsync("pvh", async () =>
            {
                await host.RunOkAsync("xm create -F /etc/xen/typed.sxp");
                await using var console = host.OpenTerminal("xm console typed");
                await console.ExpectAsync("# ", TimeSpan.FromSeconds(240));
                var before = await HostSnapshot.TakeAsync(host);
                var sum = (await host.RunOkAsync($"head -c 4000000 {Image} | md5sum")).Split(' ')[0];
                await host.RunOkAsync(
                    $"xm block-attach typed file:{Image} xvdb r; xm network-attach typed bridge=eth0 mac=00:16:3e:00:00:7a"
                );
                await console.SendLineAsync("until [ -b /dev/xvdb ]; do sleep 1; done; head -c 4000000 /dev/xvdb | md5sum");
                await console.ExpectAsync(sum, TimeSpan.FromSeconds(120));
                await console.SendLineAsync("until [ -e /sys/class/net/eth0 ]; do sleep 1; done; cat /sys/class/net/eth0/address");
                await console.ExpectAsync("00:16:3e:00:00:7a", TimeSpan.FromSeconds(120));
                await host.RunOkAsync("xm block-detach typed /dev/xvdb; xm network-detach typed 0");
                await before.AssertRestoredAsync(host);
            });
        }
        finally
        {
            await host.RunAsync($"xm destroy typed; rm -f {Image} /etc/xen/typed.sxp");
        }
    }

    /// <summary>It is paused, and so nobody lets go of a PCI card.</summary>
    [Fact]
    public async Task An_HVM_guest_without_PV_drivers_gets_a_card_and_a_SCSI_disk_by_its_device_model()
    {
        await host.EnsureXendAsync();
        await host.RunOkAsync($"truncate -s 4M {Image}");
        try
        {
            await host.RunOkAsync($"xm create -q -p -F {await host.WriteHvmAsync("typed")}", TimeSpan.FromSeconds(240));
            var before = await HostSnapshot.TakeAsync(host);
            await host.RunOkAsync("xm network-attach typed bridge=eth0 mac=00:16:3e:00:00:7b model=e1000");
            Assert.Contains(".0-emu", await host.RunOkAsync("ls /sys/class/net/eth0/brif"));
            Assert.Contains(" 00:16:3e:00:00:7b ", await host.RunOkAsync("xm network-list typed"));
            await host.RunOkAsync($"xm block-attach typed file:{Image} sdb w");
            const string Open = "ls -l /proc/$(xenstore-read /local/domain/$(xm domid typed)/image/device-model-pid)/fd";
            Assert.Contains(Image, await host.RunOkAsync(Open));
            var refused = await host.RunAsync("xm block-attach typed file:/mnt/xen/images/b.img xvdc w");
            Assert.StartsWith("Error: Device 51744 (vbd) could not be connected. typed has no PV drivers.\n", refused.Stderr);
            await host.RunOkAsync("xm block-detach typed sdb");
            Assert.DoesNotContain(Image, await host.RunOkAsync(Open));
            Assert.Equal("", await host.RunOkAsync("xm block-list typed"));
            // Nobody lets go of it: only by force does the card lose its net.
            await host.RunOkAsync("xm network-detach typed 0 -f", TimeSpan.FromSeconds(240));
            await before.AssertRestoredAsync(host);
        }
        finally
        {
            await host.RunAsync($"xm destroy typed; rm -f {Image} /etc/xen/typed.sxp");
        }
    }
}
