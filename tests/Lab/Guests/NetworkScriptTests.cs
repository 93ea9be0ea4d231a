using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>The scripts of network-script, by themselves and called by xend.</summary>
[Collection(SecondLabCollection.Name)]
public sealed class NetworkScriptTests(LabHost host)
{
    private const string Picture =
        "ip -o addr | sed 's/^[0-9]*: //; s/valid_lft.*//' | sort; ip route | sort; ip -o link | sed 's/^[0-9]*: //' | sort";

    [Fact]
    [Trait("Length", "long")]
    public Task They_carry_all_over_and_put_all_back_also_twice_with_a_guest_and_after_a_death() => TrialAsync(every: 0);

    [Fact]
    [Trait("Length", "long")]
    public Task They_put_all_back_after_a_fault_at_any_of_their_steps() => TrialAsync(every: 3);

    private async Task TrialAsync(int every)
    {
        var trial = await File.ReadAllBytesAsync(Path.Combine(LabOptions.Directory, "Network", "trial.sh"));
        var said = await host.RunOkAsync(
            "modprobe veth; exec unshare -nm bash -c 'mount -t sysfs sysfs /sys; mount -t tmpfs tmpfs /run; exec bash -s /etc/xen/scripts "
                + $"{every}' 2>&1",
            TimeSpan.FromMinutes(20),
            trial
        );
        Assert.DoesNotContain("WRONG", said);
        // The last thing that it tries.
        Assert.Contains("\nok nat", said);
        Assert.EndsWith("\nok all is as before\n", said);
    }

    /// <summary>The tests' own connection goes through the interface.</summary>
    [Fact]
    public async Task The_host_stays_connected_while_its_only_interface_goes_on_a_bridge_and_comes_back()
    {
        var before = await host.RunOkAsync(Picture);
        Assert.Contains(
            "mgmt0 is on bridge xenbr9",
            await host.RunOkAsync("/etc/xen/scripts/network-bridge start netdev=mgmt0 bridge=xenbr9")
        );
        Assert.Contains("xenbr9", await host.RunOkAsync("ip -o -4 addr"));
        Assert.Contains("is as it was", await host.RunOkAsync("/etc/xen/scripts/network-bridge stop netdev=mgmt0 bridge=xenbr9"));
        // As of old: the bridge has the interface's name, and the interface another.
        Assert.Contains("pmgmt0 is on bridge mgmt0", await host.RunOkAsync("/etc/xen/scripts/network-bridge start netdev=mgmt0"));
        Assert.Contains("is as it was", await host.RunOkAsync("/etc/xen/scripts/network-bridge stop netdev=mgmt0"));
        // An address of IPv6 is tentative for a moment.
        var after = await host.RunOkAsync(Picture);
        for (var looks = 0; looks < 60 && after != before; looks++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500));
            after = await host.RunOkAsync(Picture);
        }
        Assert.Equal(before, after);
    }

    [Fact]
    public async Task Xend_calls_the_script_at_its_start_and_its_end_and_serves_though_it_fails()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.RunOkAsync("cp -a /etc/xen/xend-config.sxp /run/kept.sxp");
        try
        {
            await host.RunOkAsync(
                "echo \"(network-script 'network-bridge netdev=mgmt0 bridge=xenbr9')\" >>/etc/xen/xend-config.sxp; systemctl restart xend; "
                    + "test -d /sys/class/net/xenbr9/brif/mgmt0"
            );
            // The next daemon after a death finds the work done.
            await host.RunOkAsync(XendOnHost.KillAndStart + "; test -d /sys/class/net/xenbr9/brif/mgmt0");
            Assert.Contains("mgmt0 is on bridge xenbr9 already", await host.RunOkAsync("tail -n 30 /var/log/xen/xend.log"));
            await host.RunOkAsync("systemctl stop xend; test ! -e /sys/class/net/xenbr9");
            await host.RunOkAsync(
                "sed -i 's/netdev=mgmt0/netdev=none/' /etc/xen/xend-config.sxp; systemctl start xend; xm list >/dev/null"
            );
            Assert.Contains(
                "start netdev=none bridge=xenbr9 ended with exit status 1",
                await host.RunOkAsync("tail -n 30 /var/log/xen/xend.log")
            );
        }
        finally
        {
            await host.RunOkAsync("mv /run/kept.sxp /etc/xen/xend-config.sxp; systemctl restart xend");
        }
        await before.AssertRestoredAsync(host);
    }
}
