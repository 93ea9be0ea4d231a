using Xend.Hosting;

namespace Xend.Tests.Hosting;

public sealed class CommandLineTests : IDisposable
{
    private readonly TestHost _host = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Without_words_it_prints_its_usage()
    {
        Assert.Equal(1, await RunAsync());
        Assert.Equal("usage: xend {start|stop|reload|restart|status}\n", _output.ToString());
    }

    [Theory]
    [InlineData("bogus")]
    [InlineData("--bogus")]
    [InlineData("start", "now")]
    public async Task An_unknown_word_is_named(params string[] words)
    {
        Assert.Equal(1, await RunAsync(words));
        Assert.Equal($"not an option: {words[^1]}\n", _errors.ToString());
    }

    [Fact]
    public async Task Only_root_may_run_it()
    {
        Assert.Equal(1, await Line(isRoot: false).RunAsync(["status"]));
        var stars = new string('*', 70);
        Assert.Equal($"{stars}\n*** Xend must be run as root.\n{stars}\n", _errors.ToString());
    }

    [Fact]
    public async Task Status_is_silent_and_3_where_none_runs_and_0_where_one_does()
    {
        Assert.Equal(3, await RunAsync("status"));
        using (Instance.Take(_host.Paths))
        {
            Assert.Equal(0, await RunAsync("status"));
        }
        Assert.Equal(3, await RunAsync("status"));
        Assert.Equal("", _output.ToString() + _errors);
    }

    [Fact]
    public async Task Stopping_what_does_not_run_is_a_success_and_reloading_it_is_not()
    {
        Assert.Equal(0, await RunAsync("stop"));
        Assert.Equal(1, await RunAsync("reload"));
        Assert.Equal("xend: not running.\n", _errors.ToString());
    }

    [Fact]
    public async Task A_stale_pid_file_hits_no_stranger()
    {
        Directory.CreateDirectory(_host.Paths.RunDirectory);
        File.WriteAllText(_host.Paths.PidFile, Environment.ProcessId.ToString());
        File.WriteAllText(_host.Paths.LockFile, $"{Environment.ProcessId}\n");
        Assert.Equal(3, await RunAsync("status"));
        Assert.Equal(0, await RunAsync("stop"));
    }

    [Fact]
    public async Task Starting_what_runs_is_a_success()
    {
        using var instance = Instance.Take(_host.Paths);
        Assert.Equal(0, await RunAsync("start"));
    }

    [Fact]
    public async Task A_daemon_that_dies_at_start_is_told_with_how_it_ended()
    {
        var line = Line(isRoot: true, "/bin/sh", "-c", "echo some words >&2; exit 7");
        Assert.Equal(1, await line.RunAsync(["start"]));
        Assert.Equal($"xend: xend ended at once: exit status 7.\n  hint: More is in {_host.Paths.DebugLog}.\n", _errors.ToString());
        var debug = File.ReadAllLines(_host.Paths.DebugLog);
        Assert.Matches(@"^Xend started at \w{3} \w{3} \d+ \d\d:\d\d:\d\d \d{4}\.$", debug[0]);
        Assert.Equal("some words", debug[1]);
        Assert.Empty(Directory.GetFiles(_host.Paths.RunDirectory, "*.notify"));
    }

    [Fact]
    public async Task A_program_that_is_not_there_cannot_be_started()
    {
        Assert.Equal(1, await Line(isRoot: true, "/nonexistent/xend").RunAsync(["start"]));
        Assert.StartsWith("xend: xend cannot be started in the background.\n", _errors.ToString());
    }

    [Theory]
    [InlineData(null, 300)]
    [InlineData("20", 20)]
    [InlineData("soon", 300)]
    public void Guests_have_the_time_to_go_that_the_stock_script_gives_them(string? setting, int seconds) =>
        Assert.Equal(seconds, CommandLine.StopLimit(setting));

    [Fact]
    public async Task Guests_of_the_directory_are_started_unless_they_run_and_a_failure_keeps_no_other_from_it()
    {
        using var instance = Instance.Take(_host.Paths);
        var asked = _host.InRoot("asked");
        var xm = Script(
            "xm",
            $$"""
            echo "$*" >>{{asked}}
            case "$*" in
              *dryrun*broken*) echo 'Error: no such kernel' >&2; exit 1 ;;
              create*stdin) cat >>{{asked}} ;;
              *dryrun*) echo "(vm (name $(basename "${4#--defconfig=}" .cfg)) (memory 16))" ;;
              'domid b-runs') echo 7 ;;
              'domid 7') echo 7 ;;
              'domname 7') echo b-runs ;;
              'domid c-kept') echo None ;;
              domid*) echo "Error: Domain '$2' does not exist." >&2; exit 3 ;;
            esac
            """
        );
        var directory = Directory.CreateDirectory(_host.InRoot("auto")).FullName;
        foreach (var name in new[] { "b-runs.cfg", "c-kept.cfg", "a-broken.cfg", "d-new.cfg", "7.cfg", "e-saved.cfg", ".hidden" })
        {
            File.WriteAllText(Path.Combine(directory, name), "");
        }
        var saved = Directory.CreateDirectory(_host.InRoot("saved")).FullName;
        File.WriteAllText(Path.Combine(saved, "e-saved"), "");
        Assert.Equal(1, await LineWith(xm).RunAsync(["start-guests", "--directory", directory, "--saved", saved]));
        Assert.Equal($"xend: {directory}/a-broken.cfg: Error: no such kernel\n", _errors.ToString());
        Assert.Equal(
            [
                $"xend: {directory}/7.cfg: 7 is started",
                $"xend: {directory}/b-runs.cfg: b-runs runs already",
                $"xend: {directory}/c-kept.cfg: c-kept is started",
                $"xend: {directory}/d-new.cfg: d-new is started",
                $"xend: {directory}/e-saved.cfg: e-saved is saved in {saved}, and is not started anew",
                "",
            ],
            _output.ToString()!.Split('\n')
        );
        const string Create = "create --quiet --config=/dev/stdin";
        Assert.Equal(
            [Create, "(vm (name 7) (memory 16))", "start c-kept", Create, "(vm (name d-new) (memory 16))"],
            File.ReadLines(asked).Where(line => !line.Contains("dryrun") && !line.StartsWith("dom"))
        );
    }

