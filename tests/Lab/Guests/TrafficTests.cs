using System.Globalization;
using Lab.Host;
using Lab.Snapshot;
using Xunit.Abstractions;

namespace Lab.Guests;

/// <summary>What goes through a guest's interfaces, by each of the stock scripts.</summary>
[Collection(SecondLabCollection.Name)]
public sealed class TrafficTests(LabHost host, ITestOutputHelper output)
{
    /// <summary>Whoever sends to a port may come before the one who listens there.</summary>
    private const string Fetch = "fetch() { until nc $1 $2 </dev/null >$3; do usleep 300000; done; }";

    private const string Send = "send() { until nc $1 $2 <$3; do usleep 300000; done; }";

    /// <summary>Interfaces are called by the last byte of their address, in whichever order they came.</summary>
    private const string NameInterfaces =
        "for n in /sys/class/net/eth*; do a=$(cat $n/address); ip link set ${n##*/} name nic${a##*:}; ip link set nic${a##*:} up; done";

    [Fact]
    public async Task A_guest_that_is_bridged_routed_translated_and_switched_reaches_dom0_and_the_outside_and_copies_files()
    {
        await host.EnsureXendAsync();
        await host.RunOkAsync("cp -a /etc/xen/xend-config.sxp /run/kept.sxp");
        await SurroundAsync("up");
        try
        {
            // The routed interface names no script: it gets the daemon's, with its words.
            await host.RunOkAsync("echo \"(vif-script 'vif-route netdev=out0')\" >>/etc/xen/xend-config.sxp; systemctl restart xend");
            await host.RunOkAsync("head -c 100000 /dev/urandom >/run/traffic.bin; /etc/xen/scripts/network-route start netdev=out0");
            var before = await HostSnapshot.TakeAsync(host);
            await host.WriteTinyAsync(
                "traffic",
                "vif = [ 'script=vif-bridge,bridge=eth0,mac=00:16:3e:00:02:00',",
                "        'ip=203.0.113.77,mac=00:16:3e:00:02:01',",
                "        'script=vif-nat,ip=10.99.0.2,vifname=nat0,mac=00:16:3e:00:02:02',",
                "        'script=vif-openvswitch,bridge=ovs0.10,mac=00:16:3e:00:02:03' ]"
            );
            var id = await host.BootAsync("traffic", "pv");
            await using var console = host.OpenTerminal("xm console traffic");
            foreach (var line in new[] { Fetch, Send, NameInterfaces })
            {
                await console.SendLineAsync(line);
            }

            await console.SendLineAsync("ip address add 192.168.128.77/24 dev nic00");
            await PingAsync(console, "192.168.128.1");
            await CopyAsync(console, "", "192.168.128.1");

            await console.SendLineAsync(
                "ip address add 203.0.113.77 dev nic01; ip route add 203.0.113.1 dev nic01; ip route add 203.0.113.0/24 via 203.0.113.1"
            );
            await PingAsync(console, "203.0.113.1");
            await PingAsync(console, "203.0.113.2");
            await CopyAsync(console, "ip netns exec outside", "203.0.113.2");

            await console.SendLineAsync(
                "ip address add 10.99.0.2 dev nic02; ip route add 10.99.0.129 dev nic02; ip route add default via 10.99.0.129"
            );
            await PingAsync(console, "10.99.0.129");
            // The outside knows no way to the guest's address.
            await PingAsync(console, "198.51.100.2", answered: false);
            await host.RunOkAsync("/etc/xen/scripts/network-nat start netdev=out0; test -e /sys/class/net/nat0");
            await PingAsync(console, "198.51.100.2");
            await CopyAsync(console, "ip netns exec outside", "198.51.100.2");

            Assert.Equal("10\n", await host.RunOkAsync($"ovs-vsctl --timeout=30 get port vif{id}.3 tag"));
            await console.SendLineAsync("ip address add 192.168.130.2/24 dev nic03");
            await PingAsync(console, "192.168.130.1");
            await CopyAsync(console, "", "192.168.130.1");

            await host.WriteGuestAsync("rival", "vif = [ 'bridge=eth0,vifname=nat0' ]");
            Assert.StartsWith(
                "Error: Device 0 (vif) could not be connected. Domain traffic has an interface of the name nat0.\n",
                await host.CreateRefusedAsync("/etc/xen/rival.cfg")
            );

            await host.DestroyAsync("traffic");
            await before.AssertRestoredAsync(host);
            Assert.Equal("vlan10\n", await host.RunOkAsync("ovs-vsctl --timeout=30 list-ports ovs0"));
            Assert.DoesNotContain("203.0.113.77", await host.RunOkAsync("ip route"));
        }
        finally
        {
            await host.RunAsync(
                "xm destroy traffic; for way in nat route; do /etc/xen/scripts/network-$way stop netdev=out0; done; "
                    + "mv /run/kept.sxp /etc/xen/xend-config.sxp; systemctl restart xend; rm -f /run/traffic.bin"
            );
            await SurroundAsync("down");
        }
    }

