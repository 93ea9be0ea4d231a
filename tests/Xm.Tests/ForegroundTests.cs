using System.Diagnostics;
using System.Globalization;
using Xm.CommandLine;
using Xm.Host;

namespace Xm.Tests;

public class ForegroundTests
{
    private readonly Foreground _foreground = new();

    [Fact]
    public void The_exit_status_of_the_program_is_handed_on()
    {
        using var program = _foreground.Start("/bin/sh", ["-c", "exit 7"]);
        Assert.Equal(7, program.Wait());
    }

    [Fact]
    public void A_program_that_a_signal_ends_has_the_status_that_a_shell_gives_it()
    {
        using var program = _foreground.Start("/bin/sh", ["-c", "kill -TERM $$"]);
        Assert.Equal(143, program.Wait());
    }

    [Fact]
    public void A_program_can_be_stopped_before_and_after_its_end()
    {
        using var program = _foreground.Start("/bin/sleep", ["1000"]);
        program.Stop();
        Assert.Equal(137, program.Wait());
        program.Stop();
    }

    [Theory]
    [InlineData("HUP", 129)]
    [InlineData("INT", 130)]
    [InlineData("QUIT", 131)]
    [InlineData("TERM", 143)]
    public async Task Who_is_told_to_end_ends_the_program_first(string signal, int status)
    {
        // One thread from start to end: the kernel takes the end of the thread that started the program for the end of xm.
        var (found, stopped) = await Task.Run(() =>
            {
                // It ends by itself where the signal does not come through, as where whoever runs the tests has it ignored.
                using var program = _foreground.Start("/bin/sleep", ["60"]);
                using var kill = Process.Start("kill", ["-" + signal, Environment.ProcessId.ToString(CultureInfo.InvariantCulture)]);
                return (program.Wait(), program.WasStopped);
            })
            .WaitAsync(TimeSpan.FromSeconds(90));
        Assert.Equal(status, found);
        Assert.True(stopped);
    }

    [Theory]
    [InlineData("/nonexistent/program", "Cannot run /nonexistent/program: No such file or directory.")]
    [InlineData("/etc/passwd", "Cannot run /etc/passwd: Permission denied.")]
    public void A_program_that_cannot_be_run_is_told(string program, string told) =>
        Assert.Equal(told, Assert.Throws<CommandError>(() => _foreground.Start(program, [])).Message);
}
