using Simulation.Xen;
using Sxp;
using Xend.Domains;
using Xend.Operations;

namespace Xend.Tests.Operations.Sweeps;

/// <summary>A host for one point of a sweep, with a guest beside that nothing may happen to.</summary>
internal sealed class SweepHost : IAsyncDisposable
{
    private const string Bystander = "bystander";

    private readonly string _empty;
    private uint _bystanderId;

    private SweepHost(SimulatedHost host)
    {
        Host = host;
        _empty = host.Dump();
    }

    public SimulatedHost Host { get; }

    public static async Task<SweepHost> StartAsync()
    {
        var host = await SimulatedHost.StartAsync(clock: new ShiftedClock());
        host.Machine.AddFile("/images/a.img");
        return new SweepHost(host);
    }

    /// <summary>Starts a daemon and has it make the host ready for an operation.</summary>
    public async Task<SimulatedXend> PrepareAsync(OperationScenario scenario, IStepFaults? faults = null)
    {
        var xend = await Host.StartXendAsync(faults);
        _bystanderId = (await xend.Toolstack.CreateAsync(Guests.Small(Bystander), Guests.Root, default)).Id!.Value;
        await xend.Toolstack.UnpauseAsync(Bystander, Guests.Root, default);
        await scenario.Prepare(Host, xend.Toolstack);
        return xend;
    }

    /// <summary>What users can see of the domains, but for what a restart may change: ids and times.</summary>
    public static string Picture(Toolstack xend) =>
        string.Join(
            '\n',
            xend.ListDomains()
                .Where(domain => domain.Id != 0 && domain.Name != Bystander)
                .Select(domain =>
                    WithoutNewUuid(
                        domain.Name,
                        $"{domain.Name} {domain.Uuid} restarted {xend.GetRestartCount(domain.Uuid.ToString())} "
                            + $"{(domain.Id is null ? "no id" : "")} {DomainStatus.Of(domain)} {(domain.Ending ? "ending" : "")} "
                            + (domain.Config is { } config ? SxpWriter.OneLine(DomainConfigWriter.Write(config)) : "not ours")
                    )
                )
        );

    /// <summary>A dead domain that is kept gets a UUID that nobody can foretell.</summary>
    private static string WithoutNewUuid(string name, string text) =>
        name.StartsWith("Domain-", StringComparison.Ordinal) ? text.Replace(name["Domain-".Length..], "NEW") : text;

    /// <summary>The other guest has seen nothing of it all.</summary>
    public void AssertBystanderUnharmed(Toolstack xend)
    {
        var other = xend.FindDomain(Bystander);
        Assert.Equal(_bystanderId, other.Id);
        Assert.True(other.Info is { Paused: false, Shutdown: null, Dying: false });
    }

    /// <summary>After everything was taken away the host is as if nothing had ever been on it.</summary>
    public async Task AssertNothingStaysBehindAsync(Toolstack xend)
    {
        foreach (var domain in xend.ListDomains().Where(domain => domain.Id != 0))
        {
            await xend.DestroyAsync(domain.Uuid.ToString(), Guests.Root, default);
            if (xend.ListDomains().Any(other => other.Uuid == domain.Uuid))
            {
                await xend.DeleteAsync(domain.Uuid.ToString(), Guests.Root, default);
            }
        }
        var difference = string.Join('\n', Difference(_empty, Host.Dump()));
        Assert.True(difference.Length == 0, difference);
        Assert.Equal(0, Host.Store.OpenTransactions);
    }

    private static IEnumerable<string> Difference(string before, string after)
    {
        var (old, now) = (before.Split('\n'), after.Split('\n'));
        return now.Except(old)
            .Select(line => $"more: {line} {(File.Exists(line) ? File.ReadAllText(line) : "")}")
            .Concat(old.Except(now).Select(line => $"less: {line}"));
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}

/// <summary>What an operation is without faults.</summary>
/// <param name="Before">The picture before it.</param>
/// <param name="After">The picture after it.</param>
/// <param name="Steps">The steps that ran, in order.</param>
internal sealed record OperationCourse(string Before, string After, IReadOnlyList<string> Steps)
{
    public static async Task<OperationCourse> ObserveAsync(OperationScenario scenario)
    {
        var steps = new StepRecorder();
        await using var host = await SweepHost.StartAsync();
        await using var xend = await host.PrepareAsync(scenario, steps);
        var before = SweepHost.Picture(xend.Toolstack);
        steps.Begin(scenario.Kind.Name);
        await scenario.Act(host.Host, xend.Toolstack);
        await Eventually.TrueAsync(() => scenario.IsDone(xend.Toolstack));
        var after = SweepHost.Picture(xend.Toolstack);
        await host.AssertNothingStaysBehindAsync(xend.Toolstack);
        return new OperationCourse(before, after, steps.Seen);
    }

    public IEnumerable<(string Step, StepMoment When)> Points =>
        Steps.SelectMany(step => new[] { (step, StepMoment.Before), (step, StepMoment.After) });

    private sealed class StepRecorder : IStepFaults
    {
        private string? _operation;

        public List<string> Seen { get; } = [];

        public void Begin(string operation) => _operation = operation;

        public Task StrikeAsync(string operation, string step, StepMoment moment)
        {
            lock (Seen)
            {
                if (operation.Split(' ')[0] == _operation && moment == StepMoment.Before)
                {
                    Seen.Add(step);
                }
            }
            return Task.CompletedTask;
        }
    }
}
