using Simulation.Xen;
using Xend.Domains;
using Xend.Operations;

namespace Xend.Tests.Operations;

/// <summary>When the host is looked at, and by how many at a time.</summary>
public sealed class LookTests
{
    [Fact]
    public async Task There_is_one_look_at_a_time_and_who_comes_meanwhile_shares_the_next()
    {
        var look = new SharedLook();
        var (begun, under, most) = (0, 0, 0);
        var release = new TaskCompletionSource();
        async Task LookAsync()
        {
            Interlocked.Increment(ref begun);
            most = Math.Max(most, Interlocked.Increment(ref under));
            await release.Task;
            Interlocked.Decrement(ref under);
        }
        var first = look.RunAsync(LookAsync, default);
        await Eventually.TrueAsync(() => Volatile.Read(ref begun) == 1);
        var late = Enumerable.Range(0, 10).Select(_ => look.RunAsync(LookAsync, default)).ToList();
        release.SetResult();
        await first;
        await Task.WhenAll(late);
        Assert.Equal((2, 1), (begun, most));
    }

    [Fact]
    public async Task A_look_that_fails_fails_for_all_who_share_it_and_the_next_is_made()
    {
        var look = new SharedLook();
        await Assert.ThrowsAsync<IOException>(() => look.RunAsync(() => throw new IOException("no"), default));
        await look.RunAsync(() => Task.CompletedTask, default);
    }

    [Fact]
    public async Task Many_looks_at_once_see_a_dead_device_model_once()
    {
        await using var host = await SimulatedHost.StartAsync();
        host.Machine.AddFile("/images/a.img");
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Hvm("", name: "hvm"), Guests.Root, default);
        await xend.Toolstack.UnpauseAsync("hvm", Guests.Root, default);
        host.DeviceModels.Processes.Clear();
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(number => Task.Run(() => xend.Toolstack.NewAsync(Guests.Small($"guest{number}"), Guests.Root, default)))
        );
        await Eventually.TrueAsync(() => xend.Toolstack.ListTasks().Count == 0);
        Assert.Single(host.Warnings, line => line.Contains("The device model of", StringComparison.Ordinal));
        Assert.Single(host.Warnings, line => line.Contains("Domain has crashed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_guest_that_another_tool_destroys_leaves_the_list_soon_after_Xen_has_freed_it()
    {
        await using var host = await SimulatedHost.StartAsync(clock: new ClockWithoutLongTimers(stands: true));
        await using var xend = await host.StartXendAsync();
        var guest = await xend.Toolstack.CreateAsync(Guests.Small("linux"), Guests.Root, default);
        host.Hypervisor.Held.Add(guest.Id!.Value);
        var before = host.Hypervisor.Calls["xc_domain_getinfolist"];
        host.Hypervisor.DestroyDomain(guest.Id.Value);
        // The event of its death; there is none when the last of its pages is freed. More looks than the event makes are made in haste.
        xend.Toolstack.LookAgain();
        await Eventually.TrueAsync(() => host.Hypervisor.Calls["xc_domain_getinfolist"] > before + 10);
        host.Hypervisor.LetGo(guest.Id.Value, heard: false);
        await Eventually.TrueAsync(() => xend.Toolstack.ListDomains().All(domain => domain.Name != "linux"));
    }
}
