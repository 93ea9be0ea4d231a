using Simulation.Xen;
using Sxp;
using Xend.Domains;
using Xend.Hypervisor;
using Xend.Operations;
using Xend.Operations.HostLife;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>Guests that come and go with the host.</summary>
public sealed class HostLifeTests
{
    [Fact]
    public async Task Guests_start_in_their_order_and_one_that_fails_keeps_no_other_from_it()
    {
        await using var host = await SimulatedHost.StartAsync(clock: new ImpatientClock());
        await using (var first = await host.StartXendAsync())
        {
            await NewAsync(first, "web", "(start_order 20)");
            await NewAsync(first, "database", "(start_order 10) (start_delay 30)");
            await NewAsync(first, "broken", "(start_order 15)", kernel: "/boot/none");
            await NewAsync(first, "also-first", "(start_order 10)");
            await NewAsync(first, "not-by-itself", "(on_xend_start ignore) (start_order 1)");
        }
        await using var xend = await host.StartXendAsync();
        var times = new List<(string Name, long Time)>();
        host.Builder.BeforeBuild = (request, _) =>
        {
            var uuid = host.Hypervisor.FindDomain(request.DomainId)!.Uuid;
            times.Add((xend.Toolstack.FindDomain(uuid.ToString()).Name, host.Clock.GetTimestamp()));
            return Task.CompletedTask;
        };
        await xend.Toolstack.StartGuestsAsync(default);
        Assert.Equal(["also-first", "database", "web"], times.Select(start => start.Name));
        Assert.True(host.Clock.GetElapsedTime(times[1].Time, times[2].Time) >= TimeSpan.FromSeconds(30));
        Assert.Equal(PowerState.Halted, DomainStatus.Of(xend.Toolstack.FindDomain("broken")));
        Assert.Equal(PowerState.Halted, DomainStatus.Of(xend.Toolstack.FindDomain("not-by-itself")));
        Assert.Equal(PowerState.Running, DomainStatus.Of(xend.Toolstack.FindDomain("web")));
    }

