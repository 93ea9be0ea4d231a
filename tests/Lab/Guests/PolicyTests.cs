using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>What becomes of guests that end, by every policy, in every way and of every type.</summary>
[Collection(SecondLabCollection.Name)]
public sealed class PolicyTests(LabHost host)
{
    [Theory]
    [InlineData("pv", "crash")]
    [InlineData("pv", "halt")]
    [InlineData("pv", "reboot")]
    [InlineData("pvh", "crash")]
    [InlineData("pvh", "halt")]
    [InlineData("pvh", "reboot")]
    [Trait("Length", "long")]
    public Task Every_guest_that_ends_is_treated_as_its_file_says(string type, string end) => PolicyTrial.RunAsync(host, type, end);

    [Fact]
    public async Task A_guest_that_ends_within_a_minute_waits_says_why_and_is_started_again()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.WriteTextAsync("/etc/xen/hasty.cfg", PolicyTrial.FileOf("hasty", "pv", "on_crash = 'restart'"));
        await host.RunOkAsync("xm create -q /etc/xen/hasty.cfg");
        var first = (await host.RunOkAsync("xm domid hasty")).Trim();
        await host.RunOkAsync("xm sysrq hasty c; until xm list -l hasty | grep -q '(state waiting)'; do sleep 0.2; done");
        Assert.Matches(
            "hasty is started again at .*: crash after [0-9]+ s, for the 1. time in a row",
            await host.RunOkAsync("xm why hasty")
        );
        await host.RunOkAsync($"until xm list -l hasty | grep -q '(domid' && [ $(xm domid hasty) != {first} ]; do sleep 0.5; done");
        await host.RunOkAsync("xm destroy hasty; rm /etc/xen/hasty.cfg");
        Assert.Contains("of hasty, by xend: crash after", await host.RunOkAsync("xm why hasty"));
        await before.AssertRestoredAsync(host);
    }
}
