using Lab.Host;

namespace Lab.Guests;

/// <summary>xenstored dies, and does not come back: a host of its own, for nothing can be done on it afterwards.</summary>
public sealed class StoreGoneTests(LabHost host) : IClassFixture<LabHost>
{
    [Fact]
    [Trait("Length", "long")]
    public async Task Xenstored_that_dies_during_a_create_is_told_and_no_domain_is_left_in_Xen()
    {
        await host.EnsureXendAsync();
        await host.WriteTextAsync("/etc/xen/scripts/vif-deadly", "#!/bin/sh\npkill -9 oxenstored\nexit 1\n", "0755");
        var config = await host.WriteGuestAsync("doomed", "vif = [ 'script=vif-deadly' ]");

        var error = await host.CreateRefusedAsync(config);

        Assert.Contains("xenstored", error);
        Assert.Contains("step connect-vif-0", error);
        // The list needs no xenstored; and what Xen has, it shows.
        var list = await host.RunOkAsync("xm list");
        Assert.Contains("Domain-0", list);
        Assert.DoesNotContain("doomed", list);
        Assert.Equal(2, list.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        var next = await host.CreateRefusedAsync(await host.WriteGuestAsync("late", XendOnHost.Devices()));
        Assert.StartsWith("Error: create late: xenstored does not answer.\n", next);
        Assert.Contains("Is xenstored running?", next);
        Assert.Equal(0, (await host.RunAsync("xend status")).ExitStatus);
    }
}
