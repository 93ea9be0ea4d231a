using Simulation.Xen;
using Xend.Operations;

namespace Xend.Tests.Operations.Sweeps;

/// <summary>A host for one point of a sweep, with a guest beside that nothing may happen to.</summary>
internal sealed class SweepHost : IAsyncDisposable
{
    public const string Bystander = "bystander";

    /// <summary>So many looks in a row, 5 ms apart, that see the same.</summary>
    private const int StillLooks = 20;

    private readonly SimulatedConsoled _consoled;
    private readonly string _empty;
    private uint _bystanderId;
    private bool _stays;

    private SweepHost(SimulatedHost host)
    {
        Host = host;
        Sample.AddCardsTo(host);
        _consoled = new SimulatedConsoled(host.Store);
        _empty = host.Dump();
    }

    public SimulatedHost Host { get; }

    /// <param name="lostUndo">A kind of step that the host's daemons do not undo; null for none.</param>
    public static async Task<SweepHost> StartAsync(Type? lostUndo = null)
    {
        var host = await SimulatedHost.StartAsync(clock: new ShiftedClock());
        host.LostUndo = lostUndo;
        host.Hypervisor.NextDomainId = SweepPicture.FirstDomainId;
        host.Hypervisor.LastPort = SweepPicture.LastPort;
        host.Machine.AddFile("/images/a.img");
        var sweep = new SweepHost(host);
        await sweep._consoled.StartAsync();
        return sweep;
    }

    /// <summary>Starts a daemon and has it make the host ready for an operation.</summary>
    public async Task<SimulatedXend> PrepareAsync(OperationScenario scenario, IStepFaults? faults = null)
    {
        var xend = await Host.StartXendAsync(faults);
        _bystanderId = (await xend.Toolstack.CreateAsync(Guests.Small(Bystander), Guests.Root, default)).Id!.Value;
        await xend.Toolstack.UnpauseAsync(Bystander, Guests.Root, default);
        await scenario.Prepare(Host, xend.Toolstack);
        _stays = scenario.IsOfControlDomain;
        return xend;
    }

    /// <summary>The picture when nothing moves any more: backends and balloon drivers take their time.</summary>
    public async Task<SweepPicture> StillPictureAsync(SimulatedXend xend)
    {
        var picture = SweepPicture.Of(Host, xend);
        var same = 0;
        await Eventually.TrueAsync(() =>
        {
            var next = SweepPicture.Of(Host, xend);
            same = next == picture ? same + 1 : 0;
            picture = next;
            return same == StillLooks;
        });
        return picture;
    }

    /// <summary>The other guest has seen nothing of it all.</summary>
    public void AssertBystanderUnharmed(Toolstack xend)
    {
        var other = xend.FindDomain(Bystander);
        Assert.Equal(_bystanderId, other.Id);
        Assert.True(other.Info is { Paused: false, Shutdown: null, Dying: false });
    }

    /// <summary>
    /// After everything was taken away the host is as if nothing had ever been on it. Not looked at where dom0 was changed: that stays.
    /// </summary>
    public async Task AssertNothingStaysBehindAsync(Toolstack xend)
    {
        if (_stays)
        {
            return;
        }
        foreach (var domain in xend.ListDomains().Where(domain => domain.Id != 0))
        {
            await xend.DestroyAsync(domain.Uuid.ToString(), Guests.Root, default);
            if (xend.ListDomains().Any(other => other.Uuid == domain.Uuid))
            {
                await xend.DeleteAsync(domain.Uuid.ToString(), Guests.Root, default);
            }
        }
        // A saved guest's file is its user's.
        File.Delete(SavingScenarios.FileOn(Host));
        var difference = string.Join('\n', Difference(_empty, Host.Dump()));
        Assert.True(difference.Length == 0, difference);
        // A simulated driver may be in the middle of one.
        await Eventually.TrueAsync(() => Host.Store.OpenTransactions == 0);
    }

    private static IEnumerable<string> Difference(string before, string after)
    {
        var (old, now) = (before.Split('\n'), after.Split('\n'));
        return now.Except(old)
            .Select(line => $"more: {line} {(File.Exists(line) ? File.ReadAllText(line) : "")}")
            .Concat(old.Except(now).Select(line => $"less: {line}"));
    }

    public async ValueTask DisposeAsync()
    {
        await _consoled.DisposeAsync();
        await Host.DisposeAsync();
    }
}
