using System.Globalization;
using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>The host's memory on a real Xen: who gets it, and that guests and dom0 follow their targets.</summary>
[Collection(SecondLabCollection.Name)]
public sealed class MemoryTests(LabHost host)
{
    private const int Dom0Mib = 1024;

    /// <summary>What dom0 is to keep when it gives to guests.</summary>
    private const int FloorMib = 800;

    [Fact]
    [Trait("Length", "long")]
    public async Task Of_six_creates_with_room_for_three_three_become_guests_and_three_are_explained_also_where_dom0_has_to_give()
    {
        await host.EnsureXendAsync();
        // The node by which dom0 is told its target stays once there is one.
        await host.RunOkAsync($"xenstore-write /local/domain/0/memory/target {Dom0Mib * 1024}");
        var before = await HostSnapshot.TakeAsync(host);
        await CreateSixAsync("six", await FreeMibAsync() / 3 - 8, "enable-dom0-ballooning is False");

        // With these three on the host, dom0 has to give for nearly all of the next three.
        await host.RunOkAsync(
            $"cp /etc/xen/xend-config.sxp /run/xend-config.saved; echo '(dom0-min-mem {FloorMib})' >> /etc/xen/xend-config.sxp; "
                + $"systemctl reload xend"
        );
        try
        {
            await CreateSixAsync("more", (await FreeMibAsync() + Dom0Mib - FloorMib) / 3 - 4, $"dom0_min_mem is {FloorMib * 1024}");
            Assert.True(await MemoryOfDom0Async() < Dom0Mib - 32, "dom0 gave nothing");
            Assert.Equal("Everything is as it should be.\n", await host.RunOkAsync("xm audit"));
            await host.RunOkAsync(
                "for n in $(xm list | awk '/^(six|more)/ { print $1 }'); do xm destroy $n & done; wait; rm -f /etc/xen/six*.cfg "
                    + "/etc/xen/more*.cfg",
                TimeSpan.FromSeconds(300)
            );
            // dom0 takes back what it gave when it is told to, never by itself.
            await host.RunOkAsync($"xm mem-set Domain-0 {Dom0Mib}");
            await host.RunOkAsync($"until [ $(xl list 0 | awk 'NR == 2 {{ print $3 }}') -ge {Dom0Mib - 2} ]; do sleep 0.5; done");
            Assert.Contains("memory_dynamic_max too small", (await host.RunAsync($"xm mem-set Domain-0 {FloorMib - 1}")).Stderr);
            await before.AssertRestoredAsync(host);
        }
        finally
        {
            await host.RunOkAsync("cp /run/xend-config.saved /etc/xen/xend-config.sxp; systemctl reload xend");
        }
    }

