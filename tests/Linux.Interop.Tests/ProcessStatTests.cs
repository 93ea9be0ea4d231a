using System.Text;

namespace Linux.Interop.Tests;

public sealed class ProcessStatTests
{
    private const string Behind = "1 77 77 0 -1 4194560 1 2 3 4 30 12 5 6 20 0 1 0 8765 9 10";

    [Theory]
    [InlineData("12 (qemu) S ")]
    [InlineData("12 (a) Z 5 6 (b) S ")]
    [InlineData("12 ( ) ) S ")]
    public void A_name_may_hold_brackets_and_spaces(string front) =>
        Assert.Equal(new ProcessStat('S', 1, 42, 8765), ProcessStat.Parse(Encoding.ASCII.GetBytes(front + Behind)));

    [Theory]
    [InlineData("")]
    [InlineData("12 (qemu)")]
    [InlineData("12 (qemu) S 1 77 77")]
    [InlineData("12 (qemu) S one 77 77 0 -1 4194560 1 2 3 4 30 12 5 6 20 0 1 0 8765 9 10")]
    public void What_is_no_such_line_is_nothing(string line) => Assert.Null(ProcessStat.Parse(Encoding.ASCII.GetBytes(line)));

    [Fact]
    public void The_remains_of_a_process_are_told_from_one_that_lives() =>
        Assert.Equal(
            [true, true, false],
            new[] { "1 (x) Z ", "1 (x) X ", "1 (x) D " }.Select(front => ProcessStat.Parse(Encoding.ASCII.GetBytes(front + Behind))!.IsDead)
        );

    [Fact]
    public void A_process_that_computes_uses_time()
    {
        var before = ProcessStat.Of(Environment.ProcessId)!;
        while (ProcessStat.Of(Environment.ProcessId)!.ProcessorTicks <= before.ProcessorTicks) { }
        Assert.False(before.IsDead);
        Assert.Null(ProcessStat.Of(int.MaxValue));
    }
}
