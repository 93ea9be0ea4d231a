using Simulation.Xen;
using Xend.Domains;
using Xend.Operations;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>What a guest holds between two lives.</summary>
public sealed class RestartDeviceTests
{
    [Fact]
    public async Task A_guest_whose_restart_failed_keeps_its_disk_for_the_next_attempt()
    {
        await using var host = await SimulatedHost.StartAsync(clock: new ShiftedClock());
        host.Machine.AddFile("/images/a.img");
        await using var xend = await host.StartXendAsync(new RepeatedFault("restart", "build-image", times: 1));
        await Sample.CreateAsync(host, xend.Toolstack);
        await Sample.Reboot(host, xend.Toolstack);
        await Eventually.TrueAsync(() => xend.Toolstack.FindDomain("linux") is { Operation: null, Note.State: RestartState.Waiting });

        var other = Guests.Linux(name: "other", uname: "file:/images/a.img", mac: "00:16:3e:00:00:01");
        var refusal = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(other, Guests.Root, default));
        Assert.Contains("linux", refusal.Text);

        ((ShiftedClock)host.Clock).Offset += TimeSpan.FromMinutes(1);
        xend.Toolstack.LookAgain();
        await Eventually.TrueAsync(() => Sample.IsUpAgain(xend.Toolstack, restarts: 1));
        // And what it had is free once it is gone.
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        await xend.Toolstack.CreateAsync(other, Guests.Root, default);
    }
}
