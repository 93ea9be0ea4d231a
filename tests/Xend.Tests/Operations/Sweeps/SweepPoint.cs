using Simulation.Xen;
using Xend.Operations;

namespace Xend.Tests.Operations.Sweeps;

/// <summary>One point of a sweep: an operation is cut short before or after one of its steps, and has to be done or undone.</summary>
internal sealed class SweepPoint(OperationCourse course, string step, StepMoment when)
{
    private readonly OperationScenario _scenario = course.Scenario;

    /// <summary>A kind of step that is not undone; null for none.</summary>
    public Type? LostUndo { get; init; }

    /// <summary>How long things may take to be as they have to be.</summary>
    public TimeSpan Patience { get; init; } = Eventually.Patience;

    public override string ToString() => $"{_scenario}, {when} {step}".Replace("Before", "before").Replace("After", "after");

    /// <summary>The daemon dies there.</summary>
    public Task KillAsync() => TryAsync("killed", TryToKillAsync);

    /// <summary>The step fails there.</summary>
    public Task FailAsync() => TryAsync("failed", TryToFailAsync);

    private async Task TryToKillAsync()
    {
        await using var host = await SweepHost.StartAsync(LostUndo);
        var death = new OrderedDeath(_scenario.Kind.Name, step, when);
        var killed = await host.PrepareAsync(_scenario, death);
        death.Arm();
        var operation = _scenario.Act(host.Host, killed.Toolstack);
        await death.Happened;

        string picture;
        await using (var next = await host.Host.StartXendAsync())
        {
            picture = await SettledAsync(host.Host, next);
            host.AssertBystanderUnharmed(next.Toolstack);
        }
        // And the one after that finds nothing to do.
        await using var last = await host.Host.StartXendAsync();
        Assert.Equal(picture, SweepPicture.DomainsOf(last.Toolstack));
        Assert.Empty(await last.Toolstack.AuditAsync(fix: false, Guests.Root, default));
        await host.AssertNothingStaysBehindAsync(last.Toolstack);
        Assert.True(_scenario.IsSetOffByGuest || !operation.IsCompleted);
    }

    private async Task TryToFailAsync()
    {
        await using var host = await SweepHost.StartAsync(LostUndo);
        var fault = new OrderedFault(_scenario.Kind.Name, step, when);
        await using var xend = await host.PrepareAsync(_scenario, fault);
        fault.Arm();
        var refused = false;
        try
        {
            await _scenario.Act(host.Host, xend.Toolstack);
        }
        catch (XendError error)
        {
            Assert.Contains($"{_scenario.Kind.Name} {_scenario.Domain}, step {step}", error.Text);
            Assert.Contains("ordered", error.Message);
            refused = !_scenario.Owed && !_scenario.EndedByAskingAgain;
            if (
                _scenario.EndedByAskingAgain
                && SweepPicture.DomainsOf(xend.Toolstack) is var left
                && left != course.Before.Domains
                && left != course.After.Domains
            )
            {
                await _scenario.Act(host.Host, xend.Toolstack);
            }
        }
        if (_scenario.DemandOnceUndone is { } demand)
        {
            await fault.Struck;
            await Eventually.TrueAsync(() => xend.Toolstack.FindDomain(_scenario.Domain).Operation is null, patience: Patience);
            demand(host.Host, xend.Toolstack);
        }
        // Who is told that it failed may take it that nothing was changed.
        await SettledAsync(host.Host, xend, mayBeDone: !refused);
        host.AssertBystanderUnharmed(xend.Toolstack);
        await host.AssertNothingStaysBehindAsync(xend.Toolstack);
    }

    /// <summary>Waits; what has to be tried again later is, for the clock goes on. Returns what users see then.</summary>
    private async Task<string> SettledAsync(SimulatedHost host, SimulatedXend xend, bool mayBeDone = true)
    {
        var picture = course.Before;
        bool Settled()
        {
            picture = SweepPicture.Of(host, xend);
            if (
                (mayBeDone && picture == course.After && (!_scenario.IsSetOffByGuest || _scenario.IsDone(xend.Toolstack)))
                || (!_scenario.Owed && picture == course.Before)
                || _scenario.Allows(picture.Domains)
            )
            {
                return true;
            }
            ((ShiftedClock)host.Clock).Offset += TimeSpan.FromSeconds(1);
            xend.Toolstack.LookAgain();
            return false;
        }
        await Eventually.TrueAsync(
            Settled,
            () =>
                $"it is\n{picture.Domains}\nand should be"
                + (mayBeDone ? $"\n{course.After.Domains}\n{picture.HostBeside(course.After)}\nor" : "")
                + (_scenario.Owed ? " nothing else" : $"\n{course.Before.Domains}\n{picture.HostBeside(course.Before)}"),
            Patience
        );
        _scenario.Demand(host, xend.Toolstack);
        return picture.Domains;
    }

    /// <summary>Says which point it was.</summary>
    private async Task TryAsync(string how, Func<Task> attempt)
    {
        try
        {
            await attempt().WaitAsync(3 * Patience);
        }
        catch (Exception error)
        {
            throw new Xunit.Sdk.XunitException($"{this}: {how}: {error}");
        }
    }
}
