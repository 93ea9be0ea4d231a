using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>What becomes of guests that end, by every policy, in every way and of every type.</summary>
[Collection(SecondLabCollection.Name)]
public sealed class PolicyTests(LabHost host)
{
    [Theory]
    [InlineData("crash")]
    [InlineData("halt")]
    [InlineData("reboot")]
    [Trait("Length", "long")]
    public Task Every_guest_that_ends_is_treated_as_its_file_says(string end) => PolicyTrial.RunAsync(host, "pv", end);

    /// <summary>
    /// What becomes of a guest is decided alike for all types; how it is heard, taken down and made anew is not. The emulator takes a
    /// minute to boot an HVM guest.
    /// </summary>
    [Theory]
    [InlineData("pvh")]
    [InlineData("hvm")]
    [Trait("Length", "long")]
    public Task A_guest_of_another_type_is_treated_so_too(string type) =>
        PolicyTrial.RunAsync(
            host,
            type,
            [
                ("crash", DomainAction.Restart),
                ("crash", DomainAction.Preserve),
                ("halt", DomainAction.Destroy),
                ("halt", DomainAction.Restart),
                ("reboot", DomainAction.Restart),
                ("reboot", DomainAction.RenameRestart),
            ]
        );

    /// <summary>
    /// A quarter of an hour in the emulator: libxenguest tries a million pages one by one where there is no memory below 4 GiB.
    /// </summary>
    [Theory]
    [InlineData("pvh", DomainAction.CoredumpRestart)]
    [InlineData("hvm", DomainAction.CoredumpDestroy)]
    [Trait("Length", "longest")]
    public Task A_guest_of_another_type_leaves_a_core(string type, DomainAction action) =>
        PolicyTrial.RunAsync(host, type, [("crash", action)]);

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
