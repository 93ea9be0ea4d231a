using Simulation.Xen;
using Xend.Devices;
using Xend.Hosting;
using Xend.Hotplug;
using XenStore;

namespace Xend.Tests.Operations;

/// <summary>Taking a device from a guest that runs: it is asked, and may be busy.</summary>
public sealed class UnplugTests
{
    [Theory]
    [InlineData("vbd", 51712u, "remove")]
    [InlineData("vif", 0u, "offline")]
    public async Task A_device_that_the_guest_lets_go_of_is_disconnected_by_its_script_and_gone(string name, uint id, string verb)
    {
        await using var host = await SimulatedHost.StartAsync();
        host.Machine.AddFile("/images/a.img");
        await using var xend = await host.StartXendAsync();
        await Sweeps.Sample.CreateAsync(host, xend.Toolstack);
        var calls = new List<ScriptCall>();
        host.Scripts.Instead = (call, _) =>
        {
            calls.Add(call);
            return Task.FromResult<ScriptResult?>(null);
        };
        var address = new DeviceAddress(name, 1, id);
        await using var guest = host.Store.Client();
        var letsGo = LetGoAsync(guest, address);

        Assert.Null(await BackendClasses.In(name).UnplugAsync(xend.Rooms.Host, address, default));

        await letsGo;
        Assert.Equal(verb, Assert.Single(calls).Arguments[0]);
        Assert.DoesNotContain(address.BackendPath, host.Store.Dump());
        Assert.DoesNotContain(address.FrontendPath, host.Store.Dump());
    }

    [Fact]
    public async Task A_device_that_the_guest_keeps_stays_connected_and_the_error_says_who_is_busy()
    {
        var options = new XendOptions { LogFile = "/nonexistent", DeviceDestroyTimeout = TimeSpan.FromMilliseconds(200) };
        await using var host = await SimulatedHost.StartAsync(options: options);
        host.Machine.AddFile("/images/a.img");
        await using var xend = await host.StartXendAsync();
        await Sweeps.Sample.CreateAsync(host, xend.Toolstack);
        var address = new DeviceAddress("vbd", 1, 51712);
        await using var guest = host.Store.Client();
        await guest.WriteAsync($"{address.FrontendPath}/state", "4");
        var before = host.Dump();

        var error = await Assert.ThrowsAsync<XendError>(() => BackendClasses.In("vbd").UnplugAsync(xend.Rooms.Host, address, default));

        Assert.Equal("Device 51712 (vbd) could not be disconnected.", error.Message);
        Assert.Contains("its end is Connected", error.Detail);
        Assert.Equal(before, host.Dump());
    }

    /// <summary>As a frontend driver does whose device nobody uses.</summary>
    private static async Task LetGoAsync(XenStoreClient guest, DeviceAddress address)
    {
        await using var watch = await guest.WatchAsync(address.BackendNode("state"));
        await foreach (var _ in watch.ReadAllAsync(default))
        {
            if (await guest.ReadAsync(address.BackendNode("state")) == "5")
            {
                await guest.WriteAsync($"{address.FrontendPath}/state", "6");
                // The backend looks at what happens to its own nodes.
                await guest.WriteAsync(address.BackendNode("state"), "5");
                return;
            }
        }
    }
}
