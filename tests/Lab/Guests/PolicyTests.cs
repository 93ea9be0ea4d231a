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
    public async Task A_guest_that_ends_within_a_minute_is_not_started_again_and_a_managed_one_says_why()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.WriteTextAsync("/etc/xen/hasty.cfg", PolicyTrial.FileOf("hasty", "pv", "on_crash = 'restart'"));
        await host.RunOkAsync("xm new -q /etc/xen/hasty.cfg && xm start hasty && xm sysrq hasty c");
        await host.RunOkAsync("until xm domid hasty | grep -qx None; do sleep 0.2; done");
        Assert.Contains("restarting too fast", await host.RunOkAsync("xm list -l hasty"));
        Assert.Contains("restarting too fast", await host.RunOkAsync("grep hasty /var/log/xen/xend.log"));
        await host.RunOkAsync("xm delete hasty; rm /etc/xen/hasty.cfg");
        await before.AssertRestoredAsync(host);
    }
}
