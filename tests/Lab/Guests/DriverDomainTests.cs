using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>A guest whose disk and interface another guest serves, by the stock scripts and Xen's own <c>xl devd</c>.</summary>
[Collection(SecondLabCollection.Name)]
public sealed class DriverDomainTests(LabHost host)
{
    private const string Disk = $"file:{DriverDomainImage.Served}";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Fact]
    [Trait("Length", "long")]
    public async Task A_guest_reads_writes_and_pings_through_another_one_and_devices_come_and_go()
    {
        await host.EnsureXendAsync();
        var empty = await HostSnapshot.TakeAsync(host);
        try
        {
            await host.RunOkAsync(DriverDomainImage.Make, Limit);
            await host.WriteTinyAsync(
                "driver",
                "ramdisk = '/mnt/xen/linux/initrd'",
                "memory = 192",
                $"disk = [ 'file:{DriverDomainImage.Path},xvda,w' ]",
                "root = '/dev/xvda rw'",
                "extra = 'console=hvc0 init=/start'",
                "blkif = 1",
                "netif = 1"
            );
            await host.WriteTinyAsync(
                "client",
                $"disk = [ '{Disk},xvda,w,driver' ]",
                $"vif = [ 'bridge={DriverDomainImage.Bridge},mac=00:16:3e:00:00:70,backend=driver' ]"
            );
            var refused = await host.CreateRefusedAsync("/etc/xen/client.cfg");
            Assert.StartsWith("Error: Cannot configure device for unknown backend driver\n", refused);
            var server = await host.BootAsync("driver", "pv");
            // What is asked of it while it boots, it does when it is up.
            var served = await HostSnapshot.TakeAsync(host);
            var client = await host.BootAsync("client", "pv");
            Assert.Contains($" /local/domain/{server}/backend/vbd/{client}/51712", await host.RunOkAsync("xm block-list client"));
            Assert.Contains($" /local/domain/{server}/backend/vif/{client}/0", await host.RunOkAsync("xm network-list client"));

            await using var console = host.OpenTerminal("xm console client");
            await console.SendLineAsync("ip address add 192.168.140.2/24 dev eth0; ip link set eth0 up");
            await console.SendLineAsync($"ping -c 3 -W 20 {DriverDomainImage.Address} >/dev/null && echo pinged-$((1))");
            await console.ExpectAsync("pinged-1", Limit);
            await console.SendLineAsync(
                "head -c 100000 /dev/urandom >/dev/xvda; sync; echo sum-$((1)):$(head -c 100000 /dev/xvda | md5sum)"
            );
            var written = await ReadSumAsync(console);

            // The same data comes again under another name, once the first disk is gone.
            await host.RunOkAsync($"xm block-detach client xvda && xm block-attach client {Disk} xvdb w driver", Limit);
            await console.SendLineAsync(
                "until [ -b /dev/xvdb ]; do usleep 300000; done; echo sum-$((1)):$(head -c 100000 /dev/xvdb | md5sum)"
            );
            Assert.Equal(written, await ReadSumAsync(console));
            await host.RunOkAsync("xm network-detach client 0", Limit);
            Assert.Equal("", await host.RunOkAsync("xm network-list client"));

            await host.DestroyAsync("client");
            await served.AssertRestoredAsync(host);
        }
        finally
        {
            await host.RunAsync(
                $"xm destroy client; xm destroy driver; rm -rf /etc/xen/client.cfg /etc/xen/driver.cfg {DriverDomainImage.Path} /mnt/xen/driver.*"
            );
        }
        await empty.AssertRestoredAsync(host);
    }

    private static async Task<string> ReadSumAsync(Terminal console) =>
        (await console.ExpectAsync("sum-1:([0-9a-f]{32})", Limit)).Groups[1].Value;
}
