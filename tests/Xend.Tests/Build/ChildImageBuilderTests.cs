using System.Diagnostics;
using LibXc.Interop;
using Linux.Interop;
using Tmds.Linux;
using Xend.Build;
using Xend.Hypervisor;

namespace Xend.Tests.Build;

/// <summary>The daemon's side of a build, with shell scripts that play the builder.</summary>
public sealed class ChildImageBuilderTests : IDisposable
{
    private static readonly ImageBuildRequest Request = new()
    {
        DomainId = 7,
        Type = GuestType.Pv,
        MemoryMib = 128,
        MaxVcpus = 2,
        KernelPath = "/boot/vm linuz",
        CommandLine = "root=/dev/xvda1 ro \"100%\"",
        StoreEventChannel = 1,
        ConsoleEventChannel = 2,
    };

    private readonly string _directory = Directory.CreateTempSubdirectory("builder").FullName;
    private readonly List<XenLogLine> _log = [];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_builder_that_answers_gives_the_frames_and_its_progress_on_the_way()
    {
        using var builder = Builder(
            "read line; echo 'progress Unpacking%20the%20kernel'; echo 'log 3 domainbuilder%3A%20x'; echo 'built 123 456'"
        );
        var progress = new Sentences();
        var result = await builder.BuildAsync(Request, progress, default);
        Assert.Equal(new ImageBuildResult(123, 456), result);
        Assert.Equal(["Unpacking the kernel"], progress.All);
        Assert.Contains(_log, line => line is { Level: XenLogLevel.Detail, Text: "domainbuilder: x" });
    }

    [Fact]
    public async Task A_builder_that_stands_still_is_not_waited_for()
    {
        using var builder = new ChildImageBuilder(
            new ChildImageBuilderOptions
            {
                Executable = "/bin/sh",
                Arguments = ["-c", "read line; echo 'step xc_dom_parse_image'; read never"],
                Patience = TimeSpan.FromSeconds(1),
            }
        );
        var error = await Assert.ThrowsAsync<ImageBuildException>(() =>
            builder.BuildAsync(Request, null, default).WaitAsync(TimeSpan.FromSeconds(60))
        );
        Assert.Equal("xc_dom_parse_image", error.Call);
        Assert.Contains("there was no progress for 1 s", error.Reason);
    }

    [Fact]
    public async Task The_request_arrives_whole_in_one_line()
    {
        var copy = Path.Combine(_directory, "request");
        using var builder = Builder($"head -n 1 > {copy}; echo 'built 1 2'");
        await builder.BuildAsync(Request with { RamdiskPath = "/boot/a\nb" }, null, default);
        (var request, var cache) = BuildLine.TryParse(BuildLine.Words(Assert.Single(File.ReadAllLines(copy))))!.Value;
        Assert.Equal(Request with { RamdiskPath = "/boot/a\nb" }, request);
        Assert.Null(cache);
    }

    [Fact]
    public async Task A_failure_that_the_builder_tells_has_its_call_its_sentence_and_libxcs_words()
    {
        using var builder = Builder("read line; echo 'failed xc_dom_parse_image /x%20is%20not%20a%20kernel no%20loader%20found'");
        var error = await Assert.ThrowsAsync<ImageBuildException>(() => builder.BuildAsync(Request, null, default));
        Assert.Equal(("xc_dom_parse_image", "/x is not a kernel", "no loader found"), (error.Call, error.Reason, error.Detail));
    }

    [Theory]
    [InlineData("kill -ABRT $$", "killed by SIGABRT")]
    [InlineData("kill -KILL $$", "killed by SIGKILL")]
    [InlineData("exit 134", "exit status 134")]
    [InlineData("exit 0", "exit status 0")]
    public async Task A_builder_that_dies_is_an_error_that_names_the_call_it_was_in_and_how_it_died(string death, string how)
    {
        using var builder = Builder(
            $"read line; echo 'step xc_dom_boot_mem_init'; echo 'log 3 quiet'; echo 'xend: xg_dom_x86.c:77: Assertion failed.' >&2; {death}"
        );
        var error = await Assert.ThrowsAsync<ImageBuildException>(() => builder.BuildAsync(Request, null, default));
        Assert.Equal("xc_dom_boot_mem_init", error.Call);
        Assert.EndsWith(how, error.Reason, StringComparison.Ordinal);
        Assert.Equal("xend: xg_dom_x86.c:77: Assertion failed.", error.Detail);
    }

    [Fact]
    public async Task Without_grave_lines_the_last_ones_are_the_detail()
    {
        using var builder = Builder("read line; for i in 1 2 3 4 5 6 7 8; do echo \"log 3 line$i\"; done; exit 1");
        var error = await Assert.ThrowsAsync<ImageBuildException>(() => builder.BuildAsync(Request, null, default));
        Assert.Equal("line3; line4; line5; line6; line7; line8", error.Detail);
    }

    [Fact]
    public async Task A_builder_that_cannot_be_started_is_a_failed_build()
    {
        using var builder = new ChildImageBuilder(new ChildImageBuilderOptions { Executable = Path.Combine(_directory, "none") });
        var error = await Assert.ThrowsAsync<ImageBuildException>(() => builder.BuildAsync(Request, null, default));
        Assert.Equal("posix_spawn", error.Call);
        Assert.Contains("cannot be started: No such file or directory", error.Reason);
    }

