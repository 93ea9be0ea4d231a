using System.Diagnostics;
using System.Globalization;

namespace Xm.Tests;

/// <summary>The real process in bad surroundings: a defined exit status and a sentence, whatever is missing.</summary>
public sealed class ProcessTests : IDisposable
{
    private const string NoXend = "Error: Unable to connect to xend: No such file or directory. Is xend running?\n";
    private const string Removed = "d=$(mktemp -d); cd $d; rmdir $d; ";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("xm-process");

    public void Dispose() => _directory.Delete(recursive: true);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public void Without_a_working_directory_all_goes_on_that_needs_none()
    {
        Assert.Equal(new Outcome(1, "", NoXend), XmProcess.Shell(Removed + "$XM list"));
        Assert.Equal(0, XmProcess.Shell(Removed + "$XM help").Status);
        var guest = Write("web", "name = 'web'\nkernel = '/bin/sh'\nmemory = 64\n");
        Assert.Equal(new Outcome(1, "", NoXend), XmProcess.Shell(Removed + $"$XM create -q {guest}"));
        Assert.Equal(0, XmProcess.Shell(Removed + $"$XM lint {guest}").Status);
        // Beside the working directory, the others of the search path are looked into.
        Assert.Equal(new Outcome(1, "", NoXend), XmProcess.Shell(Removed + $"$XM create -q --path=.:{_directory.FullName} web"));
        Assert.Equal("Error: Unable to open config file: nosuch\n", XmProcess.Shell(Removed + "$XM create nosuch").Errors);
    }

    [Fact]
    public void What_needs_a_working_directory_that_was_removed_says_so()
    {
        const string told =
            "Error: Cannot use disc.iso: the working directory has been removed. Change to another, or give the whole path.\n";
        Assert.Equal(new Outcome(1, "", told), XmProcess.Shell(Removed + "$XM cd-insert web hdc disc.iso"));
        var guest = Write("here", "import os\nname = os.getcwd()\n");
        var outcome = XmProcess.Shell(Removed + $"$XM create -q {guest}");
        Assert.Equal(1, outcome.Status);
        Assert.StartsWith("Error: [Errno 2] No such file or directory", outcome.Errors);
    }

    [Theory]
    [InlineData("$XM list >&-", 1, NoXend)]
    [InlineData("$XM list <&-", 1, NoXend)]
    [InlineData("$XM list 2>&-", 1, "")]
    [InlineData("$XM list <&- >&- 2>&-", 1, "")]
    [InlineData("$XM help >/dev/null <&- 2>&-", 0, "")]
    [InlineData("$XM help >&-", 1, "Error: Cannot write the output: Bad file descriptor.\n")]
    [InlineData("$XM help >/dev/full", 1, "Error: Cannot write the output: No space left on device.\n")]
    [InlineData("$XM help 1</dev/null", 1, "Error: Cannot write the output: Bad file descriptor.\n")]
    [InlineData("$XM list 2>/dev/full", 1, "")]
    [InlineData("($XM help; echo $? >&2) | true", 0, "1\n")]
    [InlineData("env -u HOME -u PATH $XM list", 1, NoXend)]
    [InlineData("LC_ALL=xx LANG=xx TZ=nowhere $XM list", 1, NoXend)]
    public void Streams_and_environment_may_be_missing(string script, int status, string errors)
    {
        var outcome = XmProcess.Shell(script);
        Assert.Equal((status, errors), (outcome.Status, outcome.Errors));
    }

    [Fact]
    public void The_connection_never_takes_the_place_of_a_closed_stdout()
    {
        var requests = new List<string>();
        using var server = new FakeXendServer(request =>
        {
            requests.Add(request);
            return FakeXendServer.Value("<string>words of Xen</string>");
        });
        var outcome = XmProcess.Shell("$XM dmesg >&-", "httpu://" + server.Path);
        Assert.Equal((1, "Error: Cannot write the output: Bad file descriptor.\n"), (outcome.Status, outcome.Errors));
        Assert.DoesNotContain("words of Xen", Assert.Single(requests));
    }

    /// <summary>SIGKILL leaves xm no time to do it: then the kernel does.</summary>
    [Theory]
    [InlineData("HUP", 129)]
    [InlineData("INT", 130)]
    [InlineData("QUIT", 131)]
    [InlineData("TERM", 143)]
    [InlineData("USR1", 138)]
    [InlineData("KILL", 137)]
    public async Task Whatever_ends_xm_ends_the_program_in_the_foreground(string signal, int status)
    {
        var viewer = Write("vncviewer", "#!/bin/sh\necho viewer runs\nexec sleep 90\n");
        File.SetUnixFileMode(viewer, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var server = new FakeXendServer(_ => FakeXendServer.Value("<string></string>"));
        var start = new ProcessStartInfo(XmProcess.Path, ["vncviewer", "web"]) { RedirectStandardOutput = true };
        start.Environment["XM_SERVER"] = "httpu://" + server.Path;
        start.Environment["PATH"] = _directory.FullName + ":/usr/bin:/bin";
        using var xm = Process.Start(start)!;
        while (await xm.StandardOutput.ReadLineAsync() is { } line && line != "viewer runs") { }
        using var kill = Process.Start("kill", ["-" + signal, xm.Id.ToString(CultureInfo.InvariantCulture)]);
        // The end of the pipe that both have as stdout: neither runs any more.
        Assert.Equal("", await xm.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60)));
        await xm.WaitForExitAsync();
        Assert.Equal(status, xm.ExitCode);
    }

    [Fact]
    public void A_pipe_that_is_full_and_does_not_block_is_waited_for()
    {
        var slow = new SlowPipe { Refusals = 3 };
        var text = new string('x', 10_000);
        new Host.PatientStream(slow).Write(System.Text.Encoding.ASCII.GetBytes(text));
        Assert.Equal((0, text), (slow.Refusals, System.Text.Encoding.ASCII.GetString(slow.ToArray())));
    }

    /// <summary>Full at first; takes what a pipe takes whole.</summary>
    private sealed class SlowPipe : MemoryStream
    {
        private const int TryAgain = 11;

        public int Refusals { get; set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Assert.InRange(buffer.Length, 1, 4096);
            if (Refusals > 0)
            {
                Refusals--;
                throw new IOException("full", TryAgain);
            }
            base.Write(buffer);
        }
    }
}
