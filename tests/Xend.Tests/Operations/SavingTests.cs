using Simulation.Xen;
using Xend.Build.Saving;
using Xend.Domains;
using Xend.Operations.Plans;
using Xend.Operations.Steps;
using Xend.Persistence;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>Guests that go into files and come out of them.</summary>
public sealed class SavingTests
{
    [Fact]
    public async Task A_saved_guest_is_gone_and_comes_back_as_what_it_was()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        await Sample.CreateAsync(host, xend.Toolstack);
        await xend.Toolstack.SetMemoryAsync("linux", 200, Guests.Root, default);
        await Eventually.TrueAsync(() => host.Hypervisor.FindDomain(1)!.CurrentMemoryKib == 200 * 1024);
        await SaveAsync(host, xend);
        Assert.DoesNotContain(xend.Toolstack.ListDomains(), domain => domain.Name == "linux");
        Assert.Equal(before.TrimEnd(), host.Dump().Replace(FileOn(host), "").TrimEnd());

        var back = await xend.Toolstack.RestoreAsync(FileOn(host), paused: false, Guests.Root, default);
        Assert.Equal(("linux", Guid.Parse(Sample.Id), 2u, 200u), (back.Name, back.Uuid, back.Id, back.Config!.MemoryMib));
        Assert.False(host.Hypervisor.FindDomain(2)!.Paused);
        Assert.DoesNotContain(2u, host.Hypervisor.CpuPolicies.Keys);
        Assert.Contains("backend/vbd/2/51712/hotplug-status = connected", host.Store.Dump().Replace("\"", ""));
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        File.Delete(FileOn(host));
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task One_that_is_restored_paused_stays_so_until_somebody_lets_it_go()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        await SaveAsync(host, xend);
        await xend.Toolstack.RestoreAsync(FileOn(host), paused: true, Guests.Root, default);
        Assert.True(host.Hypervisor.FindDomain(2)!.Paused);
        await xend.Toolstack.UnpauseAsync("linux", Guests.Root, default);
        Assert.False(host.Hypervisor.FindDomain(2)!.Paused);
    }

    [Fact]
    public async Task A_managed_guest_is_halted_while_it_is_in_its_file()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.StartAsync(host, xend.Toolstack);
        await SaveAsync(host, xend);
        Assert.Equal(DomainState.Halted, xend.Rooms.Domains.Resolve("linux")!.State);
        await xend.Toolstack.RestoreAsync(FileOn(host), paused: false, Guests.Root, default);
        var back = xend.Rooms.Domains.Resolve("linux")!;
        Assert.Equal((DomainState.Running, true), (back.State, back.Managed));
    }

    [Fact]
    public async Task The_device_model_of_a_fully_virtualized_guest_goes_on_from_its_state()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateWithDriveAsync(host, xend.Toolstack);
        await SaveAsync(host, xend);
        Assert.Equal(["stop", "save"], host.DeviceModels.Orders.Where(order => order is "stop" or "save" or "cont"));
        Assert.False(File.Exists(Path.Combine(host.StateDirectory, "qemu-save.1")));

        await xend.Toolstack.RestoreAsync(FileOn(host), paused: false, Guests.Root, default);
        var started = host.DeviceModels.Started.Last();
        Assert.Equal(["-incoming", "fd:3"], started.Arguments.TakeLast(2));
        var state = await File.ReadAllBytesAsync(FileOn(host));
        Assert.StartsWith("the state of domain 1", System.Text.Encoding.ASCII.GetString(state[(int)started.State!.Offset..]));
    }

    [Fact]
    public async Task What_an_earlier_domain_of_that_number_left_of_its_file_is_in_nobodys_way()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        File.WriteAllText(FileOn(host) + ".1-incomplete", "a part");
        await SaveAsync(host, xend);
        Assert.False(File.Exists(FileOn(host) + ".1-incomplete"));
        await xend.Toolstack.RestoreAsync(FileOn(host), paused: false, Guests.Root, default);
    }

    [Fact]
    public async Task After_a_checkpoint_the_guest_goes_on()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateWithDriveAsync(host, xend.Toolstack);
        var before = host.Dump();
        await xend.Toolstack.SaveAsync("linux", FileOn(host), checkpoint: true, Guests.Root, default);
        File.Delete(FileOn(host));
        Assert.Equal(before, host.Dump());
        Assert.Null(host.Hypervisor.FindDomain(1)!.Shutdown);
    }

    [Fact]
    public async Task A_guest_whose_file_cannot_be_written_goes_on_and_there_is_no_file()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateWithDriveAsync(host, xend.Toolstack);
        var before = host.Dump();
        host.SaveFiles.BeforeMemory = _ => throw new SaveFileException("No space left on device", null, "Make room on the file system.");
        var error = await Assert.ThrowsAsync<XendError>(() => SaveAsync(host, xend));
        Assert.StartsWith($"linux cannot be saved to {FileOn(host)}: No space left on device", error.Message);
        Assert.Equal(before, host.Dump());
        Assert.Null(host.Hypervisor.FindDomain(1)!.Shutdown);
    }

    [Fact]
    public async Task A_save_that_is_cancelled_lets_the_guest_go_on()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        var before = host.Dump();
        using var cancel = new CancellationTokenSource();
        host.SaveFiles.BeforeMemory = async turn =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, turn);
        };
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.SaveAsync("linux", FileOn(host), checkpoint: false, Guests.Root, cancel.Token)
        );
        Assert.Equal(ErrorCode.Cancelled, error.Code);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task What_cannot_be_saved_is_told_and_nothing_changes()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Sample.Linux(), Guests.Root, default);
        var before = host.Dump();
        await RefusedAsync("linux", FileOn(host), "linux cannot be saved while it is paused");
        await RefusedAsync("Domain-0", FileOn(host), "Cannot save privileged domain Domain-0");
        await RefusedAsync("none", FileOn(host), "none");
        await RefusedAsync("linux", host.StateDirectory, $"can't write guest state file {host.StateDirectory}: there is a directory");
        await RefusedAsync("linux", "/dev/null", "there is something that is no file");
        await RefusedAsync("linux", "relative", "relative cannot be a file of a saved guest");
        await RefusedAsync("linux", "/tmp/a\nb", "cannot be a file of a saved guest");
        Assert.Equal(before, host.Dump());

        async Task RefusedAsync(string domain, string path, string why)
        {
            var error = await Assert.ThrowsAsync<XendError>(() =>
                xend.Toolstack.SaveAsync(domain, path, checkpoint: false, Guests.Root, default)
            );
            Assert.Contains(why, error.Message);
        }
    }

    [Fact]
    public async Task A_guest_that_has_not_given_back_its_memory_is_not_saved_for_there_would_be_no_room_for_it()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        host.Balloons.Deaf[1] = default;
        await xend.Toolstack.SetMemoryAsync("linux", 100, Guests.Root, default);
        var error = await Assert.ThrowsAsync<XendError>(() => SaveAsync(host, xend));
        Assert.StartsWith("linux cannot be saved: it has more memory than its configuration says.", error.Message);
        Assert.Null(host.Hypervisor.FindDomain(1)!.Shutdown);
    }

    /// <summary>An older file of that name, or a daemon that had begun to take all back, says nothing of the guest.</summary>
    [Fact]
    public void A_guest_is_taken_for_saved_only_where_its_own_file_has_the_name_and_nobody_took_that_back()
    {
        var directory = Directory.CreateTempSubdirectory();
        try
        {
            var place = Path.Combine(directory.FullName, "linux.save");
            var none = new UnfinishedOperation("journal", "save", Guid.NewGuid(), "linux", 1, "remove-save-file");
            Assert.False(SavePlan.IsKept(none));
            File.WriteAllText(place + ".1-incomplete", "new");
            File.WriteAllText(place, "old");
            var identity = SaveFiles.IdentityOf(place + ".1-incomplete")!;
            var known = none with { Notes = none.Notes.Add(SaveNotes.Place, place).Add(SaveNotes.Identity, identity) };
            Assert.False(SavePlan.IsKept(known));
            File.Delete(place + ".1-incomplete");
            Assert.False(SavePlan.IsKept(known));
            File.WriteAllText(place + ".1-incomplete", "new");
            identity = SaveFiles.IdentityOf(place + ".1-incomplete")!;
            SaveFiles.Rename(place + ".1-incomplete", place);
            known = known with { Notes = known.Notes.SetItem(SaveNotes.Identity, identity) };
            Assert.True(SavePlan.IsKept(known));
            Assert.False(SavePlan.IsKept(known with { Notes = known.Notes.Add(SaveNotes.GivenUp, "1") }));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task What_cannot_be_restored_is_told_before_there_is_a_domain()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        await xend.Toolstack.SaveAsync("linux", FileOn(host), checkpoint: true, Guests.Root, default);
        await RefusedAsync("Domain 'linux' already exists with ID '1'");
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        var whole = await File.ReadAllBytesAsync(FileOn(host));
        await File.WriteAllBytesAsync(FileOn(host), whole[..^1]);
        await RefusedAsync($"can't read guest state file {FileOn(host)}: not a valid guest state file: it is cut short");
        Assert.Equal(2u, host.Hypervisor.NextDomainId);

        async Task RefusedAsync(string why)
        {
            var error = await Assert.ThrowsAsync<XendError>(() =>
                xend.Toolstack.RestoreAsync(FileOn(host), paused: false, Guests.Root, default)
            );
            Assert.Equal(why, error.Message);
        }
    }

    private static Task SaveAsync(SimulatedHost host, SimulatedXend xend) =>
        xend.Toolstack.SaveAsync("linux", FileOn(host), checkpoint: false, Guests.Root, default);

    private static string FileOn(SimulatedHost host) => Path.Combine(host.StateDirectory, "linux.save");

    private static async Task<SimulatedHost> StartHostAsync()
    {
        var host = await SimulatedHost.StartAsync();
        host.Machine.AddFile("/images/a.img");
        return host;
    }
}
