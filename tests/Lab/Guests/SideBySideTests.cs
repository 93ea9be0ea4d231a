using Lab.Host;
using Lab.Snapshot;
using Xunit.Abstractions;

namespace Lab.Guests;

/// <summary>Several things at once, and many one after another.</summary>
[Collection(LabCollection.Name)]
public sealed class SideBySideTests(LabHost host, ITestOutputHelper output)
{
    /// <summary>XEN_LAB_CYCLES asks for more.</summary>
    private static readonly int Cycles = int.TryParse(Environment.GetEnvironmentVariable("XEN_LAB_CYCLES"), out var wanted) ? wanted : 3;

    [Fact]
    public async Task Five_creates_at_a_time_give_five_guests_and_a_list_does_not_wait_for_them()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        var names = Enumerable.Range(1, 5).Select(number => $"five{number}").ToList();
        var images = new[] { "a", "b", "c", "d" };
        foreach (var (name, index) in names.Select((name, index) => (name, index)))
        {
            await host.WriteGuestAsync(
                name,
                index < images.Length ? $"disk = [ 'file:/mnt/xen/images/{images[index]}.img,xvda,w' ]" : "",
                $"vif = [ 'bridge=eth0,mac=00:16:3e:00:01:{index:x2}' ]"
            );
        }
        await host.RunOkAsync("rm -f /run/created-*");
        // The list is asked for while all five are under way: it comes back before the first of them is done.
        var during = await host.RunOkAsync(
            $"for name in {string.Join(' ', names)}; do (words=$(xm create -q -p /etc/xen/$name.cfg 2>&1); echo \"$?$words\" > "
                + $"/run/created-$name) & done; "
                + "until [ $(ls /run/xend/journal | wc -l) -eq 5 ]; do sleep 0.05; done; xm list; ls /run/created-* 2>/dev/null | wc "
                + "-l; wait",
            TimeSpan.FromSeconds(600)
        );
        Assert.EndsWith("\n0\n", during);
        Assert.Contains("Domain-0", during);
        Assert.Equal("0\n0\n0\n0\n0\n", await host.RunOkAsync("cat /run/created-*; rm /run/created-*"));
        var list = await host.RunOkAsync("xm list");
        Assert.All(names, name => Assert.Contains(name, list));
        await host.RunOkAsync($"for name in {string.Join(' ', names)}; do xm destroy $name & done; wait", TimeSpan.FromSeconds(600));
        await before.AssertRestoredAsync(host);
    }

    [Fact]
    [Trait("Length", "long")]
    public async Task Cycles_of_create_and_destroy_leave_the_host_and_the_daemon_as_they_were()
    {
        await host.EnsureXendAsync();
        var config = await host.WriteGuestAsync("cycle", XendOnHost.Devices());
        // The first cycles fill pools and caches.
        await CyclesAsync(config, 3);
        var before = await HostSnapshot.TakeAsync(host);
        var (descriptors, memory) = await DaemonAsync();
        await CyclesAsync(config, Cycles);
        await before.AssertRestoredAsync(host);
        var (descriptorsAfter, memoryAfter) = await DaemonAsync();
        Assert.Equal(descriptors, descriptorsAfter);
        Assert.True(memoryAfter <= memory * 1.05, $"resident memory grew from {memory} to {memoryAfter} KiB in {Cycles} cycles");
        output.WriteLine($"{Cycles} cycles; resident before {memory} KiB, after {memoryAfter} KiB");
        Assert.True(memoryAfter <= 40 * 1024, $"the daemon has {memoryAfter} KiB resident");
    }

    private Task CyclesAsync(string config, int count) =>
        host.RunOkAsync(
            $"for cycle in $(seq {count}); do xm create -q {config} && xm destroy cycle || exit 1; done",
            TimeSpan.FromSeconds(60 + 40 * count)
        );

    private async Task<(int Descriptors, int MemoryKib)> DaemonAsync()
    {
        // An idle daemon gives back what the operations left, some seconds after the last of them.
        var words = (
            await host.RunOkAsync(
                "until grep -F '(Operations)' /var/log/xen/xend.log | tail -n 1 | grep -q 'in use after a collection'; do sleep 1; "
                    + "done; pid=$(cat /run/xend.pid); ls /proc/$pid/fd | wc -l; sed -n 's/VmRSS:[^0-9]*\\([0-9]*\\).*/\\1/p' "
                    + "/proc/$pid/status"
            )
        ).Split('\n');
        return (int.Parse(words[0]), int.Parse(words[1]));
    }
}
