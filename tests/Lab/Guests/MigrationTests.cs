using System.Globalization;
using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>Guests that go from one host to another and back, with a disk that both reach and a connection that lives on.</summary>
[Collection(LinkedHostsCollection.Name)]
[Trait("Length", "long")]
public sealed class MigrationTests(LinkedHosts hosts) : IAsyncLifetime
{
    private const string Config = "/etc/xen/xend-config.sxp";

    private const string Disk = "/dev/nbd3";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly LabHost[] _both = [hosts.First, hosts.Second];

    public async Task InitializeAsync()
    {
        foreach (var host in _both)
        {
            await host.EnsureXendAsync();
            await host.RunOkAsync(
                $"cp {Config} /run/xend-config.before; echo '(xend-relocation-server yes)' >>{Config}; "
                    + $"echo \"(xend-relocation-hosts-allow '^10[.]77[.]0[.]')\" >>{Config}; systemctl restart xend",
                Limit
            );
        }
        await hosts.First.RunOkAsync(
            "modprobe nbd; nbd-server 10.77.0.1@10809 /mnt/xen/images/a.img -C /dev/null -p /run/lab-nbd.pid 2>/dev/null; "
                + "until [ -s /run/lab-nbd.pid ]; do sleep 0.1; done"
        );
        foreach (var host in _both)
        {
            await host.RunOkAsync($"modprobe nbd; nbd-client 10.77.0.1 10809 {Disk} >/dev/null");
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var host in _both)
        {
            await host.RunAsync(
                $"xm destroy mover; nbd-client -d {Disk}; cp /run/xend-config.before {Config}; systemctl restart xend",
                Limit
            );
        }
        await hosts.First.RunAsync("kill $(cat /run/lab-nbd.pid); rm -f /run/lab-nbd.pid");
    }

    [Theory]
    [InlineData("pv", "", "")]
    [InlineData("pvh", "-l", "rounds over its memory")]
    public async Task A_guest_goes_there_and_back_with_its_disk_and_an_open_connection(string type, string how, string told)
    {
        var before = (await HostSnapshot.TakeAsync(hosts.First), await HostSnapshot.TakeAsync(hosts.Second));
        var kernel = type == "pvh" ? "kernel = '/mnt/xen/linux/vmlinuz'" : "";
        var config = await hosts.First.WriteTinyAsync(
            "mover",
            $"type = '{type}'",
            kernel,
            $"disk = [ 'phy:{Disk},xvda,w' ]",
            "vif = [ 'bridge=xlink,mac=00:16:3e:00:77:09' ]"
        );
        await hosts.First.RunOkAsync($"xm create -q {config}");
        await using (var console = hosts.First.OpenTerminal("xm console mover"))
        {
            await console.ExpectAsync("# ");
            await console.SendLineAsync("until [ -b /dev/xvda ]; do sleep 1; done; echo on-the-disk >/dev/xvda; sync");
            await console.SendLineAsync("ip addr add 10.77.0.9/24 dev eth0; ip link set eth0 up");
            await console.SendLineAsync("(n=0; while :; do n=$((n+1)); echo $n; sleep 1; done) | nc -l -p 5000 &");
            await console.SendLineAsync("echo listens-$((6 * 7))");
            await console.ExpectAsync("listens-42");
        }
        await hosts.First.RunOkAsync("(socat -u TCP:10.77.0.9:5000 CREATE:/run/lab-counts </dev/null >/dev/null 2>&1 &)");
        var counted = await CountedAsync(0);

        Assert.Equal("mover can go to 10.77.0.2.\n", await hosts.First.RunOkAsync("xm migrate --dry-run mover 10.77.0.2", Limit));
        foreach (var (from, to, address) in new[] { (0, 1, "10.77.0.2"), (1, 0, "10.77.0.1"), (0, 1, "10.77.0.2"), (1, 0, "10.77.0.1") })
        {
            var said = await _both[from]
                .RunOkAsync($"xm migrate -q {how} mover {address}; tail -n 60 /var/log/xen/xend.log | grep -c migrate", Limit);
            Assert.NotEqual("0\n", said);
            Assert.Equal("", await _both[from].RunOkAsync("xm list | grep mover; xl list | grep mover; true"));
            Assert.Matches(@"(?m)^mover +\d+ +128 ", await _both[to].RunOkAsync("xm list"));
            counted = await CountedAsync(counted);
            await SeesItsDiskAsync(_both[to]);
        }
        var last = await hosts.First.RunOkAsync($"xm migrate {how} mover 10.77.0.2", Limit);
        Assert.Contains("mover runs at 10.77.0.2. It stood still for ", last);
        Assert.Contains(told, last);
        await hosts.Second.RunOkAsync("xm destroy mover");
        await hosts.First.RunOkAsync("pkill socat; rm -f /run/lab-counts; xm audit");
        await hosts.Second.RunOkAsync("xm audit");
        await before.Item1.AssertRestoredAsync(hosts.First);
        await before.Item2.AssertRestoredAsync(hosts.Second);
    }

    [Fact]
    public async Task Who_may_not_is_told_why_and_a_probe_harms_nobody()
    {
        var config = await hosts.First.WriteTinyAsync("mover");
        await hosts.First.RunOkAsync($"xm create -q {config}");
        await using (var console = hosts.First.OpenTerminal("xm console mover"))
        {
            await console.ExpectAsync("# ");
        }
        await hosts.Second.RunOkAsync(
            $"sed -i 's/10\\[.\\]77/10[.]78/' {Config}; systemctl restart xend; socat -u OPEN:/dev/null TCP:10.77.0.2:8002",
            Limit
        );
        var refused = await hosts.First.RunAsync("xm migrate mover 10.77.0.2", Limit);
        Assert.Equal(1, refused.ExitStatus);
        Assert.StartsWith(
            "Error: 10.77.0.1 may not relocate domains to this host (xend-relocation-hosts-allow) (from 10.77.0.2)\n",
            refused.Stderr
        );
        var nobody = await hosts.First.RunAsync("xm migrate -p 8010 mover 10.77.0.2", Limit);
        Assert.StartsWith("Error: can't connect: 10.77.0.2:8010: Connection refused\n", nobody.Stderr);
        await using (var console = hosts.First.OpenTerminal("xm console mover"))
        {
            await console.AskAsync("echo here-$((6 * 7))", "here-42", tries: 30);
        }
        await hosts.First.RunOkAsync("xm destroy mover");
    }

    /// <summary>How far the connection of the first host has seen the guest count, which is to be further than before.</summary>
    private async Task<int> CountedAsync(int before) =>
        int.Parse(
            await hosts.First.RunOkAsync(
                $"for i in $(seq 600); do n=$(tail -n 1 /run/lab-counts 2>/dev/null); [ \"${{n:-0}}\" -gt {before} ] && echo $n && exit 0; "
                    + "sleep 0.2; done; exit 1",
                Limit
            ),
            CultureInfo.InvariantCulture
        );

    private static async Task SeesItsDiskAsync(LabHost host)
    {
        await using var console = host.OpenTerminal("xm console mover");
        await console.AskAsync("echo here-$((6 * 7))", "here-42", tries: 30);
        await console.SendLineAsync("dd if=/dev/xvda bs=11 count=1 2>/dev/null");
        await console.ExpectAsync("on-the-disk");
    }
}