    /// <summary>
    /// netback counts what the guest sends. A burst of 128 KiB passes at once (drivers/net/xen-netback/netback.c, tx_add_credit), so what
    /// is measured begins behind it.
    /// </summary>
    [Fact]
    [Trait("Length", "long")]
    public async Task A_rate_of_one_megabit_a_second_holds_and_without_one_the_guest_is_much_faster()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        const string Nic = "bridge=eth0 mac=00:16:3e:00:02:04";
        await host.WriteTinyAsync("limited", "vif = [ 'bridge=eth0,mac=00:16:3e:00:02:04' ]");
        try
        {
            var id = await host.BootAsync("limited", "pv");
            await using var console = host.OpenTerminal("xm console limited");
            await console.SendLineAsync(Send);
            var free = await MeasureAsync(console);
            await host.RunOkAsync($"xm network-detach limited 0; xm network-attach limited {Nic} rate=1Mb/s");
            Assert.Equal("6250,50000\n", await host.RunOkAsync($"xenstore-read /local/domain/0/backend/vif/{id}/0/rate"));
            var limited = await MeasureAsync(console);
            output.WriteLine($"{free:0} bytes/s without a rate, {limited:0} with 1Mb/s");
            Assert.InRange(limited, 0.8 * 125_000, 1.2 * 125_000);
            Assert.True(free > 5 * 125_000, $"Without a rate the guest sends {free:0} bytes/s only.");
        }
        finally
        {
            await host.RunAsync("xm destroy limited");
        }
        await before.AssertRestoredAsync(host);
    }

    private async Task<double> MeasureAsync(Terminal console)
    {
        var meter = host.RunOkAsync(
            "python3 - 192.168.128.1 7003 300000",
            input: await File.ReadAllBytesAsync(Path.Combine(LabOptions.Directory, "Network", "meter.py"))
        );
        await console.SendLineAsync(
            "until [ -e /sys/class/net/eth0 ]; do usleep 300000; done; ip address add 192.168.128.78/24 dev eth0; ip link set eth0 up; "
                + "head -c 1100000 /dev/zero >/zeros; send 192.168.128.1 7003 /zeros"
        );
        return double.Parse(await meter, CultureInfo.InvariantCulture);
    }

    private static async Task PingAsync(Terminal console, string address, bool answered = true)
    {
        // The echo of what is typed is no answer.
        await console.SendLineAsync($"ping -c 2 -w {(answered ? 20 : 3)} {address}; echo ping-{address}-ended-$?");
        var end = await console.ExpectAsync($"ping-{address.Replace(".", "\\.")}-ended-([0-9]+)");
        Assert.True(end.Groups[1].Value == "0" == answered, $"ping {address}\n{console.Transcript}");
    }

    /// <summary>A file goes to the guest and comes back.</summary>
    private async Task CopyAsync(Terminal console, string way, string address)
    {
        var sum = (await host.RunOkAsync("sha256sum </run/traffic.bin")).Split(' ')[0];
        var peer = host.RunOkAsync(
            $"{way} socat -u OPEN:/run/traffic.bin TCP-LISTEN:7001,bind={address},reuseaddr & "
                + $"{way} timeout 120 socat -u TCP-LISTEN:7002,bind={address},reuseaddr - | sha256sum; wait"
        );
        await console.SendLineAsync($"fetch {address} 7001 /copy; sha256sum </copy; send {address} 7002 /copy");
        Assert.Equal(sum, (await console.ExpectAsync("([0-9a-f]{64}) ")).Groups[1].Value);
        Assert.StartsWith(sum, await peer);
    }

    private async Task SurroundAsync(string verb) =>
        await host.RunOkAsync(
            $"bash -s {verb}",
            input: await File.ReadAllBytesAsync(Path.Combine(LabOptions.Directory, "Network", "surroundings.sh"))
        );
}
