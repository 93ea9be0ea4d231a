using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>PVH guests: hardware virtualization without a device model.</summary>
[Collection(SecondLabCollection.Name)]
public sealed class PvhTests(LabHost host)
{
    [Fact]
    public async Task A_guest_with_four_vcpus_has_them_all_and_is_gone_without_a_trace()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.WriteTextAsync(
            "/etc/xen/pvh.sxp",
            """
            (vm (name pvh) (memory 160) (vcpus 4) (on_crash destroy)
                (image (pvh (kernel /mnt/xen/linux/vmlinuz) (ramdisk /mnt/xen/tiny/initrd) (args 'console=hvc0')))
                (device (vif (bridge eth0) (mac 00:16:3e:00:00:31))))

            """
        );
        await host.BootedAsync("pvh4", async () =>
        {
            await host.RunOkAsync("xm create -F /etc/xen/pvh.sxp");
            await using var console = host.OpenTerminal("xm console pvh");
            await console.ExpectAsync("# ", TimeSpan.FromSeconds(240));
            await console.SendLineAsync("echo vcpus-$(nproc)");
            await console.ExpectAsync("vcpus-4");
            await console.SendLineAsync("cat /sys/class/net/eth0/address");
            await console.ExpectAsync("00:16:3e:00:00:31");
            await console.SendAsync("\x1d");
            Assert.Equal(0, await console.WaitForExitAsync());
        });
        Assert.Contains("(pvh", await host.RunOkAsync("xm list --long pvh"));
        await host.DestroyAsync("pvh");
        await before.AssertRestoredAsync(host);
    }

    [Fact]
    public async Task A_framebuffer_gives_a_guest_a_device_model_that_goes_with_it()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.WriteTextAsync(
            "/etc/xen/vfb.sxp",
            """
            (vm (name vfb) (memory 16) (on_crash destroy)
                (image (linux (kernel /usr/lib/grub-xen/grub-x86_64-xen.bin) (args '')))
                (device (vkbd)) (device (vfb (vnc 1) (vncdisplay 7))))

            """
        );
        await host.RunOkAsync("xm create -p -F /etc/xen/vfb.sxp");
        await using (var display = await host.OpenTcpStreamAsync(5907))
        {
            var greeting = new byte[12];
            await display.ReadExactlyAsync(greeting).AsTask().WaitAsync(LabHost.DefaultLimit);
            Assert.Equal("RFB 003.008\n"u8, greeting);
        }
        Assert.Contains("(location 127.0.0.1:5907)", await host.RunOkAsync("xm list --long vfb"));
        await host.DestroyAsync("vfb");
        await before.AssertRestoredAsync(host);
    }
}
