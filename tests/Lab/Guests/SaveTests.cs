using System.Globalization;
using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>Guests that go into files and come out of them.</summary>
[Collection(SecondLabCollection.Name)]
public sealed class SaveTests(LabHost host)
{
    private const string File = "/var/lib/xen/kept.save";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData("pv")]
    [InlineData("pvh")]
    public async Task A_guest_goes_on_counting_from_its_file_with_its_disk_and_its_network(string type)
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        var kernel = type == "pvh" ? "kernel = '/mnt/xen/linux/vmlinuz'" : "";
        var config = await host.WriteTinyAsync("kept", [$"type = '{type}'", kernel, .. XendOnHost.Devices()]);
        await host.BootedAsync(type, async () =>
        {
            await host.RunOkAsync($"xm create -q {config}");
            await using (var console = host.OpenTerminal("xm console kept"))
            {
                await console.ExpectAsync("# ");
                await console.SendLineAsync("until [ -b /dev/xvda ]; do sleep 1; done; echo on-the-disk >/dev/xvda; sync");
                await console.SendLineAsync("ip addr add 192.168.128.77/24 dev eth0; ip link set eth0 up");
                await console.SendLineAsync(
                    "(n=0; while :; do n=$((n+1)); echo $n >/n; sleep 1; done) & until [ -s /n ]; do sleep 1; done"
                );
                await console.SendLineAsync("echo counts-$((6 * 7))");
                await console.ExpectAsync("counts-42");
            }
            var id = (await host.RunOkAsync("xm list --long kept | grep uuid | head -1")).Trim();

            // A disk that is too small, and a file that is not whole.
            await host.RunOkAsync("mkdir -p /run/small; mount -t tmpfs -o size=32m small /run/small");
            var refused = await host.RunAsync("xm save kept /run/small/kept.save");
            Assert.Equal(1, refused.ExitStatus);
            Assert.StartsWith("Error: kept cannot be saved to /run/small/kept.save: there is too little room\n", refused.Stderr);
            Assert.Equal("", await host.RunOkAsync("ls /run/small; umount /run/small; rmdir /run/small"));

            var counted = await SaveAsync(from: 0);
            Assert.Equal("600\n", await host.RunOkAsync($"stat -c %a {File}"));
            Assert.Equal("", await host.RunOkAsync("xm list | grep kept; true"));
            var cut = await host.RunAsync(
                $"head -c 100000000 {File} >{File}.cut; xm restore {File}.cut; status=$?; rm {File}.cut; exit $status",
                Limit
            );
            Assert.Equal(1, cut.ExitStatus);
            Assert.StartsWith(
                $"Error: can't read guest state file {File}.cut: not a valid guest state file: it is cut short\n",
                cut.Stderr
            );
            await host.RunOkAsync($"xm restore {File}", Limit);
            Assert.Equal(id, (await host.RunOkAsync("xm list --long kept | grep uuid | head -1")).Trim());
            counted = await CountedAsync(counted);

            // It goes on after a file was written, too.
            await host.RunOkAsync($"xm save -c kept {File}", Limit);
            await CountedAsync(counted);
            await host.DestroyAsync("kept");
        });
        await host.RunOkAsync($"rm {File}; xm audit");
        await before.AssertRestoredAsync(host);
    }

    [Fact]
    public async Task A_guest_with_a_device_model_goes_on_from_its_file()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        var config = await host.WriteHvmAsync(
            "kept",
            "(vnc 1) (boot c)",
            "(device (vbd (uname file:/mnt/xen/images/a.img) (dev hda) (mode w))) (device (vif (bridge eth0) (mac 00:16:3e:00:00:42)))"
        );
        await host.RunOkAsync($"xl dmesg -c >/dev/null; xm create -F {config}", Limit);
        // The firmware says its words on Xen's console.
        await host.RunOkAsync("for i in $(seq 120); do xl dmesg | grep -q SeaBIOS && exit 0; sleep 1; done; exit 1", Limit);
        await host.RunOkAsync($"xm save kept {File}", Limit);
        await host.RunOkAsync($"grep -aq QemuDeviceModelRecord {File}");
        Assert.Equal("", await host.RunOkAsync("pgrep -f 'qemu.*-name [k]ept'; xm list | grep kept; true"));
        await host.RunOkAsync($"xm restore {File}", Limit);
        Assert.Matches(@"(?m)^kept +\d+ +32 ", await host.RunOkAsync("xm list"));
        await host.RunOkAsync("pgrep -f 'qemu.*-name [k]ept'");
        var time = await TimeAsync();
        await host.RunOkAsync(
            $"for i in $(seq 100); do [ $(xm list kept | awk 'END {{ print ($6 > {time}) }}') = 1 ] && exit 0; sleep 1; done; exit 1"
        );
        await host.DestroyAsync("kept");
        await host.RunOkAsync($"rm {File}; xm audit");
        await before.AssertRestoredAsync(host);
    }

    /// <summary>How far the guest was just before.</summary>
    private async Task<int> SaveAsync(int from)
    {
        var counted = await CountedAsync(from);
        await host.RunOkAsync($"xm save kept {File}", Limit);
        return counted;
    }

    /// <summary>How far the guest is, which is to be further than before, with its disk and its network at work.</summary>
    private async Task<int> CountedAsync(int before)
    {
        await using var console = host.OpenTerminal("xm console kept");
        await console.AskAsync("echo here-$((6 * 7))", "here-42", tries: 30);
        await console.SendLineAsync($"until [ $(cat /n) -gt {before} ]; do sleep 1; done; echo at-$(cat /n)-$((6 * 7))");
        var counted = (await console.ExpectAsync(@"at-(\d+)-42")).Groups[1].Value;
        await console.SendLineAsync("head -c 11 /dev/xvda; ping -c 1 -w 60 192.168.128.1 >/dev/null && echo ping-$((40 + 2))");
        await console.ExpectAsync("on-the-disk");
        await console.ExpectAsync("ping-42");
        return int.Parse(counted, CultureInfo.InvariantCulture);
    }

    private async Task<string> TimeAsync() => (await host.RunOkAsync("xm list kept | awk 'END { print $6 }'")).Trim();
}
