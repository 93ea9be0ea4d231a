using Lab.Host;
using Lab.Snapshot;

namespace Lab;

/// <summary>The emulated host itself: what every other test here relies on.</summary>
[Collection(LabCollection.Name)]
public sealed class LabTests(LabHost host)
{
    [Fact]
    public async Task The_host_runs_the_suites_own_Xen()
    {
        var info = await host.RunOkAsync("xl info");
        var version = host.Options.XenVersion.Split('.');
        Assert.Matches($@"(?m)^xen_major\s*: {version[0]}$", info);
        Assert.Matches($@"(?m)^xen_minor\s*: {version[1]}$", info);
    }

    [Fact]
    public async Task A_command_gives_its_output_its_complaints_and_its_exit_status()
    {
        var result = await host.RunAsync("read line; echo \"got $line\"; echo oops >&2; exit 7", input: "it's\n"u8.ToArray());
        Assert.Equal(("got it's\n", "oops\n", 7), (result.Stdout, result.Stderr, result.ExitStatus));
        Assert.Equal(255, (await host.RunAsync("exit 255")).ExitStatus);
    }

    [Fact]
    public async Task A_command_that_takes_too_long_is_ended_in_dom0_too()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => host.RunAsync("exec sleep 4711", TimeSpan.FromSeconds(1)));
        Assert.Equal(1, (await host.RunAsync("pgrep -f 'sleep[ ]4711'")).ExitStatus);
    }

    [Fact]
    public async Task Files_travel_unchanged()
    {
        var content = Enumerable.Range(0, 70_000).Select(i => (byte)(i * 7)).ToArray();
        await host.WriteFileAsync("/tmp/lab/some file", content, "0600");
        Assert.Equal(content, await host.ReadFileAsync("/tmp/lab/some file"));
        Assert.Equal("600\n", await host.RunOkAsync("stat -c %a '/tmp/lab/some file' && rm -r /tmp/lab"));
    }

    [Fact]
    public async Task A_stream_reaches_xenstored()
    {
        await using var stream = await host.OpenUnixStreamAsync("/run/xenstored/socket");
        // XS_READ of "domid", relative to the caller's own directory: type 2, request 1, transaction 0, length 6.
        await stream.WriteAsync(new byte[] { 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0 });
        await stream.WriteAsync("domid\0"u8.ToArray());
        var reply = new byte[17];
        await stream.ReadExactlyAsync(reply).AsTask().WaitAsync(LabHost.DefaultLimit);
        Assert.Equal(new byte[] { 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, (byte)'0' }, reply);
    }

    [Fact]
    public async Task The_guests_network_and_volumes_are_there()
    {
        Assert.Contains("dummy0", await host.RunOkAsync("ls /sys/class/net/eth0/brif"));
        Assert.Contains("192.168.128.1/24", await host.RunOkAsync("ip -4 address show dev eth0"));
        Assert.Equal("block special file\n", await host.RunOkAsync("stat -L -c %F /dev/vg01/linux0"));
        Assert.Contains("type=83", await host.RunOkAsync("sfdisk --dump /dev/vg01/linux0"));
    }

    /// <remarks>Long, because xl takes its time to clear away.</remarks>
    [Fact]
    [Trait("Length", "long")]
    public async Task A_guest_of_xl_boots_to_a_login_has_disk_and_network_and_leaves_nothing()
    {
        var before = await HostSnapshot.TakeAsync(host);
        await host.RunOkAsync("xl create /etc/xen/linux.xl.cfg");
        await using (var console = host.OpenTerminal("xl console linux"))
        {
            await console.ExpectAsync("linux login:");
            await console.SendLineAsync("root");
            await console.ExpectAsync("linux# ");
            await console.SendLineAsync("grep ' / ' /proc/mounts; cat /sys/class/net/eth0/address");
            await console.ExpectAsync("/dev/xvda1 / ext4 rw");
            await console.ExpectAsync("00:16:3e:38:d4:07");
            await console.SendLineAsync("ping -c 1 -w 20 192.168.128.1 && echo ping-$((40 + 2))");
            await console.ExpectAsync("ping-42");
        }
        var during = before.DifferencesTo(await HostSnapshot.TakeAsync(host));
        Assert.Contains(during, line => line.StartsWith("domains: + linux ", StringComparison.Ordinal));
        Assert.Contains(during, line =>
            line.StartsWith("interfaces: + vif", StringComparison.Ordinal) && line.EndsWith(" master eth0", StringComparison.Ordinal)
        );

        // xl waits for the guest's end only; its background process clears away afterwards, in its own time.
        await host.RunOkAsync("xl shutdown -w linux");
        await before.AssertRestoredAsync(host, TimeSpan.FromMinutes(3));
    }
}
