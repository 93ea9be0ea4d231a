using Sxp;
using Xm.Connection;
using Xm.Output;

namespace Xm.Tests;

/// <summary><c>xm save</c> and <c>xm restore</c>.</summary>
public sealed class SaveTests : IDisposable
{
    private readonly XmRun _xm = new();

    public SaveTests()
    {
        _xm.Xend.Answer("xend.domain", FakeXend.Domain("linux", 3));
        _xm.WithFile("/home/user/linux.save");
    }

    public void Dispose() => _xm.Dispose();

    [Theory]
    [InlineData("save linux /home/user/new.save", "xend.domain.save 3 /home/user/new.save False")]
    [InlineData("save -c linux new.save", "xend.domain.save 3 /home/user/new.save True")]
    [InlineData("save linux new.save --checkpoint", "xend.domain.save 3 /home/user/new.save True")]
    [InlineData("restore linux.save", "xend.domain.restore /home/user/linux.save False")]
    [InlineData("restore /home/user/linux.save -p", "xend.domain.restore /home/user/linux.save True")]
    [InlineData("restore --paused /home/user/../user/linux.save", "xend.domain.restore /home/user/linux.save True")]
    [InlineData("restore -q -p linux.save", "xend.domain.restore /home/user/linux.save True")]
    [InlineData("save -q -c linux new.save", "xend.domain.save 3 /home/user/new.save True")]
    [InlineData("suspend linux", "xend.domain.suspend linux")]
    [InlineData("suspend --quiet linux", "xend.domain.suspend linux")]
    [InlineData("resume linux", "xend.domain.resume linux False")]
    [InlineData("resume -p linux", "xend.domain.resume linux True")]
    [InlineData("dump-core -q linux", "xend.domain.dump linux 'None' False False False")]
    [InlineData("dump-core -q -L linux core", "xend.domain.dump linux /home/user/core True False False")]
    [InlineData("dump-core -q --crash linux core", "xend.domain.dump linux /home/user/core False True False")]
    [InlineData("dump-core -q linux /srv/core -R", "xend.domain.dump linux /srv/core False False True")]
    public void The_daemon_is_given_a_whole_path(string words, string call)
    {
        var outcome = _xm.Run(words.Split(' '));
        Assert.Equal(new Outcome(0, "", ""), outcome);
        Assert.Equal(call, _xm.Xend.Calls[^1]);
    }

    [Theory]
    [InlineData("save linux /none/linux.save", "Error: xm save: Unable to create file /none/linux.save\n")]
    [InlineData("restore none.save", "Error: xm restore: Unable to read file /home/user/none.save\n")]
    public void A_place_that_is_not_there_is_told_without_usage(string words, string error)
    {
        var outcome = _xm.Run(words.Split(' '));
        Assert.Equal(new Outcome(1, "", error), outcome);
        Assert.DoesNotContain(_xm.Xend.Calls, call => call.Contains(".save") || call.Contains(".restore"));
    }

    [Theory]
    [InlineData("save linux", "Error: 'xm save' requires between 2 and 3 arguments.\n\n")]
    [InlineData("save a b c", "Error: Wrong number of parameters\n")]
    [InlineData("save -x a b", "Error: option -x not recognized\n")]
    [InlineData("restore", "Error: 'xm restore' requires between 1 and 2 arguments.\n\n")]
    [InlineData("restore a b", "Error: Wrong number of parameters\n")]
    [InlineData("suspend", "Error: 'xm suspend' requires 1 arguments.\n\n")]
    [InlineData("suspend -x", "Error: option -x not recognized\n")]
    [InlineData("resume a b", "Error: Expects 1 argument\n")]
    [InlineData("resume", "Error: 'xm resume' requires between 1 and 2 arguments.\n\n")]
    [InlineData("dump-core", "Error: Expects 1 or 2 argument(s)\n")]
    [InlineData("dump-core -C -R linux", "Error: You may not specify more than one '-CR' option\n")]
    public void Wrong_words_are_told_with_the_usage(string words, string error)
    {
        var outcome = _xm.Run(words.Split(' '));
        Assert.Equal((1, error), (outcome.Status, outcome.Errors));
        Assert.StartsWith("Usage: xm ", outcome.Out);
    }

    [Fact]
    public void A_core_is_announced()
    {
        var outcome = _xm.Run("dump-core", "linux");
        Assert.Equal(new Outcome(0, "Dumping core of domain: linux ...\n", ""), outcome);
    }

