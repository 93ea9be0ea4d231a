using Simulation.Xen;
using Xend.Domains;
using Xend.Hosting;

namespace Xend.Tests.Operations;

/// <summary>Domains that do not want to go.</summary>
public sealed class DeathTests
{
    private static readonly XendOptions Impatient = new()
    {
        LogFile = "/nonexistent",
        DomainDestroyTimeout = TimeSpan.FromMilliseconds(200),
    };

    [Fact]
    public async Task A_domain_of_which_somebody_holds_pages_is_shown_as_dying_with_who_that_is_and_its_name_is_free()
    {
        await using var host = await SimulatedHost.StartAsync(options: Impatient);
        host.Machine.AddFile("/images/a.img");
        await using var xend = await host.StartXendAsync();
        var empty = host.Dump();
        await Sweeps.Sample.CreateAsync(host, xend.Toolstack);
        host.Hypervisor.Held.Add(1);
        host.Machine.HeldBackends[new Xend.Host.KernelBackend("vbd", 1, 51712)] = 0;

        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.DestroyAsync("linux", Guests.Root, default));

        Assert.Equal("Domain linux (1) was destroyed but does not go: Xen lists it as dying.", error.Message);
        Assert.Contains("64 KiB of its memory are held by backend vbd/1/51712 in dom0's kernel", error.Detail);
        var shown = xend.Toolstack.ListDomains().Single(domain => domain.Id == 1);
        Assert.Equal("Zombie-linux", shown.Name);
        Assert.Equal("--p--d", DomainStatus.Letters(shown.Info!));
        Assert.Equal("backend vbd/1/51712 in dom0's kernel", shown.HeldBy);
        var finding = Assert.Single(await xend.Toolstack.AuditAsync(true, Guests.Root, default));
        Assert.Contains("held by backend vbd/1/51712 in dom0's kernel", finding.What);
        Assert.False(finding.Fixed);

        // Name, disk and MAC are free; the UUID is not the question.
        var again = await xend.Toolstack.CreateAsync(Guests.Linux(uname: "file:/images/a.img"), Guests.Root, default);
        Assert.Equal("linux", again.Name);
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);

        host.Machine.HeldBackends.Clear();
        host.Hypervisor.LetGo(1);
        await Eventually.TrueAsync(() => xend.Toolstack.ListDomains().Count == 1);
        Assert.Equal(empty, host.Dump());
    }

    [Fact]
    public async Task A_managed_domain_is_halted_although_its_remains_linger_and_can_be_started_again()
    {
        await using var host = await SimulatedHost.StartAsync(options: Impatient);
        host.Machine.AddFile("/images/a.img");
        await using var xend = await host.StartXendAsync();
        await Sweeps.Sample.StartAsync(host, xend.Toolstack);
        host.Hypervisor.Held.Add(1);
        await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.DestroyAsync("linux", Guests.Root, default));
        Assert.Equal(["Domain-0", "Zombie-linux", "linux"], xend.Toolstack.ListDomains().Select(domain => domain.Name));
        await xend.Toolstack.StartAsync("linux", false, Guests.Root, default);
        Assert.Equal(
            [("Domain-0", 0u), ("Zombie-linux", 1u), ("linux", 2u)],
            xend.Toolstack.ListDomains().Select(domain => (domain.Name, domain.Id!.Value))
        );
        host.Hypervisor.LetGo(1);
        await Eventually.TrueAsync(() => xend.Toolstack.ListDomains().Count == 2);
    }

    [Fact]
    public async Task Devices_that_do_not_close_and_scripts_that_fail_do_not_keep_a_domain_from_being_destroyed()
    {
        var clock = new ImpatientClock(atOnce: false);
        await using var host = await SimulatedHost.StartAsync(clock: clock);
        host.Machine.AddFile("/images/a.img");
        await using var xend = await host.StartXendAsync();
        await Sweeps.Sample.CreateAsync(host, xend.Toolstack);
        clock.Hurry();
        host.Machine.MissingDrivers.UnionWith(["vbd", "vif"]);
        host.Scripts.Instead = (call, _) => Task.FromResult<Xend.Hotplug.ScriptResult?>(SimulatedScripts.Failed("no"));
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.Equal(["Domain-0"], xend.Toolstack.ListDomains().Select(domain => domain.Name));
        Assert.DoesNotContain("/backend/vbd/1", host.Store.Dump());

        // What the failed script left is found, because it was noted whose it was.
        host.Scripts.Instead = null;
        var findings = await xend.Toolstack.AuditAsync(true, Guests.Root, default);
        Assert.Equal(["interface", "loop"], findings.Select(finding => finding.Kind).Order());
        Assert.All(findings, finding => Assert.True(finding.Fixed));
        Assert.Empty(host.Machine.Loops);
    }

    /// <summary>As xl's <c>script=block-iscsi</c> leaves it in xenstore.</summary>
    [Fact]
    public async Task A_disk_is_disconnected_by_the_script_that_its_node_names()
    {
        await using var host = await SimulatedHost.StartAsync();
        host.Machine.AddFile("/images/a.img");
        await using var xend = await host.StartXendAsync();
        await Sweeps.Sample.CreateAsync(host, xend.Toolstack);
        await using var xl = host.Store.Client();
        await xl.WriteAsync("/local/domain/0/backend/vbd/1/51712/script", "/etc/xen/scripts/block-iscsi");
        var calls = new List<Xend.Hotplug.ScriptCall>();
        host.Scripts.Instead = (call, _) =>
        {
            calls.Add(call);
            return Task.FromResult<Xend.Hotplug.ScriptResult?>(null);
        };
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        var disk = Assert.Single(calls, call => call.Environment["XENBUS_TYPE"] == "vbd");
        Assert.Equal("/etc/xen/scripts/block-iscsi", disk.Path);
        Assert.Equal("/etc/xen/scripts/block-iscsi", disk.Environment["script"]);
        Assert.Equal(["remove"], disk.Arguments);
    }
}
