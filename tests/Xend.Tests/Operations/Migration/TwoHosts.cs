using Simulation.Xen;
using Xend.Domains;
using Xend.Operations;
using Xend.Requests;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations.Migration;

/// <summary>Two hosts that reach each other, each with its xend; a guest is on the first.</summary>
internal sealed class TwoHosts : IAsyncDisposable
{
    public const string Source = "source";
    public const string Target = "target";

    private readonly List<SimulatedXend> _daemons = [];

    private TwoHosts(SimulatedNetwork network, SimulatedHost first, SimulatedHost second) =>
        (Network, First, Second) = (network, first, second);

    public SimulatedNetwork Network { get; }

    public SimulatedHost First { get; }

    public SimulatedHost Second { get; }

    public Toolstack From { get; private set; } = null!;

    public Toolstack To { get; private set; } = null!;

    /// <param name="memoryMib">Of the target.</param>
    /// <param name="first">What happens to the source's first daemon.</param>
    /// <param name="second">What happens to the target's.</param>
    public static async Task<TwoHosts> StartAsync(ulong memoryMib = 4096, IStepFaults? first = null, IStepFaults? second = null)
    {
        var network = new SimulatedNetwork();
        var clock = new ShortPauses();
        var hosts = new TwoHosts(
            network,
            await SimulatedHost.StartAsync(network: network, name: Source, clock: clock),
            await SimulatedHost.StartAsync(memoryMib, network: network, name: Target, clock: clock)
        );
        foreach (var host in new[] { hosts.First, hosts.Second })
        {
            host.Machine.AddFile("/images/a.img");
            host.Machine.AddFile("/images/one.iso");
            host.Machine.AddFile("/images/two.iso");
        }
        hosts.From = await hosts.StartXendAsync(hosts.First, first);
        hosts.To = await hosts.StartXendAsync(hosts.Second, second);
        return hosts;
    }

    /// <summary>Another daemon takes the place of the source's, which is dead.</summary>
    public async Task RestartSourceAsync() => From = await StartXendAsync(First, null, From);

    public async Task RestartTargetAsync() => To = await StartXendAsync(Second, null, To);

    public Task<MigrationReport> MigrateAsync(bool live = false) =>
        From.MigrateAsync("linux", new MigrationRequest { Host = Target, IsLive = live }, Guests.Root, default);

    /// <summary>Those that can run: they are not being made, and not suspended on their way.</summary>
    public IReadOnlyList<string> Runnable =>
        [
            .. new[] { (Source, From, First), (Target, To, Second) }
                .Where(side =>
                    side.Item2.ListDomains().FirstOrDefault(domain => domain.Uuid == Guid.Parse(Sample.Id)) is { Id: { } id }
                    && side.Item3.Hypervisor.FindDomain(id) is { Shutdown: null, Dying: false, Paused: false }
                )
                .Select(side => side.Item1),
        ];

    /// <summary>Exactly one host has the guest, and it runs there; nothing of it is anywhere else.</summary>
    /// <param name="emptySource">How the source is without it.</param>
    /// <param name="emptyTarget">How the target is without it.</param>
    /// <returns>Which has it.</returns>
    public async Task<string> SettleAsync(string emptySource, string emptyTarget)
    {
        From.LookAgain();
        await Eventually.TrueAsync(
            () => Runnable is [var only] && (only == Source ? Second.Dump() == emptyTarget : First.Dump() == emptySource) && IsQuiet,
            () => $"it runs at: {string.Join(", ", Runnable)}\n{Picture}"
        );
        return Runnable.Single();
    }

    private bool IsQuiet => From.ListTasks().Count + To.ListTasks().Count == 0;

    private string Picture =>
        $"source: {SweepPicture.DomainsOf(From)}\n{First.Dump()}\ntarget: {SweepPicture.DomainsOf(To)}\n{Second.Dump()}\n"
        + string.Join('\n', First.Warnings.Concat(Second.Warnings));

    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in _daemons)
        {
            await daemon.DisposeAsync();
        }
        await First.DisposeAsync();
        await Second.DisposeAsync();
    }

    private async Task<Toolstack> StartXendAsync(SimulatedHost host, IStepFaults? faults, Toolstack? dead = null)
    {
        _daemons.RemoveAll(daemon => daemon.Toolstack == dead);
        var daemon = await host.StartXendAsync(faults);
        _daemons.Add(daemon);
        return daemon.Toolstack;
    }

    /// <summary>A clock on which pauses of some seconds are short, and limits are what they are.</summary>
    private sealed class ShortPauses : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(
                callback,
                state,
                dueTime > TimeSpan.FromSeconds(0.5) && dueTime <= TimeSpan.FromSeconds(10) ? TimeSpan.FromMilliseconds(30) : dueTime,
                period
            );
    }
}
