using Simulation.Xen;
using Xend.Build.Saving;
using Xend.Domains;
using Xend.Hypervisor;
using Xend.Requests;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>Managed guests that sleep; and guests whose memory is looked at.</summary>
public sealed class SuspendTests
{
    [Fact]
    public async Task A_suspended_guest_is_as_one_that_is_off_and_goes_on_as_what_it_was()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.StartAsync(host, xend.Toolstack);
        await xend.Toolstack.SuspendAsync("linux", Guests.Root, default);
        var asleep = xend.Toolstack.FindDomain("linux");
        Assert.Equal((null, PowerState.Suspended), (asleep.Id, DomainStatus.Of(asleep)));
        Assert.True(DomainStatus.Matches(asleep, "suspended"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SavingScenarios.CheckpointOn(host)));
        await xend.Toolstack.RenameAsync("linux", "linus", Guests.Root, default);
        await xend.Toolstack.ResumeAsync("linus", paused: true, Guests.Root, default);
        Assert.True(host.Hypervisor.FindDomain(2)!.Paused);
        await xend.Toolstack.UnpauseAsync("linus", Guests.Root, default);
        Assert.Equal(PowerState.Running, DomainStatus.Of(xend.Toolstack.FindDomain("linus")));
        Assert.False(File.Exists(SavingScenarios.CheckpointOn(host)));
    }

    [Fact]
    public async Task What_waits_for_a_guests_next_start_waits_while_it_sleeps_and_when_it_goes_on()
    {
        await using var host = await StartHostAsync();
        await using (var xend = await host.StartXendAsync())
        {
            await Sample.StartAsync(host, xend.Toolstack);
            await xend.Toolstack.NewAsync(Sample.Linux(memory: 300), Guests.Root, default);
            await xend.Toolstack.SuspendAsync("linux", Guests.Root, default);
        }
        await using var next = await host.StartXendAsync();
        await next.Toolstack.ResumeAsync("linux", paused: false, Guests.Root, default);
        Assert.Equal(256u, next.Toolstack.FindDomain("linux").MemoryMib);
        await next.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.Equal(300u, next.Toolstack.FindDomain("linux").MemoryMib);
    }

    [Fact]
    public async Task What_a_sleeping_guest_cannot_do_is_told_with_what_it_can()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.StartAsync(host, xend.Toolstack);
        await xend.Toolstack.SaveAsync("linux", SavingScenarios.FileOn(host), checkpoint: true, Guests.Root, default);
        await RefusedAsync("that is not suspended.", x => x.ResumeAsync("linux", paused: false, Guests.Root, default));
        await xend.Toolstack.SuspendAsync("linux", Guests.Root, default);
        await RefusedAsync("Domain is already running", x => x.StartAsync("linux", paused: false, Guests.Root, default));
        await RefusedAsync("Domain is not halted.", x => x.DeleteAsync("linux", Guests.Root, default));
        await RefusedAsync("Domain is not halted.", x => x.NewAsync(Sample.Linux(), Guests.Root, default));
        await RefusedAsync("is suspended", x => x.RestoreAsync(SavingScenarios.FileOn(host), paused: false, Guests.Root, default));
        await RefusedAsync("'linux'", x => x.CreateAsync(Sample.Linux(), Guests.Root, default));
        await RefusedAsync("'linux' is not started", x => x.SetMemoryAsync("linux", 100, Guests.Root, default));
        await RefusedAsync("Domain is not running", x => x.SuspendAsync("linux", Guests.Root, default));
        await RefusedAsync("Cannot suspend privileged domain", x => x.SuspendAsync("Domain-0", Guests.Root, default));
        await RefusedAsync("Cannot resume privileged domain", x => x.ResumeAsync("Domain-0", paused: false, Guests.Root, default));
        Assert.True(xend.Toolstack.FindDomain("linux").Suspended);

        async Task RefusedAsync(string why, Func<Xend.Operations.Toolstack, Task> act)
        {
            var error = await Assert.ThrowsAsync<XendError>(() => act(xend.Toolstack));
            Assert.Contains(why, error.Text);
        }
    }

    [Fact]
    public async Task One_that_is_not_managed_has_nowhere_to_sleep()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.SuspendAsync("linux", Guests.Root, default));
        Assert.Equal("Domain is not managed by Xend lifecycle support.", error.Message);
    }

    [Fact]
    public async Task A_checkpoint_that_is_not_whole_leaves_the_guest_asleep_and_its_file()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.StartAsync(host, xend.Toolstack);
        await xend.Toolstack.SuspendAsync("linux", Guests.Root, default);
        var whole = await File.ReadAllBytesAsync(SavingScenarios.CheckpointOn(host));
        await File.WriteAllBytesAsync(SavingScenarios.CheckpointOn(host), whole[..^1]);
        await RefusedAsync("it is cut short");
        await File.WriteAllBytesAsync(SavingScenarios.CheckpointOn(host), whole);
        host.SaveFiles.BeforeMemory = _ => throw new SaveFileException("Input/output error");
        await RefusedAsync("Input/output error");
        host.SaveFiles.BeforeMemory = null;
        await xend.Toolstack.ResumeAsync("linux", paused: false, Guests.Root, default);

        async Task RefusedAsync(string why)
        {
            var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.ResumeAsync("linux", paused: false, Guests.Root, default));
            Assert.Contains(why, error.Message);
            Assert.True(xend.Toolstack.FindDomain("linux").Suspended);
        }
    }

    [Fact]
    public async Task A_guest_is_held_while_its_memory_is_written_and_goes_on_unless_it_was_held_before()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        var paused = new List<bool>();
        host.Dumper.BeforeDump = () => paused.Add(host.Hypervisor.FindDomain(1)!.Paused);
        await DumpAsync("/cores/a", live: false);
        Assert.False(host.Hypervisor.FindDomain(1)!.Paused);
        await DumpAsync(null, live: true);
        await xend.Toolstack.PauseAsync("linux", Guests.Root, default);
        await DumpAsync("/cores/b", live: false);
        Assert.True(host.Hypervisor.FindDomain(1)!.Paused);
        Assert.Equal([true, false, true], paused);
        var paths = host.Dumper.Dumps.Select(dump => dump.Path).ToArray();
        Assert.Equal(("/cores/a", "/cores/b"), (paths[0], paths[2]));
        Assert.Matches("^/var/xen/dump/linux/[0-9]{4}-[0-9]{4}-[0-9]{4}[.][0-9]{2}-linux[.]1[.]core$", paths[1]);

        Task DumpAsync(string? path, bool live) => xend.Toolstack.DumpAsync("linux", path, live, AfterDump.GoOn, Guests.Root, default);
    }

    [Fact]
    public async Task A_core_that_cannot_be_written_ends_no_guest()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        host.Dumper.Failure = new XendError(ErrorCode.HostResource, "no room", hint: "make some");
        await RefusedAsync("/cores/a", "Failed to dump core: no room");
        await RefusedAsync(host.StateDirectory, $"Cannot dump core in a directory: {host.StateDirectory}");
        await RefusedAsync("relative", "Failed to dump core: relative cannot be a file for it");
        await RefusedAsync("/cores/a\nb", "Failed to dump core: /cores/a?b cannot be a file for it");
        Assert.False(host.Hypervisor.FindDomain(1)!.Paused);
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.DumpAsync("Domain-0", null, live: true, AfterDump.GoOn, Guests.Root, default)
        );
        Assert.Equal("Cannot dump core for privileged domain Domain-0", error.Message);

        async Task RefusedAsync(string path, string why)
        {
            var error = await Assert.ThrowsAsync<XendError>(() =>
                xend.Toolstack.DumpAsync("linux", path, live: false, AfterDump.Destroy, Guests.Root, default)
            );
            Assert.Equal(why, error.Message);
        }
    }

    [Fact]
    public async Task Afterwards_a_guest_is_destroyed_or_reset_where_somebody_wants_that()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        await xend.Toolstack.DumpAsync("linux", "/cores/a", live: false, AfterDump.Reset, Guests.Root, default);
        Assert.Equal((2u, false), (xend.Toolstack.FindDomain("linux").Id, host.Hypervisor.FindDomain(2)!.Paused));
        await xend.Toolstack.DumpAsync("linux", "/cores/b", live: false, AfterDump.Destroy, Guests.Root, default);
        Assert.DoesNotContain(xend.Toolstack.ListDomains(), domain => domain.Name == "linux");
    }

    private static async Task<SimulatedHost> StartHostAsync()
    {
        var host = await SimulatedHost.StartAsync();
        host.Machine.AddFile("/images/a.img");
        return host;
    }
}
