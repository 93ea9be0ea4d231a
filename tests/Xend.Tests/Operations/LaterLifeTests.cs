using Simulation.Xen;
using Sxp;
using Xend.Domains;
using Xend.Hypervisor;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>What was left open in one life of a domain, and what becomes of the domain's next.</summary>
public sealed class LaterLifeTests
{
    [Fact]
    public async Task A_dump_that_failed_is_no_business_of_the_guests_next_life()
    {
        await using var host = await StartHostAsync();
        host.Dumper.Failure = new XendError(ErrorCode.HostResource, "there is too little room");
        await using (var xend = await host.StartXendAsync())
        {
            await xend.Toolstack.NewAsync(Sample.Linux(onCrash: "coredump-destroy"), Guests.Root, default);
            await xend.Toolstack.StartAsync("linux", paused: false, Guests.Root, default);
            await Sample.EndAsync(host, xend.Toolstack, ShutdownReason.Crash, TimeSpan.FromHours(1));
            await Eventually.TrueAsync(() => xend.Toolstack.FindDomain("linux") is { Id: null, Operation: null });
            Assert.Empty(Journal(host));
            await xend.Toolstack.StartAsync("linux", paused: false, Guests.Root, default);
        }
        await AssertGoesOnAsync(host);
    }

    [Theory]
    [InlineData("destroy", 1u)]
    [InlineData("create", 1u)]
    [InlineData("create", null)]
    [InlineData("levitate", null)]
    [InlineData("levitate", 2u)]
    public async Task An_operation_that_another_daemon_left_is_not_done_to_a_later_life(string operation, uint? id)
    {
        await using var host = await StartHostAsync();
        Guid uuid;
        await using (var xend = await host.StartXendAsync())
        {
            await Sample.StartAsync(host, xend.Toolstack);
            await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
            await xend.Toolstack.StartAsync("linux", paused: false, Guests.Root, default);
            uuid = xend.Toolstack.FindDomain("linux").Uuid;
        }
        await File.WriteAllTextAsync(
            Path.Combine(host.RunDirectory, "journal", $"1000000000000-1-{uuid}.journal"),
            $"(operation {operation} {uuid} linux)\n(step remove-nodes)\n{(id is null ? "" : $"(domid {id})\n")}"
        );
        await AssertGoesOnAsync(host);
    }

    [Fact]
    public async Task A_restart_of_which_nothing_is_written_but_that_it_is_owed_is_made_up_for()
    {
        await using var host = await StartHostAsync();
        var death = new OrderedDeath("restart", "create-domain", Xend.Operations.StepMoment.Before);
        var killed = await host.StartXendAsync(death);
        await Sample.CreateAsync(host, killed.Toolstack);
        death.Arm();
        await Sample.Reboot(host, killed.Toolstack);
        await death.Happened;
        foreach (var file in Journal(host))
        {
            File.Delete(file);
        }
        await using var next = await host.StartXendAsync();
        await Eventually.TrueAsync(() => Sample.IsUpAgain(next.Toolstack, restarts: 1));
    }

    [Fact]
    public async Task A_guest_with_a_device_model_that_is_set_aside_leaves_disk_and_display_to_the_new_one()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        var config = Guests.Hvm("(vnc 1)", name: "linux");
        await xend.Toolstack.CreateAsync(new SList([.. config.Items, SList.Of("on_crash", "rename-restart")]), Guests.Root, default);
        await xend.Toolstack.UnpauseAsync("linux", Guests.Root, default);
        await Sample.EndAsync(host, xend.Toolstack, ShutdownReason.Crash, TimeSpan.FromHours(1));
        await Eventually.TrueAsync(() => Sample.IsUpAgain(xend.Toolstack, restarts: 1));
        Assert.Equal([xend.Toolstack.FindDomain("linux").Id!.Value], host.DeviceModels.Processes.Keys);
        xend.Toolstack.LookAgain();
        Assert.Contains(xend.Toolstack.ListDomains(), domain =>
            domain.Name.StartsWith("Domain-", StringComparison.Ordinal) && domain.Id == 1
        );
    }

    [Fact]
    public async Task The_heir_of_one_that_was_set_aside_keeps_its_nodes_when_the_daemon_starts_again()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Sample.Linux(onCrash: "rename-restart"), Guests.Root, default);
        await xend.Toolstack.UnpauseAsync("linux", Guests.Root, default);
        await Sample.EndAsync(host, xend.Toolstack, ShutdownReason.Crash, TimeSpan.FromHours(1));
        await Eventually.TrueAsync(() => Sample.IsUpAgain(xend.Toolstack, restarts: 1));
        var nodes = host.Store.Dump("/vm");
        await using var next = await host.StartXendAsync();
        Assert.Equal(nodes, host.Store.Dump("/vm"));
    }

    [Fact]
    public async Task Fewer_vcpus_take_the_cap_with_them_and_the_next_daemon_can_read_the_domain()
    {
        await using var host = await StartHostAsync();
        await using (var xend = await host.StartXendAsync())
        {
            await Sample.NewAsync(host, xend.Toolstack);
            await xend.Toolstack.SetSchedulingAsync("linux", null, 200, Guests.Root, default);
            await xend.Toolstack.SetVcpusAsync("linux", 1, Guests.Root, default);
        }
        await using var next = await host.StartXendAsync();
        Assert.Equal(
            (1u, (int?)100),
            (next.Toolstack.FindDomain("linux").Config!.Vcpus, next.Toolstack.FindDomain("linux").Config!.CpuCap)
        );
    }

    [Theory]
    [InlineData(2u, 1u)]
    [InlineData(200u, 128u)]
    [InlineData(512u, 160u)]
    public void As_many_vcpus_are_online_when_a_configuration_is_read_again(uint vcpus, uint online)
    {
        var config = new DomainConfigReader("vif-bridge").Read(Guests.Small("many")) with { Vcpus = vcpus, OnlineVcpus = online };
        Assert.Equal(online, new DomainConfigReader("vif-bridge").Read(DomainConfigWriter.Write(config)).OnlineVcpus);
    }

    [Fact]
    public async Task A_size_that_dom0_cannot_have_changes_nothing()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await using var store = host.Store.Client();
        await store.WriteAsync("/local/domain/0/memory/target", "1000000");
        await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.SetMemoryAsync("Domain-0", 1_000_000, Guests.Root, default));
        Assert.Equal("1000000", await store.ReadAsync("/local/domain/0/memory/target"));
    }

    private static async Task AssertGoesOnAsync(SimulatedHost host)
    {
        await using var next = await host.StartXendAsync();
        var guest = next.Toolstack.FindDomain("linux");
        Assert.Equal((2u, false, null), (guest.Id, guest.Ending, guest.Info!.Shutdown));
        Assert.Contains("/local/domain/0/backend/vbd/2/51712/state", host.Store.Dump());
        await next.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.Equal("Halted", next.Toolstack.FindDomain("linux").Id is null ? "Halted" : "runs");
    }

    private static string[] Journal(SimulatedHost host) => Directory.GetFiles(Path.Combine(host.RunDirectory, "journal"));

    private static async Task<SimulatedHost> StartHostAsync()
    {
        var host = await SimulatedHost.StartAsync(clock: new ShiftedClock());
        host.Machine.AddFile("/images/a.img");
        return host;
    }
}
