using Simulation.Xen;
using Xend.Hotplug;

namespace Xend.Tests.Operations;

/// <summary>A block script that hangs in the kernel (state D): SIGKILL does not end it, and nobody may wait for it.</summary>
public sealed class StuckScriptTests
{
    [Fact]
    public async Task A_creation_whose_script_cannot_be_killed_is_undone_and_the_next_guest_is_served()
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        host.Scripts.Instead = StuckForDisks;
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(Linux(), Guests.Root, default));
        Assert.Contains("create linux, step connect-vbd-51712", error.Text);
        Assert.Contains("hangs in the kernel", error.Text);
        Assert.Single(host.Hypervisor.ListDomains());
        Assert.DoesNotContain(xend.Toolstack.ListDomains(), domain => domain.Name == "linux");

        host.Scripts.Instead = null;
        await xend.Toolstack.CreateAsync(Linux(), Guests.Root, default);
    }

    [Fact]
    public async Task A_guest_whose_script_cannot_be_killed_can_be_destroyed_all_the_same()
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Linux(), Guests.Root, default);
        host.Scripts.Instead = StuckForDisks;
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.Single(host.Hypervisor.ListDomains());
        Assert.DoesNotContain(xend.Toolstack.ListDomains(), domain => domain.Name == "linux");
        Assert.Contains(host.Warnings, line => line.Contains("hangs in the kernel"));
    }

    private static async Task<SimulatedHost> StartAsync()
    {
        var host = await SimulatedHost.StartAsync();
        host.Machine.AddFile("/images/a.img");
        return host;
    }

    private static Sxp.SList Linux() => Guests.Linux(uname: "file:/images/a.img");

    private static Task<ScriptResult?> StuckForDisks(ScriptCall call, CancellationToken cancellation) =>
        Task.FromResult(
            call.Environment.GetValueOrDefault("XENBUS_PATH", "").StartsWith("backend/vbd", StringComparison.Ordinal)
                ? new ScriptResult(ScriptOutcome.Undying, 137, "", TimeSpan.FromSeconds(105))
                : null
        );
}
