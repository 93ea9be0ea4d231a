using System.Collections.Concurrent;
using Simulation.Xen;
using Xend.Domains;
using Xend.Hypervisor;
using Xend.Operations;
using Xend.Operations.Policies;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>What becomes of a guest that ended, with a clock that the tests move.</summary>
public sealed class PolicyTests
{
    [Theory]
    [InlineData("destroy", "")]
    [InlineData("restart", "linux running")]
    [InlineData("preserve", "linux crashed")]
    [InlineData("rename-restart", "Domain-NEW crashed, linux running")]
    [InlineData("coredump-destroy", "")]
    [InlineData("coredump-restart", "linux running")]
    public async Task A_crash_is_followed_by_what_on_crash_says(string action, string expected)
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await StartAsync(xend.Toolstack, onCrash: action);
        await EndAsync(host, xend.Toolstack, ShutdownReason.Crash, TimeSpan.FromHours(1));
        await Eventually.TrueAsync(() => Describe(xend.Toolstack) == expected, () => Describe(xend.Toolstack));
        Assert.Equal(action.StartsWith("coredump", StringComparison.Ordinal) ? 1 : 0, host.Dumper.Dumps.Count);
    }

    [Theory]
    [InlineData(ShutdownReason.Poweroff, "linux halted")]
    [InlineData(ShutdownReason.Reboot, "linux running")]
    [InlineData(ShutdownReason.Watchdog, "linux running")]
    public async Task Each_end_has_its_own_action(ShutdownReason reason, string expected)
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await StartAsync(xend.Toolstack);
        await EndAsync(host, xend.Toolstack, reason, TimeSpan.FromHours(1));
        await Eventually.TrueAsync(() => Describe(xend.Toolstack) == expected, () => Describe(xend.Toolstack));
    }

    [Fact]
    public async Task A_destruction_that_fails_is_tried_again_until_the_domain_is_gone()
    {
        await using var host = await StartHostAsync();
        var fault = new RepeatedFault("destroy", "destroy-domain", times: 2);
        await using var xend = await host.StartXendAsync(fault);
        await StartAsync(xend.Toolstack, onCrash: "destroy");
        await EndAsync(host, xend.Toolstack, ShutdownReason.Crash, TimeSpan.FromHours(1));
        await Eventually.TrueAsync(() => Describe(xend.Toolstack) == "", () => Describe(xend.Toolstack));
        Assert.Equal(0, fault.Left);
        Assert.Single(host.Hypervisor.ListDomains());
    }

    [Fact]
    public async Task A_dead_domain_that_is_kept_beside_the_new_one_has_a_UUID_of_its_own_and_holds_no_device()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await StartAsync(xend.Toolstack, onCrash: "rename-restart");
        var uuid = xend.Toolstack.FindDomain("linux").Uuid;
        await EndAsync(host, xend.Toolstack, ShutdownReason.Crash, TimeSpan.FromHours(1));
        await Eventually.TrueAsync(() => Describe(xend.Toolstack) == "Domain-NEW crashed, linux running");
        var dead = xend.Toolstack.ListDomains().Single(domain => domain.Name.StartsWith("Domain-") && domain.Id > 0);
        Assert.Equal($"Domain-{dead.Uuid}", dead.Name);
        Assert.Equal(1u, dead.Id);
        Assert.Equal(uuid, xend.Toolstack.FindDomain("linux").Uuid);
        Assert.DoesNotContain(host.Machine.Interfaces.Keys, name => name == "vif1.0");

        // It is taken back with the others, and goes when it is destroyed.
        await using var next = await host.StartXendAsync();
        Assert.Equal("Domain-NEW crashed, linux running", Describe(next.Toolstack));
        await next.Toolstack.DestroyAsync(dead.Name, Guests.Root, default);
        Assert.Equal("linux running", Describe(next.Toolstack));
    }

    [Fact]
    public async Task A_core_that_cannot_be_written_keeps_nobody_from_restarting()
    {
        await using var host = await StartHostAsync();
        host.Dumper.Failure = new XendError(ErrorCode.HostResource, "there is too little room");
        await using var xend = await host.StartXendAsync();
        await StartAsync(xend.Toolstack, onCrash: "coredump-restart");
        await EndAsync(host, xend.Toolstack, ShutdownReason.Crash, TimeSpan.FromHours(1));
        await Eventually.TrueAsync(() => xend.Toolstack.GetRestartCount("linux") == 1 && Describe(xend.Toolstack) == "linux running");
    }

    [Theory]
    [InlineData(ShutdownReason.Reboot)]
    [InlineData(ShutdownReason.Poweroff)]
    public async Task A_reboot_that_somebody_asked_for_restarts_at_once_however_short_the_life_was(ShutdownReason reason)
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await StartAsync(xend.Toolstack);
        for (var reboot = 1; reboot <= RestartProtection.MostShortLives + 1; reboot++)
        {
            await xend.Toolstack.ShutdownAsync("linux", "reboot", Guests.Root, default);
            await EndAsync(host, xend.Toolstack, reason, TimeSpan.FromSeconds(1));
            await Eventually.TrueAsync(() => Sample.IsUpAgain(xend.Toolstack, reboot));
        }
        Assert.DoesNotContain(xend.Toolstack.ListEndedTasks(), task => task.Operation == "wait");
        // A shutdown that is asked for after that is one.
        await xend.Toolstack.ShutdownAsync("linux", "poweroff", Guests.Root, default);
        await EndAsync(host, xend.Toolstack, ShutdownReason.Poweroff, TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => Describe(xend.Toolstack) == "linux halted");
    }

    [Fact]
    public async Task A_reboot_that_the_guest_ignored_is_forgotten_also_by_the_next_daemon()
    {
        await using var host = await StartHostAsync();
        await using (var xend = await host.StartXendAsync())
        {
            await StartAsync(xend.Toolstack);
            await xend.Toolstack.ShutdownAsync("linux", "reboot", Guests.Root, default);
        }
        await using var next = await host.StartXendAsync();
        ((ShiftedClock)host.Clock).Offset += TimeSpan.FromMinutes(6);
        next.Toolstack.LookAgain();
        await Eventually.TrueAsync(() =>
            next.Rooms.Domains.Entries.Values.Single(entry => entry.Name == "linux") is { RebootWanted: false }
        );
        await EndAsync(host, next.Toolstack, ShutdownReason.Poweroff, TimeSpan.FromHours(1));
        await Eventually.TrueAsync(() => Describe(next.Toolstack) == "linux halted", () => Describe(next.Toolstack));
    }

    [Fact]
    public async Task One_that_is_not_managed_and_ends_too_soon_again_and_again_is_told_of_when_it_is_gone()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await StartAsync(xend.Toolstack);
        await EndTooSoonAsync(host, xend.Toolstack);
        await Eventually.TrueAsync(() => Describe(xend.Toolstack) == "");
        var last = xend.Toolstack.ListEndedTasks()[^1];
        Assert.Equal("destroy", last.Operation);
        Assert.StartsWith("it is not started again: it ended 10 times in a row within a minute", last.Why);
    }

    [Fact]
    public async Task Who_ends_within_a_minute_ten_times_in_a_row_is_given_up_and_a_managed_domain_says_why()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.NewAsync(Sample.Linux(), Guests.Root, default);
        await xend.Toolstack.StartAsync("linux", paused: false, Guests.Root, default);
        Assert.Equal([10, 20, 40, 80, 160, 320, 600, 600, 600], await EndTooSoonAsync(host, xend.Toolstack));
        await Eventually.TrueAsync(() => xend.Toolstack.FindDomain("linux") is { Id: null, Operation: null, Ending: false });
        var note = xend.Toolstack.FindDomain("linux").Note;
        Assert.Equal(RestartState.GaveUp, note?.State);
        Assert.Equal("it ended 10 times in a row within a minute of its start, the last time by reboot after 30 s", note!.Reason);

        await using var next = await host.StartXendAsync();
        Assert.Equal(note, next.Toolstack.FindDomain("linux").Note);
        await next.Toolstack.StartAsync("linux", paused: false, Guests.Root, default);
        Assert.Null(next.Toolstack.FindDomain("linux").Note);
    }

    [Fact]
    public async Task Ten_crashes_in_a_row_are_followed_by_ten_restarts_each_after_a_longer_wait_than_the_one_before()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await StartAsync(xend.Toolstack);
        var waits = new List<double>();
        for (var crash = 1; crash <= 10; crash++)
        {
            await EndAsync(host, xend.Toolstack, ShutdownReason.Crash, TimeSpan.FromSeconds(90));
            await Eventually.TrueAsync(() => IsWaiting(xend.Toolstack) || Sample.IsUpAgain(xend.Toolstack, crash));
            waits.Add(await WaitOutAsync(host, xend.Toolstack, crash));
        }
        Assert.Equal([0, 10, 20, 40, 80, 160, 320, 600, 600, 600], waits);

        // A life that was long enough starts the count anew.
        await EndAsync(host, xend.Toolstack, ShutdownReason.Crash, TimeSpan.FromHours(1));
        await Eventually.TrueAsync(() => Sample.IsUpAgain(xend.Toolstack, 11));
    }

    [Fact]
    public async Task A_guest_that_waits_for_its_restart_stays_listed_and_says_until_when_and_why_also_to_the_next_daemon()
    {
        await using var host = await StartHostAsync();
        await using (var xend = await host.StartXendAsync())
        {
            await Sample.CrashOnceAsync(host, xend.Toolstack);
            await EndAsync(host, xend.Toolstack, ShutdownReason.Crash, TimeSpan.FromSeconds(90));
            await Eventually.TrueAsync(() => IsWaiting(xend.Toolstack));
        }
        await using var next = await host.StartXendAsync();
        var waiting = next.Toolstack.FindDomain("linux");
        Assert.True(waiting is { Ending: true, Id: null });
        Assert.Equal("crash after 90 s, for the 2. time in a row", waiting.Note!.Reason);
        await WaitOutAsync(host, next.Toolstack, 2);
        Assert.Null(next.Toolstack.FindDomain("linux").Note);
    }

    [Fact]
    public async Task A_restart_that_the_host_does_not_allow_is_tried_again_and_given_up_in_the_end()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.NewAsync(Sample.Linux(), Guests.Root, default);
        await xend.Toolstack.StartAsync("linux", paused: false, Guests.Root, default);
        host.Machine.Kernels.TryRemove("/boot/vmlinux", out _);
        await EndAsync(host, xend.Toolstack, ShutdownReason.Reboot, TimeSpan.FromHours(1));
        for (var attempt = 1; attempt < RestartProtection.MostFailures; attempt++)
        {
            await Eventually.TrueAsync(() => IsWaiting(xend.Toolstack) && xend.Toolstack.FindDomain("linux").Note!.Attempt == attempt);
            Assert.Contains("is not a kernel that can be loaded", xend.Toolstack.FindDomain("linux").Note!.Reason);
            MoveTo(host, xend.Toolstack.FindDomain("linux").Note!.Until!.Value);
            xend.Toolstack.LookAgain();
        }
        await Eventually.TrueAsync(() => xend.Toolstack.FindDomain("linux") is { Ending: false, Note.State: RestartState.GaveUp });
    }

    [Fact]
    public async Task A_restart_that_fails_for_any_reason_at_all_waits_before_it_is_tried_again()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync(new OrderedFault("restart", "destroy-domain", StepMoment.Before).Arm());
        await StartAsync(xend.Toolstack);
        await EndAsync(host, xend.Toolstack, ShutdownReason.Reboot, TimeSpan.FromHours(1));
        await Eventually.TrueAsync(() => IsWaiting(xend.Toolstack) && xend.Toolstack.FindDomain("linux").Note!.Attempt == 1);
        // Its devices cannot be found, so that the restart cannot even be planned.
        host.Store.Fault = request => request.Path == "/local/domain/0/backend/vbd/1" ? Simulation.SimulatedFault.Error("EIO") : null;
        for (var attempt = 2; attempt <= 3; attempt++)
        {
            MoveTo(host, xend.Toolstack.FindDomain("linux").Note!.Until!.Value);
            xend.Toolstack.LookAgain();
            await Eventually.TrueAsync(
                () => IsWaiting(xend.Toolstack) && xend.Toolstack.FindDomain("linux").Note!.Attempt == attempt,
                () => $"{xend.Toolstack.FindDomain("linux").Note}, {host.Warnings.Count} warnings"
            );
        }
        Assert.Equal(3, host.Warnings.Count(line => line.StartsWith("Failed to \"restart\" domain", StringComparison.Ordinal)));
        host.Store.Fault = null;
        await WaitOutAsync(host, xend.Toolstack, 1);
    }

    [Fact]
    public async Task A_guest_that_waits_can_be_destroyed_and_can_be_reset()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CrashOnceAsync(host, xend.Toolstack);
        await EndAsync(host, xend.Toolstack, ShutdownReason.Crash, TimeSpan.FromSeconds(90));
        await Eventually.TrueAsync(() => IsWaiting(xend.Toolstack));
        await xend.Toolstack.ResetAsync("linux", Guests.Root, default);
        Assert.Equal("linux running", Describe(xend.Toolstack));
        await Sample.EndAsync(host, xend.Toolstack, ShutdownReason.Crash, TimeSpan.FromSeconds(90));
        await Eventually.TrueAsync(() => Describe(xend.Toolstack) == "linux running" && xend.Toolstack.GetRestartCount("linux") == 3);
        await EndAsync(host, xend.Toolstack, ShutdownReason.Crash, TimeSpan.FromSeconds(90));
        await Eventually.TrueAsync(() => IsWaiting(xend.Toolstack));
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.Equal("", Describe(xend.Toolstack));
    }

    [Theory]
    [InlineData("restart")]
    [InlineData("rename-restart")]
    [InlineData("coredump-restart")]
    public async Task A_guest_that_is_restarted_never_leaves_the_list(string action)
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await StartAsync(xend.Toolstack, onCrash: action);
        var uuid = xend.Toolstack.FindDomain("linux").Uuid;
        var looks = 0;
        var missed = new ConcurrentQueue<string>();
        // A look before each request to xenstore and each hypercall: the list is the same between two of them.
        void Look(string before)
        {
            Interlocked.Increment(ref looks);
            if (!xend.Toolstack.ListDomains().Any(domain => domain.Name == "linux" && domain.Uuid == uuid))
            {
                missed.Enqueue(before);
            }
        }
        host.Store.Fault = request =>
        {
            Look($"{request.Type} {request.Path}");
            return null;
        };
        host.Hypervisor.BeforeCall = name =>
        {
            if (name != "xc_domain_getinfolist")
            {
                Look(name);
            }
        };
        for (var crash = 1; crash <= 3; crash++)
        {
            await EndAsync(host, xend.Toolstack, ShutdownReason.Crash, TimeSpan.FromHours(1));
            await Eventually.TrueAsync(
                () => Sample.IsUpAgain(xend.Toolstack, crash),
                () => $"crash {crash}: {Describe(xend.Toolstack)}, missing before {string.Join(", ", missed)}"
            );
        }
        Assert.Empty(missed);
        Assert.True(looks > 300, $"{looks} looks");
    }

    /// <summary>Ends it after half a minute each time, until it is given up. Returns the seconds it waited in between.</summary>
    private static async Task<List<double>> EndTooSoonAsync(SimulatedHost host, Toolstack xend)
    {
        var waits = new List<double>();
        for (var end = 1; end < RestartProtection.MostShortLives; end++)
        {
            await EndAsync(host, xend, ShutdownReason.Reboot, TimeSpan.FromSeconds(30));
            await Eventually.TrueAsync(() => IsWaiting(xend), () => Describe(xend));
            waits.Add(await WaitOutAsync(host, xend, end));
        }
        await EndAsync(host, xend, ShutdownReason.Reboot, TimeSpan.FromSeconds(30));
        return waits;
    }

    private static async Task<SimulatedHost> StartHostAsync()
    {
        var host = await SimulatedHost.StartAsync(clock: new ShiftedClock());
        host.Machine.AddFile("/images/a.img");
        return host;
    }

    private static async Task StartAsync(Toolstack xend, string onCrash = "restart")
    {
        await xend.CreateAsync(Sample.Linux(onCrash: onCrash), Guests.Root, default);
        await xend.UnpauseAsync("linux", Guests.Root, default);
    }

    private static Task EndAsync(SimulatedHost host, Toolstack xend, ShutdownReason reason, TimeSpan life) =>
        Sample.EndAsync(host, xend, reason, life);

    private static bool IsWaiting(Toolstack xend) => xend.FindDomain("linux") is { Operation: null, Note.State: RestartState.Waiting };

    /// <summary>Moves the clock to the end of the wait, if there is one, and returns how long it was.</summary>
    private static async Task<double> WaitOutAsync(SimulatedHost host, Toolstack xend, int restarts)
    {
        double wait = 0;
        if (xend.FindDomain("linux").Note is { Until: { } until })
        {
            wait = Math.Round(until - host.Clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
            MoveTo(host, until);
            xend.LookAgain();
        }
        await Eventually.TrueAsync(() => Sample.IsUpAgain(xend, restarts));
        return wait;
    }

    private static void MoveTo(SimulatedHost host, double until) =>
        ((ShiftedClock)host.Clock).Offset += TimeSpan.FromSeconds(
            Math.Max(0, until - host.Clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0)
        );

    private static string Describe(Toolstack xend) =>
        string.Join(
            ", ",
            xend.ListDomains()
                .Where(domain => domain.Id != 0)
                .Select(domain =>
                    $"{(domain.Name.StartsWith("Domain-", StringComparison.Ordinal) ? "Domain-NEW" : domain.Name)} "
                    + $"{(domain.Ending || domain.Operation is not null ? "ending" : DomainStatus.Of(domain).ToString().ToLowerInvariant())}"
                )
        );
}
