using Lab.Host;

namespace Lab.Guests;

/// <summary>The terminal is the user's again, whatever way xm console ends.</summary>
[Collection(LabCollection.Name)]
public sealed class ConsoleTests(LabHost host)
{
    [Fact]
    public async Task The_terminal_is_the_users_again_when_xm_is_ended_xenconsole_crashes_the_user_leaves_or_the_guest_goes()
    {
        await host.EnsureXendAsync();
        var config = await host.WriteTinyAsync("shown");
        await host.RunOkAsync($"xm create -q {config}");
        await ComeAndGoAsync(_ => host.RunOkAsync("kill -TERM $(pgrep -f '^xm [c]onsole shown')"));
        await ComeAndGoAsync(_ => host.RunOkAsync("kill -INT $(pgrep -f '^xm [c]onsole shown')"));
        await ComeAndGoAsync(_ => host.RunOkAsync("kill -SEGV $(pgrep -x xenconsole)"));
        await ComeAndGoAsync(console => console.SendAsync("\x1d"));
        await ComeAndGoAsync(_ => host.DestroyAsync("shown"));
    }

    [Fact]
    public async Task An_open_console_is_told_and_none_is_left_by_an_xm_that_was_killed()
    {
        await host.EnsureXendAsync();
        var config = await host.WriteTinyAsync("shown");
        await host.RunOkAsync($"xm create -q {config}");
        try
        {
            await using var first = host.OpenTerminal("xm console shown");
            await first.ExpectAsync("# ");
            // Ctrl-C is a byte for the guest, not a signal. Its shell reads it as part of a line until the command has begun.
            await first.SendLineAsync("echo begun-$((6 * 7)); sleep 1000");
            await first.ExpectAsync("begun-42");
            // The shell itself passes over one that comes before it has started the second command.
            await first.AskAsync("\u0003echo still-$((40 + 2))", "still-42", tries: 10);
            var process = (await host.RunOkAsync("pgrep -x xenconsole")).Trim();
            var second = await host.RunAsync("xm console shown </dev/null");
            Assert.Equal(1, second.ExitStatus);
            Assert.Contains($"is in use: process {process} (", second.Stderr);

            await host.RunOkAsync("kill -KILL $(pgrep -f '^xm [c]onsole shown')");
            await host.RunOkAsync("while pgrep -x xenconsole; do sleep 0.1; done");
            await using var third = host.OpenTerminal("xm console shown; echo left-$?");
            await third.SendLineAsync("echo again-$((40 + 2))");
            await third.ExpectAsync("again-42");
            await host.RunOkAsync("kill -INT $(pgrep -f '^xm [c]onsole shown')");
            await third.ExpectAsync("left-130");
        }
        finally
        {
            await host.RunAsync("xm destroy shown");
        }
    }

    private async Task ComeAndGoAsync(Func<Terminal, Task> end)
    {
        await using (var console = host.OpenTerminal("stty sane; stty -g; xm console shown; stty -g; echo done-$((40 + 2))"))
        {
            var modes = (await console.ExpectAsync("[0-9a-f:]{30,}")).Value;
            // The shell's prompt: at once when the guest boots, and for a line once it waits.
            await console.AskAsync("echo here-$((6 * 7))", "here-42", tries: 30);
            await end(console);
            await console.ExpectAsync(modes);
            await console.ExpectAsync("done-42");
        }
        Assert.Equal(1, (await host.RunAsync("pgrep -x xenconsole")).ExitStatus);
    }
}