    [Fact]
    public async Task Saved_guests_go_on_before_others_start_and_their_files_are_gone_before_they_run()
    {
        using var instance = Instance.Take(_host.Paths);
        var asked = _host.InRoot("asked");
        var saved = Directory.CreateDirectory(_host.InRoot("saved")).FullName;
        var xm = Script(
            "xm",
            $$"""
            echo "$*: $(ls {{saved}} | tr '\n' ' ')" >>{{asked}}
            case "$*" in
              restore*broken) echo 'Error: it was altered' >&2; exit 1 ;;
              domid*) exit 3 ;;
              *dryrun*) echo "(vm (name broken) (memory 16))" ;;
            esac
            """
        );
        byte[] begin = [.. "LinuxGuestRecord"u8, 0, 0, 0, 26, .. "(domain (name 'my guest'))"u8, 1, 2];
        File.WriteAllBytes(Path.Combine(saved, "a"), begin);
        File.WriteAllBytes(Path.Combine(saved, "broken"), begin);
        File.WriteAllText(Path.Combine(saved, "of-xl"), "Xen saved domain and more");
        var home = Directory.CreateDirectory(_host.InRoot("7e19da7c-8dd7-415f-cebb-290b3c42ec1c")).FullName;
        File.WriteAllBytes(Path.Combine(home, "checkpoint.chk"), begin);
        File.CreateSymbolicLink(Path.Combine(saved, "kept"), Path.Combine(home, "checkpoint.chk"));
        File.CreateSymbolicLink(Path.Combine(saved, "gone"), "/nonexistent/checkpoint.chk");
        var directory = Directory.CreateDirectory(_host.InRoot("auto")).FullName;
        File.WriteAllText(Path.Combine(directory, "x.cfg"), "");

        Assert.Equal(1, await LineWith(xm).RunAsync(["start-guests", "--directory", directory, "--saved", saved]));

        Assert.Equal($"xend: {saved}/broken: Error: it was altered\n", _errors.ToString());
        Assert.Equal(
            [
                $"restore --quiet --paused {saved}/a: a broken gone kept of-xl ",
                "unpause my guest: broken gone kept of-xl ",
                $"restore --quiet --paused {saved}/broken: broken gone kept of-xl ",
                "resume --quiet 7e19da7c-8dd7-415f-cebb-290b3c42ec1c: broken gone kept of-xl ",
            ],
            File.ReadLines(asked).Take(4)
        );
        Assert.Equal(["broken", "gone", "of-xl"], Directory.EnumerateFiles(saved).Select(Path.GetFileName).Order());
        Assert.Contains("broken is saved in", _output.ToString());
    }

    [Fact]
    public async Task No_directory_and_an_empty_one_have_no_guests()
    {
        using var instance = Instance.Take(_host.Paths);
        Assert.Equal(0, await LineWith("/nonexistent/xm").RunAsync(["start-guests", "--directory", _host.InRoot("none")]));
        Assert.Equal(0, await LineWith("/nonexistent/xm").RunAsync(["start-guests", "--directory", ""]));
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(_host.InRoot("auto")).FullName, "a.cfg"), "");
        Assert.Equal(1, await LineWith("/nonexistent/xm").RunAsync(["start-guests", "--directory", _host.InRoot("auto")]));
        Assert.Equal("xend: /nonexistent/xm cannot be run: No such file or directory\n", _errors.ToString());
    }

    [Fact]
    public async Task Guests_cannot_be_started_without_the_daemon()
    {
        Assert.Equal(1, await RunAsync("start-guests"));
        Assert.Equal("xend: not running; no guest is started.\n", _errors.ToString());
    }

    private string Script(string name, string text)
    {
        var path = _host.InRoot(name);
        File.WriteAllText(path, $"#!/bin/bash\n{text}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private Task<int> RunAsync(params string[] words) => Line(isRoot: true).RunAsync(words);

    private CommandLine LineWith(string xm) =>
        new(_host.Paths, _host.MakeCoreAsync)
        {
            Output = _output,
            Errors = _errors,
            IsRoot = true,
            Xm = xm,
        };

    private CommandLine Line(bool isRoot, string executable = "/bin/false", params string[] arguments) =>
        new(_host.Paths, _host.MakeCoreAsync)
        {
            Output = _output,
            Errors = _errors,
            IsRoot = isRoot,
            Self = (executable, arguments),
        };
}