    [Fact]
    public async Task Cancelling_kills_the_builder()
    {
        var pid = Path.Combine(_directory, "pid");
        using var builder = Builder($"read line; echo $$ > {pid}.new; mv {pid}.new {pid}; sleep 1000");
        using var cancellation = new CancellationTokenSource();
        var build = builder.BuildAsync(Request, null, cancellation.Token);
        await Until(() => File.Exists(pid));
        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => build);
        await Until(() => !Directory.Exists($"/proc/{File.ReadAllText(pid).Trim()}"));
    }

    [Fact]
    public async Task One_builder_waits_before_the_first_build_and_after_it_and_never_two()
    {
        using var builder = Builder($"touch {_directory}/started.$$; read line || exit; touch {_directory}/used.$$; echo 'built 1 2'");
        builder.Warm();
        builder.Warm();
        await Until(() => Started() == 1);
        await builder.BuildAsync(Request, null, default);
        await Until(() => Started() == 2);
        Assert.Equal(
            Directory.GetFiles(_directory, "started.*").Select(Pid).Intersect(Directory.GetFiles(_directory, "used.*").Select(Pid)).Count(),
            Used()
        );
        Assert.Equal(1, Used());

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => builder.BuildAsync(Request, null, default)));
        Assert.Equal(5, Used());
        await Until(() => Waiting().Count() == 1);
        var waiting = Waiting().Single();
        builder.Dispose();
        await Until(() => !Directory.Exists($"/proc/{waiting}"));

        int Started() => Directory.GetFiles(_directory, "started.*").Length;
        int Used() => Directory.GetFiles(_directory, "used.*").Length;
        // One that has built may not be gone yet when the next already waits.
        IEnumerable<int> Waiting() =>
            Directory
                .GetFiles(_directory, "started.*")
                .Select(Pid)
                .Except(Directory.GetFiles(_directory, "used.*").Select(Pid))
                .Where(pid => Directory.Exists($"/proc/{pid}"));
        static int Pid(string path) => int.Parse(Path.GetExtension(path)[1..]);
    }

    [Fact]
    public async Task A_waiting_builder_that_was_killed_is_replaced_without_anyone_noticing()
    {
        var pid = Path.Combine(_directory, "pid");
        using var builder = Builder($"echo $$ > {pid}.new; mv {pid}.new {pid}; read line || exit; echo 'built 1 2'");
        builder.Warm();
        await Until(() => File.Exists(pid));
        Assert.Equal(0, LibC.kill(int.Parse(File.ReadAllText(pid)), LibC.SIGKILL));
        Assert.Equal(new ImageBuildResult(1, 2), await builder.BuildAsync(Request, null, default));
    }

    [Fact]
    public async Task A_builder_that_dies_at_its_work_is_not_replaced()
    {
        using var builder = Builder($"read line || exit; echo x >> {_directory}/count; echo 'step xc_dom_allocate'; exit 1");
        builder.Warm();
        await Assert.ThrowsAsync<ImageBuildException>(() => builder.BuildAsync(Request, null, default));
        Assert.Single(File.ReadAllLines(Path.Combine(_directory, "count")));
    }

    [Fact]
    public async Task Builds_do_not_wait_for_each_other()
    {
        // The first waits for a file that the second makes.
        using var builder = Builder(
            $"read build id rest; if [ $id = 1 ]; then until [ -e {_directory}/second ]; do sleep 0.01; done; else touch "
                + $"{_directory}/second; fi; echo \"built $id 0\""
        );
        var first = builder.BuildAsync(Request with { DomainId = 1 }, null, default);
        Assert.Equal(2u, (await builder.BuildAsync(Request with { DomainId = 2 }, null, default)).StoreFrame);
        Assert.Equal(1u, (await first).StoreFrame);
    }

    [Fact]
    public async Task A_builder_may_go_on_after_its_answer_but_not_for_ever()
    {
        var pid = Path.Combine(_directory, "pid");
        using var builder = new ChildImageBuilder(
            new ChildImageBuilderOptions
            {
                Executable = "/bin/sh",
                Arguments = ["-c", $"read line || exit; echo $$ > {pid}; echo 'built 1 2'; sleep 1000"],
                RetireLimit = TimeSpan.FromMilliseconds(50),
            }
        );
        await builder.BuildAsync(Request, null, default);
        await Until(() => !Directory.Exists($"/proc/{File.ReadAllText(pid).Trim()}"));
    }

    [Fact]
    public void The_builder_itself_says_why_it_cannot_build_where_there_is_no_Xen()
    {
        if (File.Exists("/dev/xen/privcmd"))
        {
            return; // On a dom0 it could.
        }

        using var output = new MemoryStream();
        using var input = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(BuildLine.Of(Request, null) + "\n"));
        Assert.Equal(0, BuildHelper.Serve(input, output));
        var words = BuildLine.Words(System.Text.Encoding.UTF8.GetString(output.ToArray()).TrimEnd('\n').Split('\n')[^1]);
        Assert.Equal("failed", words[0]);
        Assert.Contains(words[1], new[] { "xc_interface_open", "dlopen" });
        Assert.NotEmpty(words[2]);
    }

    [Fact]
    public void The_builder_ends_when_the_daemon_closes_its_end()
    {
        using var output = new MemoryStream();
        Assert.Equal(0, BuildHelper.Serve(new MemoryStream(), output));
        Assert.DoesNotContain("failed", System.Text.Encoding.UTF8.GetString(output.ToArray()));
    }

    private ChildImageBuilder Builder(string script) =>
        new(
            new ChildImageBuilderOptions
            {
                Executable = "/bin/sh",
                Arguments = ["-c", script],
                Log = line =>
                {
                    lock (_log)
                    {
                        _log.Add(line);
                    }
                },
            }
        );

    private static async Task Until(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), "the condition did not come true");
            await Task.Delay(1);
        }
    }

    private sealed class Sentences : IProgress<string>
    {
        public List<string> All { get; } = [];

        public void Report(string value) => All.Add(value);
    }
}
