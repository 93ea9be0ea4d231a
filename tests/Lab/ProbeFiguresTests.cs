using Lab.Host;

namespace Lab;

public sealed class ProbeFiguresTests
{
    [Fact]
    public void All_that_did_not_answer_or_reckoned_wrong_are_lost()
    {
        string[] table =
        [
            "# a comment",
            "toolstack  kind   guests  dead wrong silent  none seconds median",
            "xl         pvh        20     1     0      2     0             15",
            "xm         pvh        21     0     1      0     0             14",
            "xl         hvm         3     0     0      0     0             70",
        ];
        Assert.Equal("make lab-probe lost 3 of 20 pvh guests of xl and 1 of 21 of xm while they booted.", ProbeFigures.Of("pvh", table));
        Assert.Equal("make lab-probe has counted no hvm guests.", ProbeFigures.Of("hvm", table));
    }

    [Fact]
    public void The_table_that_is_kept_has_what_xl_and_xm_lost_of_PVH_guests() =>
        Assert.Matches(@"^make lab-probe lost \d+ of \d+ pvh guests of xl and \d+ of \d+ of xm", ProbeFigures.Of("pvh"));
}