    [Fact]
    public void On_a_terminal_it_is_shown_how_far_the_memory_is()
    {
        _xm.OutIsTerminal = true;
        TaskUntil(looks: 2, step => step == 1 ? "save-guest 10 % of 512 MiB" : "save-guest 43 % of 512 MiB");
        var outcome = _xm.Run("save", "linux", "new.save");
        Assert.Equal(0, outcome.Status);
        Assert.StartsWith("\r\u001b[Ksave-guest: 10 %, 51 of 512 MiB", outcome.Out);
        Assert.Contains("\r\u001b[Ksave-guest: 43 %, 220 of 512 MiB", outcome.Out);
        Assert.EndsWith("\r\u001b[K", outcome.Out);
    }

    [Fact]
    public void Elsewhere_a_step_that_lasts_has_a_line()
    {
        TaskUntil(looks: 4, step => step < 3 ? $"save-guest {step * 10} % of 512 MiB" : "keep-save-file");
        var outcome = _xm.Run("save", "linux", "new.save");
        Assert.Equal(new Outcome(0, "save: save-guest\nsave: keep-save-file\n", ""), outcome);
    }

    [Fact]
    public void Who_wants_quiet_sees_nothing_and_xend_is_not_asked()
    {
        _xm.Xend.Answer("xend.domain.save", _ =>
        {
            Thread.Sleep(1200);
            return SNone.Instance;
        });
        Assert.Equal(new Outcome(0, "", ""), _xm.Run("save", "-q", "linux", "new.save"));
        Assert.DoesNotContain(_xm.Xend.Calls, call => call.StartsWith("xend.task"));
    }

    [Fact]
    public void Ctrl_C_gives_the_operation_up_and_the_call_tells_that()
    {
        using var cancelled = new ManualResetEventSlim();
        TaskUntil(looks: int.MaxValue, _ => "save-guest");
        _xm.Xend.Answer("xend.task.cancel", _ =>
        {
            cancelled.Set();
            return "done";
        });
        _xm.Xend.Answer("xend.domain.save", _ =>
        {
            _xm.Interrupt!();
            Assert.True(cancelled.Wait(TimeSpan.FromSeconds(30)));
            throw new XendFault(1, "save linux was cancelled");
        });
        var outcome = _xm.Run("save", "linux", "new.save");
        Assert.Equal(1, outcome.Status);
        Assert.StartsWith("Error: save linux was cancelled\n", outcome.Errors);
        Assert.Contains("xend.task.cancel 7", _xm.Xend.Calls);
    }

    [Theory]
    [InlineData("save-guest 43 % of 512 MiB", "save-guest: 43 %, 220 of 512 MiB")]
    [InlineData("check-save", "check-save")]
    [InlineData("restore-memory, connect-vbd", "restore-memory, connect-vbd")]
    [InlineData("save-guest x % of 512 MiB", "save-guest x % of 512 MiB")]
    public void What_is_no_figure_is_shown_as_it_is(string step, string line) =>
        Assert.Equal(line, new ProgressText().Line(step, TimeSpan.Zero));

    [Fact]
    public void Rate_and_time_left_are_those_since_the_step_was_first_seen()
    {
        var text = new ProgressText();
        text.Line("save-guest 10 % of 1000 MiB", TimeSpan.FromSeconds(5));
        Assert.Equal(
            "save-guest: 30 %, 300 of 1000 MiB, 100 MiB/s, 7 s left",
            text.Line("save-guest 30 % of 1000 MiB", TimeSpan.FromSeconds(7))
        );
        Assert.Equal("other: 30 %, 300 of 1000 MiB", text.Line("other 30 % of 1000 MiB", TimeSpan.FromSeconds(9)));
    }

    /// <summary>The call ends when its task was looked at so often.</summary>
    private void TaskUntil(int looks, Func<int, string> step)
    {
        var seen = 0;
        var done = new ManualResetEventSlim();
        _xm.Xend.Answer("xend.task.list", _ =>
        {
            var look = Interlocked.Increment(ref seen);
            if (look == looks)
            {
                done.Set();
            }
            return SList.Of(
                SList.Of("task", SList.Of("id", 6), SList.Of("operation", "save"), SList.Of("requester", "root (pid 1)")),
                SList.Of(
                    "task",
                    SList.Of("id", 7),
                    SList.Of("operation", "save"),
                    SList.Of("step", step(look)),
                    SList.Of("requester", $"root (pid {Environment.ProcessId})")
                )
            );
        });
        _xm.Xend.Answer("xend.domain.save", _ =>
        {
            Assert.True(done.Wait(TimeSpan.FromSeconds(30)));
            return SNone.Instance;
        });
    }
}
