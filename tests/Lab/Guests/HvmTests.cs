using System.Globalization;
using System.Text.RegularExpressions;
using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>HVM guests with the stock hvmloader, SeaBIOS and device model.</summary>
[Collection(SecondLabCollection.Name)]
public sealed class HvmTests(LabHost host)
{
    private const string DiscAndNetwork =
        "(device (vbd (uname file:/mnt/xen/images/a.img) (dev hda) (mode w))) (device (vbd (uname file:/mnt/xen/images/b.img) (dev "
        + "hdc:cdrom) (mode r))) "
        + "(device (vif (bridge eth0) (mac 00:16:3e:00:00:41)))";

    [Fact]
    public async Task A_guest_with_disk_drive_and_network_starts_its_firmware_and_is_gone_without_a_trace()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        var config = await host.WriteHvmAsync("hvm", "(vnc 1) (boot c) (device_model /usr/lib/xen/bin/qemu-dm)", DiscAndNetwork);
        await host.RunOkAsync($"xm create -F {config}", TimeSpan.FromSeconds(240));
        // The firmware says its words on Xen's console.
        await host.RunOkAsync(
            "for i in $(seq 120); do xl dmesg | grep -q 'SeaBIOS' && exit 0; sleep 1; done; exit 1",
            TimeSpan.FromSeconds(180)
        );

        var long_ = await host.RunOkAsync("xm list --long hvm");
        Assert.Contains("(loader /usr/lib/xen/boot/hvmloader)", long_);
        Assert.Contains("(dev hdc:cdrom)", long_);
        Assert.Matches(@"\(location 127\.0\.0\.1:59\d\d\)", long_);
        Assert.Contains(
            $"/usr/lib/xen-{host.Options.XenVersion}/boot/hvmloader (the configuration says '/usr/lib/xen/boot/hvmloader')",
            await host.RunOkAsync("xm log | tail -200")
        );
        Assert.Contains("-emu", await host.RunOkAsync("ls /sys/class/net/eth0/brif"));
        Assert.StartsWith("/dev/pts/", await host.RunOkAsync("xenstore-read /local/domain/$(xm domid hvm)/serial/0/tty"));
        Assert.Equal("1\n", await host.RunOkAsync("ls /var/log/xen/qemu-dm-hvm.log | wc -l"));

        await host.RunOkAsync("xm cd-insert hvm hdc /mnt/xen/images/c.img");
        Assert.Equal(
            "aio:/mnt/xen/images/c.img\n",
            await host.RunOkAsync("xenstore-read /local/domain/0/backend/qdisk/$(xm domid hvm)/5632/params")
        );
        Assert.Contains(
            "/mnt/xen/images/c.img",
            await host.RunOkAsync("ls -l /proc/$(xenstore-read /local/domain/$(xm domid hvm)/image/device-model-pid)/fd")
        );
        await host.RunOkAsync("xm cd-eject hvm hdc");
        Assert.DoesNotContain(
            "/mnt/xen/images/c.img",
            await host.RunOkAsync("ls -l /proc/$(xenstore-read /local/domain/$(xm domid hvm)/image/device-model-pid)/fd")
        );
        await host.RunOkAsync("xm block-configure hvm file:/mnt/xen/images/b.img hdc:cdrom r");
        Assert.Contains("(uname file:/mnt/xen/images/b.img)", await host.RunOkAsync("xm list --long hvm"));

        // Firmware has no PV drivers.
        Assert.Contains("ACPI power button was pressed", await host.RunOkAsync("xm shutdown hvm"));
        await host.DestroyAsync("hvm");
        await before.AssertRestoredAsync(host);
    }

    [Fact]
    [Trait("Length", "long")]
    public async Task A_kernel_of_dom0_is_started_at_once_and_talks_on_the_serial_port_with_both_vcpus_up()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.WriteTextAsync(
            "/etc/xen/direct.sxp",
            """
            (vm (name direct) (memory 192) (vcpus 2) (on_crash destroy)
                (image (hvm (kernel /mnt/xen/linux/vmlinuz) (ramdisk /mnt/xen/tiny/initrd) (args 'console=ttyS0 rdinit=/bin/sh') (vnc 1))))

            """
        );
        await host.BootedAsync("hvm", async () =>
        {
            await host.RunOkAsync("xm create -p -F /etc/xen/direct.sxp", TimeSpan.FromSeconds(240));
            await using var console = host.OpenTerminal("xm console direct");
            await host.RunOkAsync("xm unpause direct");
            await console.ExpectAsync("/ # ", TimeSpan.FromSeconds(300));
            await console.SendLineAsync("echo vcpus-$(nproc)");
            await console.ExpectAsync("vcpus-2", TimeSpan.FromSeconds(60));
        });
        await host.DestroyAsync("direct");
        await before.AssertRestoredAsync(host);
    }

    [Fact]
    public async Task A_display_with_a_password_asks_for_it_and_the_password_is_nowhere_to_be_read()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        var config = await host.WriteHvmAsync("secret", "(vnc 1) (vncpasswd q7Zw4pXk)");
        await host.RunOkAsync($"xm create -p -F {config}", TimeSpan.FromSeconds(240));
        var port = Regex.Match(await host.RunOkAsync("xm list --long secret"), @"location 127\.0\.0\.1:(\d+)").Groups[1].Value;
        await using (var display = await host.OpenTcpStreamAsync(int.Parse(port, CultureInfo.InvariantCulture)))
        {
            await display.WriteAsync("RFB 003.008\n"u8.ToArray());
            var answer = new byte[14];
            await display.ReadExactlyAsync(answer).AsTask().WaitAsync(LabHost.DefaultLimit);
            // It offers one way in: VNC's own authentication (2).
            Assert.Equal<byte>([1, 2], answer[12..]);
        }
        Assert.Equal(
            "0\n",
            await host.RunOkAsync("cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | grep -c 'q7Zw4pX[k]' || true")
        );
        Assert.Equal("0\n", await host.RunOkAsync("xenstore-ls | grep -c 'q7Zw4pX[k]' || true"));
        Assert.Equal("0\n", await host.RunOkAsync("cat /var/log/xen/*.log | grep -c 'q7Zw4pX[k]' || true"));
        Assert.DoesNotContain("q7Zw4pXk", await host.RunOkAsync("xm list --long"));
        await host.DestroyAsync("secret");
        await before.AssertRestoredAsync(host);
    }

    [Fact]
    [Trait("Length", "long")]
    public async Task Four_guests_that_are_started_together_have_four_displays()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        for (var index = 0; index < 4; index++)
        {
            await host.WriteHvmAsync($"four{index}", index % 2 == 0 ? "(vnc 1)" : "(vnc 1) (vncpasswd x)");
        }
        await host.RunOkAsync(
            "for i in 0 1 2 3; do xm create -q -p -F /etc/xen/four$i.sxp & p=\"$p $!\"; done; for i in $p; do wait $i || exit 1; done",
            TimeSpan.FromSeconds(400)
        );
        var ports = Regex
            .Matches(await host.RunOkAsync("for i in 0 1 2 3; do xm list --long four$i; done"), @"location 127\.0\.0\.1:(\d+)")
            .Select(match => match.Groups[1].Value)
            .ToList();
        Assert.Equal(4, ports.Distinct().Count());
        await host.RunOkAsync("for i in 0 1 2 3; do xm destroy four$i; done", TimeSpan.FromSeconds(240));
        await before.AssertRestoredAsync(host);
    }
}