    [Fact]
    public async Task The_next_guest_waits_until_the_one_before_can_be_shut_down()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        await using var guest = host.Store.Client();
        await NewAsync(xend, "one", "(start_order 1) (start_wait shutdown-capable)");
        await NewAsync(xend, "two", "(start_order 2)");
        var starting = xend.Toolstack.StartGuestsAsync(default);
        await Eventually.TrueAsync(() => DomainStatus.Of(xend.Toolstack.FindDomain("one")) == PowerState.Running);
        await Task.Delay(100);
        Assert.Equal(PowerState.Halted, DomainStatus.Of(xend.Toolstack.FindDomain("two")));
        await guest.WriteAsync($"/local/domain/{xend.Toolstack.FindDomain("one").Id}/control/feature-poweroff", "1");
        await starting;
        Assert.Equal(PowerState.Running, DomainStatus.Of(xend.Toolstack.FindDomain("two")));
    }

    [Fact]
    public async Task A_guest_that_never_comes_up_holds_the_next_one_up_for_its_limit_only()
    {
        await using var host = await SimulatedHost.StartAsync(clock: new ImpatientClock());
        await using var xend = await host.StartXendAsync();
        await NewAsync(xend, "one", "(start_order 1) (start_wait shutdown-capable)");
        await NewAsync(xend, "two", "(start_order 2)");
        await xend.Toolstack.StartGuestsAsync(default).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(PowerState.Running, DomainStatus.Of(xend.Toolstack.FindDomain("two")));
    }

    [Fact]
    public async Task What_runs_already_is_not_started_again()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using (var first = await host.StartXendAsync())
        {
            await NewAsync(first, "one", "");
            await first.Toolstack.StartGuestsAsync(default);
        }
        await using var next = await host.StartXendAsync();
        await next.Toolstack.StartGuestsAsync(default);
        Assert.Equal(1u, next.Toolstack.FindDomain("one").Id);
    }

    [Fact]
    public async Task A_host_that_goes_down_ends_its_guests_in_reverse_and_those_that_do_not_hear_by_force()
    {
        await using var host = await SimulatedHost.StartAsync(clock: new ImpatientClock());
        await using var xend = await host.StartXendAsync();
        await using var guests = host.Store.Client();
        await NewAsync(xend, "database", "(start_order 10) (on_poweroff restart)");
        await NewAsync(xend, "web", "(start_order 20)");
        await NewAsync(xend, "deaf", "(start_order 30)");
        await xend.Toolstack.StartGuestsAsync(default);
        await xend.Toolstack.CreateAsync(Guests.Small("paused"), Guests.Root, default);
        var ids = new[] { "database", "web", "deaf" }.ToDictionary(name => name, name => xend.Toolstack.FindDomain(name).Id!.Value);
        var asked = new List<string>();
        using var over = new CancellationTokenSource();
        var answering = AnswerAsync();

        await xend.Toolstack.StopGuestsAsync(TimeSpan.FromSeconds(60), "", Guests.Root, default);

        await over.CancelAsync();
        await answering;
        Assert.Equal(["deaf", "web", "database"], asked);
        Assert.Equal(["Domain-0"], host.Hypervisor.ListDomains().Select(domain => domain.Id == 0 ? "Domain-0" : "guest"));
        Assert.Equal(["Domain-0", "database", "deaf", "web"], xend.Toolstack.ListDomains().Select(domain => domain.Name));

        async Task AnswerAsync()
        {
            while (!over.IsCancellationRequested)
            {
                foreach (var (name, id) in ids)
                {
                    if (!asked.Contains(name) && await guests.ReadAsync($"/local/domain/{id}/control/shutdown") == "poweroff")
                    {
                        asked.Add(name);
                        if (name != "deaf")
                        {
                            host.Hypervisor.ShutdownDomain(id, ShutdownReason.Poweroff);
                        }
                    }
                }
                await Task.Delay(1);
            }
        }
    }

    [Fact]
    public async Task Guests_that_are_still_being_started_when_the_host_goes_down_are_not_started_any_more()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        await NewAsync(xend, "one", "(start_order 1)");
        await NewAsync(xend, "two", "(start_order 2)");
        await NewAsync(xend, "three", "(start_order 3)");
        var building = new TaskCompletionSource();
        host.Builder.BeforeBuild = async (request, cancellation) =>
        {
            if (host.Hypervisor.FindDomain(request.DomainId)!.Uuid == xend.Toolstack.FindDomain("two").Uuid && building.TrySetResult())
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }
        };
        var starting = xend.Toolstack.StartGuestsAsync(default);
        await building.Task;

        await xend.Toolstack.StopGuestsAsync(TimeSpan.Zero, "", Guests.Root, default);

        await starting;
        Assert.Single(host.Hypervisor.ListDomains());
        Assert.All(new[] { "one", "two", "three" }, name =>
            Assert.Equal(PowerState.Halted, DomainStatus.Of(xend.Toolstack.FindDomain(name)))
        );
        Assert.DoesNotContain(host.Warnings, line => line.Contains("autostart"));
    }

    [Fact]
    public async Task A_start_that_waits_for_the_guest_before_it_is_given_up_when_the_host_goes_down()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        // Nobody in it will ever say that it can be shut down, and the wait's own limit is minutes.
        await NewAsync(xend, "one", "(start_order 1) (start_wait shutdown-capable)");
        await NewAsync(xend, "two", "(start_order 2)");
        var starting = xend.Toolstack.StartGuestsAsync(default);
        await Eventually.TrueAsync(() => xend.Toolstack.FindDomain("one") is { Operation: null, Info.Paused: false });

        await xend.Toolstack.StopGuestsAsync(TimeSpan.Zero, "", Guests.Root, default).WaitAsync(TimeSpan.FromSeconds(20));

        await starting.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Single(host.Hypervisor.ListDomains());
        Assert.All(new[] { "one", "two" }, name => Assert.Equal(PowerState.Halted, DomainStatus.Of(xend.Toolstack.FindDomain(name))));
    }

    [Fact]
    public async Task A_daemon_that_stops_asks_those_that_want_it_and_waits_for_none()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        await using var guests = host.Store.Client();
        await NewAsync(xend, "goes", "(on_xend_stop shutdown)");
        await NewAsync(xend, "stays", "");
        await xend.Toolstack.StartGuestsAsync(default);
        await xend.Toolstack.ApplyStopPoliciesAsync(default);
        Assert.Equal("poweroff", await guests.ReadAsync($"/local/domain/{xend.Toolstack.FindDomain("goes").Id}/control/shutdown"));
        Assert.Equal("", await guests.ReadAsync($"/local/domain/{xend.Toolstack.FindDomain("stays").Id}/control/shutdown"));
    }

    [Fact]
    public async Task A_host_that_goes_down_saves_its_guests_where_there_is_a_place_for_that()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        var saved = Path.Combine(host.StateDirectory, "saved");
        await NewAsync(xend, "kept", "");
        await xend.Toolstack.StartGuestsAsync(default);
        await xend.Toolstack.CreateAsync(Guests.Small("made"), Guests.Root, default);
        await xend.Toolstack.UnpauseAsync("made", Guests.Root, default);
        await xend.Toolstack.StopGuestsAsync(TimeSpan.FromSeconds(60), saved, Guests.Root, default);
        Assert.Single(host.Hypervisor.ListDomains());
        Assert.Equal(PowerState.Suspended, DomainStatus.Of(xend.Toolstack.FindDomain("kept")));
        var checkpoint = xend.Rooms.Domains.Files.CheckpointOf(xend.Toolstack.FindDomain("kept").Uuid);
        Assert.Equal(checkpoint, new FileInfo(Path.Combine(saved, "kept")).LinkTarget);
        await xend.Toolstack.RestoreAsync(Path.Combine(saved, "made"), paused: false, Guests.Root, default);
        Assert.Equal(PowerState.Running, DomainStatus.Of(xend.Toolstack.FindDomain("made")));
    }

    [Fact]
    public async Task A_guest_that_cannot_be_saved_when_the_host_goes_down_is_ended_as_any_other()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        host.SaveFiles.BeforeMemory = _ => throw new Xend.Build.Saving.SaveFileException("No space left on device");
        await xend.Toolstack.CreateAsync(Guests.Small("made"), Guests.Root, default);
        await xend.Toolstack.UnpauseAsync("made", Guests.Root, default);
        await xend.Toolstack.StopGuestsAsync(TimeSpan.Zero, host.StateDirectory, Guests.Root, default);
        Assert.Single(host.Hypervisor.ListDomains());
        Assert.Contains(host.Warnings, line => line.Contains("No space left on device"));
    }

    [Fact]
    public async Task A_daemon_that_stops_suspends_those_that_want_it_and_the_next_one_lets_them_go_on()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using (var xend = await host.StartXendAsync())
        {
            await NewAsync(xend, "sleeps", "(on_xend_stop suspend)");
            await xend.Toolstack.StartGuestsAsync(default);
            await xend.Toolstack.CreateAsync(Config("made", "(on_xend_stop suspend)"), Guests.Root, default);
            await xend.Toolstack.UnpauseAsync("made", Guests.Root, default);
            await xend.Toolstack.ApplyStopPoliciesAsync(default);
            Assert.Equal(PowerState.Suspended, DomainStatus.Of(xend.Toolstack.FindDomain("sleeps")));
            Assert.Equal(PowerState.Running, DomainStatus.Of(xend.Toolstack.FindDomain("made")));
            Assert.Contains(host.Warnings, line => line.Contains("\"made\" is to be suspended") && line.Contains("xm new"));
        }
        await using var next = await host.StartXendAsync();
        Assert.Equal(PowerState.Suspended, DomainStatus.Of(next.Toolstack.FindDomain("sleeps")));
        await next.Toolstack.StartGuestsAsync(default);
        Assert.Equal(PowerState.Running, DomainStatus.Of(next.Toolstack.FindDomain("sleeps")));
        Assert.False(next.Rooms.Domains.Files.HasCheckpoint(next.Toolstack.FindDomain("sleeps").Uuid));
    }

    [Theory]
    [InlineData("(start_wait soon)", "start_wait: 'soon' is none")]
    [InlineData("(start_order x)", "start_order: a whole number is needed")]
    [InlineData("(start_delay 100000)", "start_delay: 100000 is out of range")]
    public void A_wrong_order_is_told(string wrong, string sentence)
    {
        var error = Assert.Throws<XendError>(() => new DomainConfigReader("vif-bridge").Read(Config("one", wrong)));
        Assert.Contains(sentence, error.Message);
    }

    private static Task NewAsync(SimulatedXend xend, string name, string more, string kernel = "/boot/vmlinux") =>
        xend.Toolstack.NewAsync(Config(name, more, kernel), Guests.Root, default);

    private static SList Config(string name, string more, string kernel = "/boot/vmlinux") =>
        (SList)
            SxpReader.Read(
                $"(vm (name {name}) (memory 16) (vcpus 1) {more} (on_xend_start start) (image (linux (kernel {kernel}) (args ''))))"
            );
}
