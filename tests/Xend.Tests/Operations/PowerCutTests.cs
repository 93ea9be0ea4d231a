using Serilog;
using Sxp;
using Xend.Domains;
using Xend.Persistence;
using Xend.Tests.Operations.Sweeps;
using Xunit.Abstractions;

namespace Xend.Tests.Operations;

/// <summary>The host loses power at any moment of a write below /var/lib/xend: afterwards there is what was, or what was to be.</summary>
public sealed class PowerCutTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("power-cut-").FullName;

    private static DomainEntry First { get; } = Entry(256);

    private static DomainEntry Second { get; } = Entry(300);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_domain_that_is_being_made_is_there_or_it_is_not() =>
        Cut(before: null, storage => storage.Save(First), ["", Text(First)], acknowledged: Text(First));

    [Fact]
    public void A_configuration_that_is_being_replaced_is_the_old_one_or_the_new_one() =>
        Cut(First, storage => storage.Save(Second), [Text(First), Text(Second)], acknowledged: Text(Second));

    [Fact]
    public void A_domain_that_is_being_deleted_is_there_or_it_is_not() =>
        Cut(First, storage => storage.Delete(First.Uuid), ["", Text(First)], acknowledged: "");

    /// <summary>
    /// Runs one change on files that note it, then lays out every state in which a cut may leave the disk, and reads it as the next daemon
    /// does.
    /// </summary>
    private void Cut(DomainEntry? before, Action<ManagedDomains> change, string[] allowed, string acknowledged)
    {
        var disk = new CutDisk();
        var live = Path.Combine(_root, "live");
        if (before is not null)
        {
            new ManagedDomains(live, disk.Over(live), Silent).Save(before);
        }
        disk.Settle();
        change(new ManagedDomains(live, disk.Over(live), Silent));
        var states = disk.States().Distinct().ToList();
        output.WriteLine($"{states.Count} states of the disk");
        Assert.True(states.Count >= 3);
        var seen = new HashSet<string>();
        foreach (var state in states)
        {
            var directory = Path.Combine(_root, "cut");
            state.LayOut(directory);
            var found = string.Join('\n', new ManagedDomains(directory, new DurableFiles(), Silent).LoadAll().Select(Text));
            Assert.True(allowed.Contains(found), $"after\n{state}\nthere is\n{found}");
            seen.Add(found);
            // What was half made is gone, and the next change works.
            new ManagedDomains(directory, new DurableFiles(), Silent).Save(Second);
            Assert.Equal(Text(Second), Text(Assert.Single(new ManagedDomains(directory, new DurableFiles(), Silent).LoadAll())));
            Directory.Delete(directory, recursive: true);
        }
        Assert.Equal(allowed.Length, seen.Count);
        // And once the change had returned, no state has anything but it.
        var last = disk.Last();
        last.LayOut(Path.Combine(_root, "last"));
        Assert.Equal(
            acknowledged,
            string.Join('\n', new ManagedDomains(Path.Combine(_root, "last"), new DurableFiles(), Silent).LoadAll().Select(Text))
        );
        Assert.True(disk.IsSettled, "something of it was not yet durable when it was acknowledged");
    }

    [Fact]
    public async Task A_journal_and_records_that_are_cut_short_anywhere_let_xend_start()
    {
        await using var host = await Simulation.Xen.SimulatedHost.StartAsync(clock: new ShiftedClock());
        host.Machine.AddFile("/images/a.img");
        var death = new OrderedDeath("restart", "build-image", Xend.Operations.StepMoment.Before);
        var killed = await host.StartXendAsync(death);
        await Sample.StartAsync(host, killed.Toolstack);
        death.Arm();
        await Sample.Reboot(host, killed.Toolstack);
        await death.Happened;
        var journal = Assert.Single(Directory.GetFiles(Path.Combine(host.RunDirectory, "journal")));
        var record = Assert.Single(Directory.GetFiles(Path.Combine(host.RunDirectory, "domains")));
        foreach (var path in new[] { journal, record })
        {
            var whole = File.ReadAllBytes(path);
            for (var length = 0; length <= whole.Length; length++)
            {
                var directory = Path.Combine(_root, "run");
                Directory.CreateDirectory(directory);
                File.WriteAllBytes(Path.Combine(directory, Path.GetFileName(path)), whole[..length]);
                // Whatever it says, it says it; nothing is thrown.
                new Journal(directory, TimeProvider.System, Silent).ReadUnfinished();
                new DomainRecords(directory, new DurableFiles(), Silent).LoadAll();
                Directory.Delete(directory, recursive: true);
            }
        }
        // And one daemon on the worst of it: both cut in the middle.
        File.WriteAllBytes(journal, File.ReadAllBytes(journal)[..20]);
        File.WriteAllBytes(record, File.ReadAllBytes(record)[..100]);
        await using var next = await host.StartXendAsync();
        Assert.Contains(next.Toolstack.ListDomains(), domain => domain.Name == "linux");
    }

    private static ILogger Silent { get; } = new LoggerConfiguration().CreateLogger();

    private static DomainEntry Entry(int memory)
    {
        var config = new DomainConfigReader("vif-bridge").Read(Sample.Linux(memory: memory));
        return new DomainEntry
        {
            Uuid = config.Uuid,
            Name = config.Name,
            Config = config,
            Managed = true,
            State = DomainState.Halted,
        };
    }

    private static string Text(DomainEntry entry) => SxpWriter.OneLine(ManagedDomainForm.Write(entry));
}
