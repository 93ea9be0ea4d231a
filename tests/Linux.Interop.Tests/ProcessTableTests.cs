namespace Linux.Interop.Tests;

public sealed class ProcessTableTests
{
    private const int SIGTERM = 15;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly ProcessTable _table = new();

    [Fact]
    public void A_process_is_found_with_its_arguments_and_its_environment()
    {
        using var child = Sleeper();
        var found = Assert.Single(_table.List(), process => process.Id == child.Id);
        Assert.Equal(Environment.ProcessId, found.Stat.Parent);
        Assert.Equal("77", found.ArgumentAfter("-xen-domid"));
        Assert.Null(found.ArgumentAfter("-xen"));
        Assert.Equal("a=b", found.Variable("MARK"));
        Assert.Null(found.Variable("MAR"));
        Assert.Equal(found.Stat.Started, _table.Find(child.Id)!.Stat.Started);
    }

    [Fact]
    public void A_long_environment_is_read_to_its_end()
    {
        using var child = Sleeper(("LONG", new string('x', 60_000)), ("ZLAST", "here"));
        Assert.Equal("here", _table.Find(child.Id)!.Variable("ZLAST"));
    }

    [Fact]
    public async Task What_has_ended_is_no_process_any_more_though_its_remains_are_there()
    {
        using var child = Sleeper();
        var started = _table.Find(child.Id)!.Stat.Started;
        Assert.True(_table.IsAlive(child.Id, started));
        child.KillGroup(9);
        await child.WaitAsync().WaitAsync(Limit);
        // Not disposed of, so not reaped.
        Assert.NotNull(ProcessStat.Of(child.Id));
        Assert.False(_table.IsAlive(child.Id, started));
        Assert.DoesNotContain(_table.List(), process => process.Id == child.Id);
        Assert.Null(ProcessHandle.Open(child.Id, started));
    }

    [Fact]
    public async Task A_signal_reaches_the_process_that_is_meant_and_no_later_one_of_its_number()
    {
        using var child = Sleeper();
        var started = _table.Find(child.Id)!.Stat.Started;
        Assert.False(ProcessHandle.Send(child.Id, started - 1, SIGTERM));
        Assert.False(child.HasExited);
        Assert.True(ProcessHandle.Send(child.Id, started, SIGTERM));
        Assert.Equal(SIGTERM, (await child.WaitAsync().WaitAsync(Limit)).Signal);
        Assert.False(ProcessHandle.Send(child.Id, started, SIGTERM));
        Assert.False(ProcessHandle.Send(int.MaxValue, 1, SIGTERM));
    }

    /// <summary>It was a quarter of a MiB for each process once, which the collector had to give back.</summary>
    [Fact]
    public void A_look_at_all_of_them_costs_little_memory()
    {
        using var child = Sleeper();
        Look();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var processes = Look();
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / processes;
        Assert.InRange(each, 1, 4096);

        int Look() =>
            _table.List().Count(process => (process.ArgumentAfter("-xen-domid") ?? process.Variable("XEN_DOMAIN_ID")) is null or "77");
    }

    private static ChildProcess Sleeper(params (string Name, string Value)[] variables) =>
        ChildProcess.Spawn(
            new ChildStart
            {
                Path = "/bin/sh",
                Arguments = ["-c", "read never; :", "qemu", "-xen-domid", "77"],
                Environment = new Dictionary<string, string>(variables.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)))
                {
                    ["MARK"] = "a=b",
                },
                PipeInput = true,
            }
        );
}
