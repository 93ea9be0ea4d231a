using Sxp;

namespace Xm.Tests;

/// <summary><c>xm migrate</c>.</summary>
public sealed class MigrateTests : IDisposable
{
    private readonly XmRun _xm = new();

    public void Dispose() => _xm.Dispose();

    [Theory]
    [InlineData("migrate linux there", "linux there False 0 -1 'None' False False")]
    [InlineData("migrate -l linux there", "linux there True 0 -1 'None' False False")]
    [InlineData("migrate linux there --live -p 8010 --ssl -c", "linux there True 8010 -1 True True False")]
    [InlineData("migrate --port=8010 -n 1 linux there -r 100", "linux there False 8010 1 'None' False False")]
    [InlineData("migrate linux there --live --no-live-fallback", "linux there True 0 -1 'None' False True")]
    public void The_daemon_is_told_all_of_it(string words, string arguments)
    {
        _xm.Xend.Answer("xend.domain.migrate", "linux runs at there. It stood still for 0.4 s.");
        Assert.Equal(new Outcome(0, "linux runs at there. It stood still for 0.4 s.\n", ""), _xm.Run(words.Split(' ')));
        Assert.Equal($"xend.domain.migrate {arguments}", _xm.Xend.Calls[^1]);
    }

    [Fact]
    public void An_old_daemon_says_nothing_and_who_wants_quiet_hears_nothing()
    {
        Assert.Equal(new Outcome(0, "", ""), _xm.Run("migrate", "linux", "there"));
        _xm.Xend.Answer("xend.domain.migrate", "linux runs at there.");
        Assert.Equal(new Outcome(0, "", ""), _xm.Run("migrate", "-q", "linux", "there"));
    }

    [Fact]
    public void A_rehearsal_tells_what_is_in_the_way()
    {
        _xm.Xend.Answer("xend.domain.migrate_rehearse", Report(["no bridge there", "no disk there"], ["it stands still"]));
        Assert.Equal(
            new Outcome(1, "no bridge there\nno disk there\nit stands still\n", ""),
            _xm.Run("migrate", "--dry-run", "-l", "linux", "there")
        );
        _xm.Xend.Answer("xend.domain.migrate_rehearse", Report([], []));
        Assert.Equal(new Outcome(0, "linux can go to there.\n", ""), _xm.Run("migrate", "--dry-run", "linux", "there"));
        Assert.DoesNotContain(_xm.Xend.Calls, call => call.StartsWith("xend.domain.migrate "));
    }

    [Theory]
    [InlineData("migrate linux", "Error: Invalid number of arguments\n")]
    [InlineData("migrate linux a b", "Error: Invalid number of arguments\n")]
    [InlineData("migrate -x linux a", "Error: option -x not recognized\n")]
    public void Wrong_words_are_told_with_the_usage(string words, string error)
    {
        var outcome = _xm.Run(words.Split(' '));
        Assert.Equal(1, outcome.Status);
        Assert.StartsWith(error, outcome.Errors);
        Assert.StartsWith("Usage: xm migrate <Domain> <Host>", outcome.Out);
        Assert.Empty(_xm.Xend.Calls);
    }

    private static SList Report(string[] blockers, string[] notices) =>
        SList.Of(
            new SList(["blockers", .. blockers.Select(SValue (text) => text)]),
            new SList(["notices", .. notices.Select(SValue (text) => text)])
        );
}
