using System.Text;
using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>Streams of bytes between programs in a guest and in dom0.</summary>
[Collection(SecondLabCollection.Name)]
public sealed class ChannelTests(LabHost host)
{
    private const string Socket = "/run/xen/spoken.sock";

    /// <summary>Says hello once a second, until it is answered. What is said before the other end is open may be lost.</summary>
    private const string Talk = """
        import os, select, socket, sys, time, tty
        path = sys.argv[1]
        if path.startswith("/dev/"):
            end = os.open(path, os.O_RDWR | os.O_NOCTTY)
            tty.setraw(end)
        else:
            connection = socket.socket(socket.AF_UNIX)
            connection.connect(path)
            end = connection.fileno()
        heard, limit = b"", time.time() + 60
        while b"answer-to-hello\n" not in heard:
            if time.time() > limit:
                sys.exit("no answer at %s, but %r" % (path, heard))
            os.write(end, b"hello\n")
            if select.select([end], [], [], 1)[0]:
                heard += os.read(end, 4096)
        print("answered")
        """;

    [Theory]
    [InlineData("pv", true)]
    [InlineData("pvh", false)]
    public async Task Programs_in_a_guest_and_in_dom0_talk_over_a_terminal_and_a_socket_and_nothing_is_left(string type, bool isKilled)
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        var kernel = type == "pvh" ? "kernel = '/mnt/xen/linux/vmlinuz'" : "";
        const string Channels = $"channel = [ 'connection=pty,name=org.example.a', 'connection=socket,name=b,path={Socket}' ]";
        var config = await host.WriteTinyAsync("spoken", $"type = '{type}'", kernel, Channels);
        await host.BootedAsync(type, async () =>
        {
            await host.RunOkAsync($"xm create -q {config}");
            await using var console = host.OpenTerminal("xm console spoken");
            await console.ExpectAsync("# ");
            await console.SendLineAsync("for n in 1 2; do until [ -c /dev/hvc$n ]; do sleep 1; done; done; echo there-$((6 * 7))");
            await console.ExpectAsync("there-42");
            await console.SendLineAsync(
                "for n in 1 2; do (exec 3<>/dev/hvc$n; stty raw -echo <&3; "
                    + "while read it <&3; do echo answer-to-$it >&3; done) & done; echo open-$((6 * 7))"
            );
            await console.ExpectAsync("open-42");
        });
        var id = (await host.RunOkAsync("xm domid spoken")).Trim();
        var terminal = (await host.RunOkAsync(@"xm list --long spoken | sed -n 's/.*(tty \([^)]*\)).*/\1/p'")).Trim();
        Assert.Matches("^/dev/pts/[0-9]+$", terminal);
        Assert.Equal(terminal, (await host.RunOkAsync($"xenstore-read /local/domain/{id}/device/console/1/tty")).Trim());
        Assert.Equal("b", (await host.RunOkAsync($"xenstore-read /local/domain/{id}/device/console/2/name")).Trim());
        foreach (var path in new[] { terminal, Socket })
        {
            Assert.Equal("answered\n", await host.RunOkAsync($"python3 - {path}", TimeSpan.FromSeconds(90), Encoding.UTF8.GetBytes(Talk)));
        }
        var other = await host.WriteTinyAsync("other", $"type = '{type}'", kernel, Channels);
        Assert.StartsWith($"Error: channel b: domain spoken has {Socket}\n", await host.CreateRefusedAsync(other));
        if (isKilled)
        {
            await host.RunOkAsync($"kill -KILL $(xenstore-read /local/domain/{id}/image/device-model-pid) && test -S {Socket}");
        }
        await host.DestroyAsync("spoken");
        await before.AssertRestoredAsync(host);
    }
}
