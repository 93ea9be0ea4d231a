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
        var config = await host.WriteGuestAsync(
            "shown",
            "kernel = '/mnt/xen/linux/vmlinux'",
            "ramdisk = '/mnt/xen/tiny/initrd'",
            "memory = 128",
            "extra = 'console=hvc0'"
        );
        await host.RunOkAsync($"xm create -q {config}");
        await ComeAndGoAsync(_ => host.RunOkAsync("kill -TERM $(pgrep -f '^xm [c]onsole shown')"));
        await ComeAndGoAsync(_ => host.RunOkAsync("kill -SEGV $(pgrep -x xenconsole)"));
        await ComeAndGoAsync(console => console.SendAsync("\x1d"));
        await ComeAndGoAsync(_ => host.DestroyAsync("shown"));
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