    [Fact]
    public async Task A_guest_sees_its_memory_and_its_vcpus_change()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.RunOkAsync($"xm create -q {XendOnHost.Linux}");
        await using (var console = host.OpenTerminal("xm console linux"))
        {
            await console.ExpectAsync("linux login:");
            await console.SendLineAsync("root");
            await console.ExpectAsync("linux# ");
            await host.RunOkAsync("xm mem-set linux 140m");
            Assert.Matches(@"(?m)^linux +\d+ +140 ", await host.RunOkAsync("xm list linux"));
            await console.SendLineAsync(
                "until [ $(free -m | awk '/^Mem/ { print $2 }') -lt 140 ]; do sleep 1; done; echo less-$((40 + 2))"
            );
            await console.ExpectAsync("less-42");
            await host.RunOkAsync("xm mem-set linux 256");
            await console.SendLineAsync(
                "until [ $(free -m | awk '/^Mem/ { print $2 }') -gt 170 ]; do sleep 1; done; echo more-$((40 + 2))"
            );
            await console.ExpectAsync("more-42");

            // Another tool's word counts as well.
            await host.RunOkAsync(
                "xenstore-write /local/domain/$(xm domid linux)/memory/target $((150 * 1024)); until xm list linux | grep -Eq '^linux "
                    + "+[0-9]+ +150 '; do sleep 0.2; done"
            );
            await console.SendLineAsync(
                "until [ $(free -m | awk '/^Mem/ { print $2 }') -lt 150 ]; do sleep 1; done; echo told-$((40 + 2))"
            );
            await console.ExpectAsync("told-42");

            await host.RunOkAsync("xm vcpu-set linux 1");
            await console.SendLineAsync("until [ $(nproc) = 1 ]; do sleep 1; done; echo one-$((40 + 2))");
            await console.ExpectAsync("one-42");
            // One that is not online has no place, and the state that says so.
            await host.RunOkAsync(
                "until xm vcpu-list linux | awk 'NR == 3 && $4 == \"-\" && $5 == \"--p\" { off = 1 } END { exit !off }'; do sleep 0.5; done"
            );
            await host.RunOkAsync("xm vcpu-set linux 2");
            // The kernel adds the vCPU; to use it is left to the guest's udev, which this one has not.
            await console.SendLineAsync(
                "until echo 1 >/sys/devices/system/cpu/cpu1/online; do sleep 1; done 2>/dev/null; nproc; echo two-$((40 + 2))"
            );
            await console.ExpectAsync("two-42");
        }
        await host.RunOkAsync("xm vcpu-pin linux all 0 && xm sched-credit2 -d linux -w 512");
        Assert.Matches(@"(?m)^linux +\d+ +1 .* 0$", await host.RunOkAsync("xm vcpu-list linux"));
        Assert.Matches(@"(?m)^linux +\d+ +512$", await host.RunOkAsync("xm sched-credit2 -d linux"));
        Assert.Equal((1, "Error: Xen is running with the credit2 scheduler\n"), await RefusedAsync("xm sched-credit -d linux -w 1"));
        Assert.StartsWith(
            "Error: memory_dynamic_max must be less than or equal to memory_static_max\n",
            (await RefusedAsync("xm mem-set linux 512")).Words
        );
        Assert.StartsWith(
            "Error: Cannot set vcpus greater than max vcpus on running domain\n",
            (await RefusedAsync("xm vcpu-set linux 3")).Words
        );
        await host.DestroyAsync("linux");
        await before.AssertRestoredAsync(host);
    }

    private async Task CreateSixAsync(string name, int mib, string reason)
    {
        for (var number = 1; number <= 6; number++)
        {
            await host.WriteGuestAsync($"{name}{number}", $"memory = {mib}");
        }
        await host.RunOkAsync(
            $"rm -f /run/six-*; for n in 1 2 3 4 5 6; do (xm create -q -p /etc/xen/{name}$n.cfg 2>/run/six-$n.err; echo $? "
                + $">/run/six-$n.status) & done; wait",
            TimeSpan.FromSeconds(600)
        );
        var statuses = (await host.RunOkAsync("cat /run/six-*.status")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var errors = await host.RunOkAsync("cat /run/six-*.err; rm -f /run/six-*");
        Assert.True(statuses.Count(status => status == "0") == 3, $"{string.Join(' ', statuses)}\n{errors}");
        Assert.Equal(3, errors.Split("needed: ").Length - 1);
        Assert.Contains(reason, errors);
    }

    private async Task<int> FreeMibAsync() =>
        int.Parse(await host.RunOkAsync("xm info | awk '/^free_memory/ { printf \"%d\", $3 }'"), CultureInfo.InvariantCulture);

    private async Task<int> MemoryOfDom0Async() =>
        int.Parse(await host.RunOkAsync("xl list 0 | awk 'NR == 2 { printf \"%d\", $3 }'"), CultureInfo.InvariantCulture);

    private async Task<(int Status, string Words)> RefusedAsync(string command)
    {
        var result = await host.RunAsync(command);
        return (result.ExitStatus, result.Stderr);
    }
}
