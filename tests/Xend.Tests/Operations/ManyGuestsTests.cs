using Simulation.Xen;
using Xend.Hotplug;
using Xunit.Abstractions;

namespace Xend.Tests.Operations;

/// <summary>Guests with two disks and an interface each, many of them.</summary>
public sealed class ManyGuestsTests(ITestOutputHelper output)
{
    private const int Guests = 20;

    /// <summary>It takes some 300: a device is some twenty nodes at both ends.</summary>
    private const long MostRequests = 400;

    [Fact]
    public async Task A_create_asks_xenstore_no_more_often_where_there_are_many_guests()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        var requests = new List<long>();
        for (var number = 1; number <= Guests; number++)
        {
            var before = xend.StoreRequests.Requests;
            await xend.Toolstack.CreateAsync(Guest(number), Operations.Guests.Root, default);
            requests.Add(xend.StoreRequests.Requests - before);
        }
        output.WriteLine($"requests of the 1st, 10th, 20th create: {requests[0]}, {requests[9]}, {requests[19]}");
        Assert.InRange(requests.Max(), 1, MostRequests);
        // How often a wait has to look differs by a few.
        Assert.InRange(requests[10..].Average(), 0, requests[..10].Average() + 10);
    }

    [Fact]
    public async Task Guests_that_start_at_once_all_come_up_and_no_script_is_started_twice()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        var scripts = new System.Collections.Concurrent.ConcurrentBag<string>();
        host.Scripts.Instead = (call, _) =>
        {
            scripts.Add($"{call} {call.Environment["XENBUS_PATH"]}");
            return Task.FromResult<ScriptResult?>(null);
        };
        await Task.WhenAll(
            Enumerable.Range(1, Guests).Select(number => xend.Toolstack.CreateAsync(Guest(number), Operations.Guests.Root, default))
        );
        Assert.Equal(Guests * 3, scripts.Count);
        Assert.Equal(scripts.Count, scripts.Distinct().Count());
        Assert.Equal(Guests * 2, host.Machine.Loops.Count);
    }

    private static Sxp.SList Guest(int number) =>
        (Sxp.SList)
            Sxp.SxpReader.Read(
                $"(vm (name many{number}) (memory 16) (vcpus 1) (image (linux (kernel /boot/vmlinux) (args ''))) (device (vbd (uname "
                    + $"file:/images/{number}-a.img) (dev xvda) (mode w))) (device (vbd (uname file:/images/{number}-b.img) (dev xvdb) (mode "
                    + $"w))) (device (vif (bridge eth0) (mac 00:16:3e:00:03:{number:x2}))))"
            );

    private static async Task<SimulatedHost> StartHostAsync()
    {
        var host = await SimulatedHost.StartAsync();
        for (var number = 1; number <= Guests; number++)
        {
            host.Machine.AddFile($"/images/{number}-a.img");
            host.Machine.AddFile($"/images/{number}-b.img");
        }
        return host;
    }
}
