using Sxp;

namespace Xm.Tests;

/// <summary>The commands for domains in xend's keeping.</summary>
public sealed class ManagedTests : IDisposable
{
    private readonly XmRun _xm = Seeds.Host();

    public void Dispose() => _xm.Dispose();

    [Fact]
    public void New_sends_what_create_would_and_starts_nothing()
    {
        var outcome = _xm.Run("new", "/etc/xen/linux.cfg");
        Assert.Equal(new Outcome(0, "Using config file \"/etc/xen/linux.cfg\".\n", ""), outcome);
        Assert.StartsWith("xend.domain.new (vm (name linux) (memory 256)", Assert.Single(_xm.Xend.Calls));
    }

    [Fact]
    public void New_with_n_only_prints()
    {
        Assert.StartsWith(
            "Using config file \"/etc/xen/linux.cfg\".\n(vm\n    (name linux)\n",
            _xm.Run("new", "-n", "/etc/xen/linux.cfg").Out
        );
        Assert.Empty(_xm.Xend.Calls);
    }

    [Fact]
    public void A_domain_that_is_started_with_its_console_does_not_run_before_somebody_listens()
    {
        _xm.WithFile("/usr/lib/xen-4.17/bin/xenconsole");
        _xm.Xend.Answer("xend.domain", FakeXend.Domain("linux", 3));
        Assert.Equal(0, _xm.Run("start", "-c", "linux").Status);
        Assert.Equal(
            ["xend.domain.start linux True", "xend.domain linux 0", "xend.domain.waitForConsole 3", "xend.domain.unpause linux"],
            _xm.Xend.Calls
        );
    }

    [Fact]
    public void A_domain_is_started_with_its_display_and_runs_where_that_cannot_be_shown()
    {
        _xm.WithFile("/usr/lib/xen-4.17/bin/xenconsole");
        _xm.Environment["PATH"] = "/usr/bin";
        _xm.Xend.Answer("xend.domain", FakeXend.Domain("linux", 3))
            .Answer("xend.domain.getVNC", SList.Of("vnc", SList.Of("host", "127.0.0.1"), SList.Of("port", 5901)));
        var without = _xm.Run("start", "-c", "--vncviewer", "linux");
        Assert.Equal((0, "Error: external vncviewer missing or not in the path\nExiting\n"), (without.Status, without.Errors));
        Assert.EndsWith("xend.domain.unpause linux", _xm.Xend.Calls[^1]);
        _xm.WithFile("/usr/bin/vncviewer");
        Assert.Equal("invoking  vncviewer 127.0.0.1:1\n", _xm.Run("start", "--vncviewer", "linux").Out);
    }

    [Theory]
    [InlineData("start", "Error: Expects 1 argument\n")]
    [InlineData("start one two", "Error: Expects 1 argument\n")]
    [InlineData("rename one", "Error: 'xm rename' requires 2 arguments.\n")]
    [InlineData("delete", "Error: 'xm delete' requires 1 arguments.\n")]
    public void A_wrong_number_of_words_is_refused(string words, string error)
    {
        var outcome = _xm.Run(words.Split(' '));
        Assert.Equal(1, outcome.Status);
        Assert.Contains(error.TrimEnd('\n'), outcome.Errors);
        Assert.Empty(_xm.Xend.Calls);
    }
}
