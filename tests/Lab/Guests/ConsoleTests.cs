using Lab.Host;

namespace Lab.Guests;

/// <summary>The terminal is the user's again, whatever way xm console ends.</summary>
[Collection(LabCollection.Name)]
public sealed class ConsoleTests(LabHost host)
{
    [Theory]
    // xm is told to end; xenconsole crashes; the guest goes; the user leaves.
    [InlineData("kill -TERM $(pgrep -f '^xm [c]onsole shown')")]
    [InlineData("kill -SEGV $(pgrep -x xenconsole)")]
    [InlineData("xm destroy shown")]
    [InlineData("")]
    public async Task The_terminal_is_the_users_again(string end)
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
        try
        {
            await ComeAndGoAsync(end);
        }
        finally
        {
            await host.RunAsync("xm destroy shown");
        }
    }

    private async Task ComeAndGoAsync(string end)
    {
        await using (var console = host.OpenTerminal("stty sane; stty -g; xm console shown; stty -g; echo done-$((40 + 2))"))
        {
            var modes = (await console.ExpectAsync("[0-9a-f:]{30,}")).Value;
            await console.ExpectAsync("# ");
            if (end.Length > 0)
            {
                await host.RunOkAsync(end);
            }
            else
            {
                await console.SendAsync("\x1d");
            }
            await console.ExpectAsync(modes);
            await console.ExpectAsync("done-42");
        }
        Assert.Equal(1, (await host.RunAsync("pgrep -x xenconsole")).ExitStatus);
    }
}
