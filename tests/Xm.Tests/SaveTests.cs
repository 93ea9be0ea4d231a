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
    public void Wrong_words_are_told_with_the_usage(string words, string error)
    {
        var outcome = _xm.Run(words.Split(' '));
        Assert.Equal((1, error), (outcome.Status, outcome.Errors));
        Assert.StartsWith("Usage: xm ", outcome.Out);
    }
}
