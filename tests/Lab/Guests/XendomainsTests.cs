using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>The stock xendomains script on a host of xend's: each starts and ends its own guests, and leaves the other's alone.</summary>
[Collection(SecondLabCollection.Name)]
public sealed class XendomainsTests(LabHost host)
{
    private const string Stock = "/etc/init.d/xendomains";

    [Fact]
    [Trait("Length", "long")]
    public async Task Xend_starts_what_is_in_the_directory_the_stock_script_what_is_left_and_each_ends_its_own()
    {
        await host.EnsureXendAsync();
        // xl writes these for dom0 when it creates its first guest, and leaves them.
        await host.RunOkAsync(
            "xenstore-exists /local/domain/0/memory/static-max || xenstore-write /local/domain/0/memory/static-max 1048576 "
                + "/local/domain/0/memory/target 1048576"
        );
        var before = await HostSnapshot.TakeAsync(host);
        await host.RunOkAsync(
            "mkdir -p /etc/xen/auto; cp /etc/default/xendomains /run/xendomains.saved; printf "
                + "'XENDOMAINS_AUTO=/etc/xen/auto\\nXENDOMAINS_SAVE=\\nXENDOMAINS_STOP_MAXWAIT=20\\n' >/etc/default/xendomains"
        );
        // A program, as xl cannot read it; and what only xl can read.
        await host.WriteTextAsync(
            "/etc/xen/auto/ours.cfg",
            """
            import os
            name = 'ours-' + str(len(['one']))
            kernel = '/usr/lib/grub-xen/grub-x86_64-xen.bin'
            memory = 16 * 1

            """
        );
        await host.WriteTextAsync(
            "/etc/xen/auto/stock.cfg",
            """
            name = "stock"
            kernel = "/mnt/xen/linux/vmlinux"
            ramdisk = "/mnt/xen/tiny/initrd"
            memory = 96
            pci = [ "permissive=1,0000:00:00.0" ]

            """
        );
        try
        {
            // What systemd runs when the host starts, in its order.
            await host.RunOkAsync("systemctl unmask xendomains; systemctl restart xend-guests xend-autostart", TimeSpan.FromSeconds(300));
            Assert.Equal("1\n", await host.RunOkAsync("xm domid ours-1 | grep -c '^[0-9]'"));
            Assert.Contains("/etc/xen/auto/stock.cfg: ", await host.RunOkAsync("journalctl -u xend-autostart --no-pager"));
            await host.RunOkAsync("sed -i /pci/d /etc/xen/auto/stock.cfg");
            await host.RunOkAsync($"{Stock} start", TimeSpan.FromSeconds(120));
            var list = await host.RunOkAsync("xm list");
            Assert.Matches(@"(?m)^stock +\d+ +96 ", list);
            Assert.Matches(@"(?m)^ours-1 +\d+ +16 ", list);
            Assert.Equal(4, list.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
            Assert.Contains("stock runs already", await host.RunOkAsync("xend start-guests"));

            // And when it goes down.
            await host.RunOkAsync(
                "until [ \"$(xenstore-read /local/domain/$(xm domid stock)/control/feature-poweroff)\" = 1 ]; do sleep 1; done"
            );
            await host.RunOkAsync($"{Stock} stop", TimeSpan.FromSeconds(180));
            list = await host.RunOkAsync("xm list");
            Assert.DoesNotContain("stock", list);
            Assert.Contains("ours-1", list);
            await host.RunOkAsync(
                "sed -i s/=20/=2/ /etc/default/xendomains; systemctl stop xend-autostart xend-guests",
                TimeSpan.FromSeconds(120)
            );
            Assert.DoesNotContain("ours-1", await host.RunOkAsync("xm list"));
        }
        finally
        {
            // The emulated host has it masked.
            await host.RunOkAsync(
                "systemctl stop xendomains; systemctl mask xendomains; rm -f /etc/xen/auto/ours.cfg /etc/xen/auto/stock.cfg; cp "
                    + "/run/xendomains.saved /etc/default/xendomains; xl destroy stock 2>/dev/null; xm destroy ours-1 2>/dev/null; true"
            );
        }
        Assert.Equal("Everything is as it should be.\n", await host.RunOkAsync("xm audit"));
        await before.AssertRestoredAsync(host);
    }
}
