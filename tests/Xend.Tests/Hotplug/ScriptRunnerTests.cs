using Serilog;
using Xend.Hotplug;
using Xend.Tests.Operations;

namespace Xend.Tests.Hotplug;

public sealed class ScriptRunnerTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("scripts-").FullName;
    private readonly ScriptRunner _runner = new(TimeProvider.System, new LoggerConfiguration().CreateLogger());

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_script_that_waits_for_another_of_its_name_gets_the_time_of_both()
    {
        // The one that holds the lock outlasts the limit and is killed; the one that waits for the lock then still has its own time.
        var script = Script("block", "exec 9>\"$0.lock\"; flock 9; if [ \"$1\" = hang ]; then touch \"$0.held\"; sleep 1000; fi");
        var limit = TimeSpan.FromSeconds(1);
        var hanging = _runner.RunAsync(OfDevice(Call(script, "hang"), "0"), limit, default);
        while (!File.Exists($"{script}.held"))
        {
            await Task.Delay(10);
        }
        var waiting = await _runner.RunAsync(OfDevice(Call(script, "add"), "1"), limit, default);
        Assert.Equal(ScriptOutcome.TimedOut, (await hanging).Outcome);
        Assert.Equal(ScriptOutcome.Succeeded, waiting.Outcome);
    }

    [Fact]
    public async Task Only_scripts_that_run_now_count()
    {
        var crowd = new ScriptCrowd(TimeProvider.System);
        var places = new List<ScriptCrowd.Place>();
        foreach (var path in new[] { "block", "block", "vif-bridge" })
        {
            places.Add(await crowd.EnterAsync(path, default));
        }
        Assert.Equal([1, 2, 1], places.Select(place => place.Position));
        places[0].Dispose();
        Assert.Equal(2, (await crowd.EnterAsync("block", default)).Position);
    }

    [Fact]
    public async Task A_few_run_and_the_others_wait_in_order_until_one_ends_or_is_slow()
    {
        var clock = new SteppedClock();
        var crowd = new ScriptCrowd(clock);
        var running = new List<ScriptCrowd.Place>();
        for (var number = 0; number < ScriptCrowd.MostBusy; number++)
        {
            running.Add(await crowd.EnterAsync("block", default));
        }
        using var impatient = new CancellationTokenSource();
        var gaveUp = crowd.EnterAsync("block", impatient.Token);
        var second = crowd.EnterAsync("block", default);
        var third = crowd.EnterAsync("block", default);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gaveUp);
        Assert.False(second.IsCompleted);

        running[0].Dispose();
        var place = await second.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(third.IsCompleted);
        // All that run are slow now: whoever comes does not wait for them, and each gives up its turn once.
        clock.Step(ScriptCrowd.BusyFor);
        await third.WaitAsync(TimeSpan.FromSeconds(20));
        foreach (var slow in running.Skip(1).Append(place))
        {
            slow.Dispose();
        }
        for (var number = 1; number < ScriptCrowd.MostBusy; number++)
        {
            Assert.True(crowd.EnterAsync("block", default).IsCompletedSuccessfully);
        }
        Assert.False(crowd.EnterAsync("block", default).IsCompleted);
    }

    [Fact]
    public async Task What_is_no_devices_waits_for_no_turn()
    {
        var hang = Script("hang", $"touch \"$1\"; until [ -e {_directory}/go ]; do sleep 0.1; done");
        var quick = Script("quick", "exit 0");
        var limit = TimeSpan.FromMinutes(1);
        string[] marks = [.. Enumerable.Range(0, ScriptCrowd.MostBusy).Select(number => $"{_directory}/{number}")];
        var hanging = marks.Select(mark => _runner.RunAsync(OfDevice(Call(hang, mark), mark), limit, default)).ToList();
        await Eventually.TrueAsync(() => marks.All(File.Exists));
        var device = _runner.RunAsync(OfDevice(Call(quick), "last"), limit, default);
        var network = await _runner.RunAsync(Call(quick), limit, default);
        Assert.Equal((ScriptOutcome.Succeeded, false), (network.Outcome, device.IsCompleted));
        await File.WriteAllTextAsync($"{_directory}/go", "");
        Assert.All(await Task.WhenAll(hanging.Append(device)), result => Assert.Equal(ScriptOutcome.Succeeded, result.Outcome));
    }

    private static ScriptCall OfDevice(ScriptCall call, string device) =>
        call with
        {
            Environment = new Dictionary<string, string>(call.Environment) { ["XENBUS_PATH"] = device },
        };

    [Fact]
    public async Task The_words_and_the_status_of_a_script_come_back()
    {
        var result = await _runner.RunAsync(Call(Script("talking", "echo out; echo err >&2; exit 3")), TimeSpan.FromSeconds(30), default);
        Assert.Equal((ScriptOutcome.Failed, 3, "out\nerr\n"), (result.Outcome, result.ExitStatus, result.Output));
    }

    /// <summary>As the stock ones do.</summary>
    [Fact]
    public async Task What_a_script_sends_to_the_common_log_comes_back_too()
    {
        var log = $"{_directory}/log";
        await File.WriteAllTextAsync(log, "of yesterday\n");
        var runner = new ScriptRunner(TimeProvider.System, new LoggerConfiguration().CreateLogger(), scriptLog: log);
        var call = Call(Script("logging", $"exec 2>>{log}; echo 'brctl: not found' >&2; exit 1"));
        var result = await runner.RunAsync(call, TimeSpan.FromSeconds(30), default);
        Assert.Equal(("", "brctl: not found\n"), (result.Output, result.Log));
    }

    [Fact]
    public async Task A_script_that_is_not_there_was_not_started()
    {
        var result = await _runner.RunAsync(Call($"{_directory}/none"), TimeSpan.FromSeconds(30), default);
        Assert.Equal(ScriptOutcome.NotStarted, result.Outcome);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_script_that_not_even_SIGKILL_ends_is_not_waited_for(bool cancelled)
    {
        var child = new UndyingChild();
        var clock = new Operations.ImpatientClock();
        var runner = new ScriptRunner(clock, new LoggerConfiguration().CreateLogger(), _ => child);
        using var cancellation = new CancellationTokenSource();
        var run = runner.RunAsync(Call("/etc/xen/scripts/block"), TimeSpan.FromSeconds(100), cancellation.Token);
        if (cancelled)
        {
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(TimeSpan.FromSeconds(20)));
        }
        else
        {
            Assert.Equal(ScriptOutcome.Undying, (await run.WaitAsync(TimeSpan.FromSeconds(20))).Outcome);
        }
        Assert.Equal([9], child.Signals);
        Assert.True(child.Disposed);
    }

    [Theory]
    [InlineData("backend/vif/3/0", true, 1)]
    [InlineData("backend/vif/3/0", false, 2)]
    [InlineData("backend/vif/3/1", true, 2)]
    public async Task A_device_on_which_a_script_hangs_has_no_other_called_as_long_as_it_does(string next, bool hangs, int started)
    {
        var spawned = 0;
        var runner = new ScriptRunner(new Operations.ImpatientClock(), new LoggerConfiguration().CreateLogger(), _ =>
        {
            spawned++;
            // This process is one that lives; nobody has the highest number.
            return new UndyingChild { Id = hangs ? Environment.ProcessId : int.MaxValue };
        });
        await runner.RunAsync(On("backend/vif/3/0"), TimeSpan.FromSeconds(100), default).WaitAsync(TimeSpan.FromSeconds(20));
        var again = await runner.RunAsync(On(next), TimeSpan.FromSeconds(100), default).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(started, spawned);
        Assert.Equal(started == 1 ? ScriptOutcome.NotStarted : ScriptOutcome.Undying, again.Outcome);

        static ScriptCall On(string device) =>
            Call("/etc/xen/scripts/vif-own") with
            {
                Environment = new Dictionary<string, string> { ["XENBUS_PATH"] = device },
            };
    }

    private static ScriptCall Call(string path, params string[] words) => new(path, words, new Dictionary<string, string>());

    private string Script(string name, string body)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    /// <summary>Time passes where a test says so.</summary>
    private sealed class SteppedClock : TimeProvider
    {
        private readonly List<Timer> _timers = [];

        public void Step(TimeSpan time)
        {
            foreach (var timer in _timers.Where(timer => timer.Due <= time).ToList())
            {
                timer.Callback();
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(dueTime, () => callback(state), gone => _timers.Remove(gone));
            _timers.Add(timer);
            return timer;
        }

        private sealed record Timer(TimeSpan Due, Action Callback, Action<Timer> Remove) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => false;

            public void Dispose() => Remove(this);

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
