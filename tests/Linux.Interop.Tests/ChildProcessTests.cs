using System.Diagnostics;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace Linux.Interop.Tests;

public sealed class ChildProcessTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    public async Task An_exit_code_comes_back(int code)
    {
        using var child = Shell($"exit {code}");
        var status = await End(child);
        Assert.Equal(new ExitStatus(code, null, false), status);
        Assert.Equal(code == 0, status.Success);
        Assert.True(child.HasExited);
    }

    [Fact]
    public async Task A_death_by_signal_comes_back_with_its_name()
    {
        using var child = Shell("kill -TERM $$");
        var status = await End(child);
        Assert.Equal(LibC.SIGTERM, status.Signal);
        Assert.Equal("killed by SIGTERM", status.ToString());
        Assert.False(status.Success);
    }

    [Fact]
    public async Task Lines_of_both_streams_arrive_whole_and_in_order()
    {
        var output = new List<string>();
        var error = new List<string>();
        using var child = Shell(
            "printf 'a\\nb\\r\\n\\nlast'; printf 'x' >&2; printf 'y\\n' >&2",
            ChildOutput.Lines(output.Add),
            ChildOutput.Lines(error.Add)
        );
        await End(child);
        Assert.Equal(["a", "b", "", "last"], output);
        Assert.Equal(["xy"], error);
    }

    [Fact]
    public async Task A_line_beyond_the_limit_is_cut_and_the_next_one_is_whole()
    {
        var lines = new List<string>();
        using var child = Shell("head -c 100000 /dev/zero | tr '\\0' z; echo; echo next", ChildOutput.Lines(lines.Add, longest: 10));
        await End(child);
        Assert.Equal([new string('z', 10), "next"], lines);
    }

    [Fact]
    public async Task Megabytes_on_both_streams_arrive_without_a_deadlock()
    {
        long output = 0,
            error = 0;
        using var child = Shell(
            "head -c 5000000 /dev/zero & head -c 7000000 /dev/zero >&2; wait",
            ChildOutput.Bytes(bytes => output += bytes.Length),
            ChildOutput.Bytes(bytes => error += bytes.Length)
        );
        Assert.True((await End(child)).Success);
        Assert.Equal((5_000_000, 7_000_000), (output, error));
    }

    [Fact]
    public async Task Stderr_joined_to_stdout_keeps_the_order()
    {
        var lines = new List<string>();
        using var child = Shell("echo 1; echo 2 >&2; echo 3", ChildOutput.Lines(lines.Add), ChildOutput.WithOutput);
        await End(child);
        Assert.Equal(["1", "2", "3"], lines);
    }

    [Fact]
    public async Task What_is_written_to_stdin_is_read_and_closing_it_is_the_end_of_file()
    {
        var text = new StringBuilder();
        using var child = ChildProcess.Spawn(
            new ChildStart
            {
                Path = "/bin/cat",
                PipeInput = true,
                Output = ChildOutput.Bytes(bytes => text.Append(Encoding.UTF8.GetString(bytes))),
            }
        );
        child.StandardInput!.Write("hällo"u8);
        child.StandardInput.Dispose();
        Assert.True((await End(child)).Success);
        Assert.Equal("hällo", text.ToString());
    }

    [Fact]
    public async Task Without_a_pipe_stdin_is_empty()
    {
        using var child = ChildProcess.Spawn(new ChildStart { Path = "/bin/cat" });
        Assert.True((await End(child)).Success);
    }

    [Fact]
    public async Task Output_goes_to_a_given_file()
    {
        var path = Path.GetTempFileName();
        using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write))
        using (var child = Shell("echo out; echo err >&2", ChildOutput.To(file), ChildOutput.To(file)))
        {
            await End(child);
        }

        Assert.Equal("out\nerr\n", File.ReadAllText(path));
        File.Delete(path);
    }

    [Fact]
    public async Task Arguments_environment_and_directory_are_taken_literally()
    {
        var lines = new List<string>();
        using var child = ChildProcess.Spawn(
            new ChildStart
            {
                Path = "/bin/sh",
                Arguments = ["-c", "pwd; echo \"$1|$2\"; env | sort", "sh", "a b'\"$HOME", ""],
                Environment = new Dictionary<string, string> { ["XENBUS_PATH"] = "backend/vbd/1/2", ["PWD"] = "/" },
                WorkingDirectory = "/usr",
                Output = ChildOutput.Lines(lines.Add),
            }
        );
        await End(child);
        Assert.Equal(["/usr", "a b'\"$HOME|"], lines[..2]);
        Assert.Contains("XENBUS_PATH=backend/vbd/1/2", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("PATH=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_environment_is_inherited_where_none_is_given()
    {
        var lines = new List<string>();
        using var child = ChildProcess.Spawn(new ChildStart { Path = "/usr/bin/env", Output = ChildOutput.Lines(lines.Add) });
        await End(child);
        Assert.Contains($"PATH={Environment.GetEnvironmentVariable("PATH")}", lines);
    }

    [Fact]
    public async Task A_child_starts_with_default_signals_an_own_session_and_no_descriptor_of_ours()
    {
        // A native library may open a descriptor without close-on-exec, as this copy is.
        const int F_DUPFD = 0;
        using var zero = File.OpenHandle("/dev/zero");
        using var leak = new SafeFileHandle(LibC.fcntl((int)zero.DangerousGetHandle(), F_DUPFD, 0), ownsHandle: true);
        Assert.False(leak.IsInvalid);
        var lines = new List<string>();
        using var child = Shell(
            "ls /proc/self/fd | tr '\\n' ' '; echo; grep -E '^Sig(Ign|Blk)' /proc/self/status; cut -d' ' -f5,6 /proc/$$/stat",
            ChildOutput.Lines(lines.Add)
        );
        await End(child);
        // ls itself opens the directory as 3.
        Assert.Equal("0 1 2 3 ", lines[0]);
        Assert.Equal("SigBlk:\t0000000000000000", lines[1]);
        Assert.Equal("SigIgn:\t0000000000000000", lines[2]);
        Assert.Equal($"{child.Id} {child.Id}", lines[3]);
    }

    [Fact]
    public async Task Named_descriptors_become_3_and_on()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "first\n");
        using var one = File.OpenHandle(path);
        using var two = File.OpenHandle("/etc/hostname");
        var lines = new List<string>();
        using var child = ChildProcess.Spawn(
            new ChildStart
            {
                Path = "/bin/sh",
                Arguments = ["-c", "cat <&3; readlink /proc/self/fd/4"],
                Descriptors = [one, two],
                Output = ChildOutput.Lines(lines.Add),
            }
        );
        await End(child);
        Assert.Equal(["first", "/etc/hostname"], lines);
        File.Delete(path);
    }

    [Fact]
    public async Task A_group_dies_with_its_grandchildren_even_after_its_leader_ended()
    {
        var grandchild = new TaskCompletionSource<int>();
        using var child = Shell("sleep 1000 & echo $!", ChildOutput.Lines(line => grandchild.TrySetResult(int.Parse(line))));
        await End(child);
        var pid = await grandchild.Task;
        Assert.True(File.Exists($"/proc/{pid}/stat"));

        Assert.True(child.KillGroup(LibC.SIGKILL));
        await Until(() => IsGoneOrZombie(pid));
        child.Dispose();
        Assert.False(child.KillGroup(LibC.SIGKILL));
    }

    [Fact]
    public async Task Someone_who_keeps_stdout_open_does_not_keep_us_waiting()
    {
        var lines = new List<string>();
        using var child = Shell("echo before; sleep 1000 & exit 3", ChildOutput.Lines(lines.Add));
        Assert.Equal(3, (await End(child)).Code);
        Assert.Equal(["before"], lines);
        child.KillGroup(LibC.SIGKILL);
    }

    [Fact]
    public async Task Disposing_a_running_child_kills_its_group()
    {
        var child = Shell("sleep 1000 & wait");
        child.Dispose();
        Assert.Equal(LibC.SIGKILL, (await End(child)).Signal);
        await Until(() => !Directory.Exists($"/proc/{child.Id}"));
    }

    [Fact]
    public async Task A_child_that_outlives_us_survives_being_disposed()
    {
        var child = ChildProcess.Spawn(
            new ChildStart
            {
                Path = "/bin/sleep",
                Arguments = ["1000"],
                Outlives = true,
            }
        );
        child.Dispose();
        Assert.False(child.HasExited);
        Assert.True(child.KillGroup(LibC.SIGTERM));
        Assert.Equal(LibC.SIGTERM, (await End(child)).Signal);
        await Until(() => !Directory.Exists($"/proc/{child.Id}"));
    }

    [Fact]
    public async Task A_child_that_asks_for_it_dies_only_when_we_do_not_when_the_calling_thread_ends()
    {
        ChildProcess? child = null;
        var caller = new Thread(() =>
            child = ChildProcess.Spawn(
                new ChildStart
                {
                    Path = "/usr/bin/setpriv",
                    Arguments = ["--pdeathsig", "KILL", "cat"],
                    PipeInput = true,
                }
            )
        );
        caller.Start();
        caller.Join();
        await Until(() => File.ReadAllText($"/proc/{child!.Id}/comm") == "cat\n");
        child!.StandardInput!.Dispose();
        Assert.Equal(0, (await End(child)).Code);
        child.Dispose();
    }

    [Theory]
    [InlineData(null, "No such file or directory", "ENOENT")]
    [InlineData(UnixFileMode.UserRead, "Permission denied", "EACCES")]
    [InlineData(UnixFileMode.UserExecute, "it is no program, and no script whose first line names an interpreter", "ENOEXEC")]
    public void A_program_that_cannot_start_is_an_error_that_names_it(UnixFileMode? mode, string reason, string errno)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        if (mode is { } permissions)
        {
            File.WriteAllText(path, "text");
            File.SetUnixFileMode(path, permissions);
        }
        var error = Assert.Throws<NativeCallException>(() => ChildProcess.Spawn(new ChildStart { Path = path }));
        Assert.Equal((path, reason, errno), (error.Subject, error.Reason, error.Errno.Name));
        Assert.Equal($"posix_spawn: {path}: {reason} ({errno})", error.Message);
        File.Delete(path);
    }

    [Fact]
    public void A_script_without_its_interpreter_and_a_missing_directory_are_told_apart()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "#!/nonexistent/sh\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var script = Assert.Throws<NativeCallException>(() => ChildProcess.Spawn(new ChildStart { Path = path }));
        Assert.Equal("the interpreter that its first line names does not exist", script.Reason);
        var directory = Assert.Throws<NativeCallException>(() =>
            ChildProcess.Spawn(new ChildStart { Path = "/bin/true", WorkingDirectory = "/nonexistent" })
        );
        Assert.Equal("no such directory: /nonexistent", directory.Reason);
        File.Delete(path);
    }

    [Fact]
    public async Task What_a_receiver_throws_comes_out_of_the_wait()
    {
        using var child = Shell("echo 1; echo 2", ChildOutput.Lines(_ => throw new InvalidDataException("no")));
        await Assert.ThrowsAsync<InvalidDataException>(() => End(child));
    }

    [Fact]
    public async Task The_wait_can_be_given_up()
    {
        using var child = Shell("sleep 1000");
        using var cancellation = new CancellationTokenSource();
        var wait = child.WaitAsync(cancellation.Token);
        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        Assert.False(child.HasExited);
    }

    [Fact]
    public async Task Children_of_the_frameworks_own_Process_class_and_ours_do_not_take_each_others_status()
    {
        var all = new List<Task>();
        for (var i = 0; i < 20; i++)
        {
            var code = i;
            all.Add(
                Task.Run(async () =>
                {
                    using var child = Shell($"exit {code}");
                    Assert.Equal(code, (await End(child)).Code);
                })
            );
            all.Add(
                Task.Run(async () =>
                {
                    using var process = Process.Start("/bin/sh", ["-c", $"exit {code + 50}"]);
                    await process.WaitForExitAsync();
                    Assert.Equal(code + 50, process.ExitCode);
                })
            );
        }
        await Task.WhenAll(all);
    }

    [Fact]
    public async Task Two_hundred_children_leave_no_descriptor_no_thread_and_no_zombie()
    {
        await Spawn(20);
        var before = Directory.GetFiles("/proc/self/fd").Length;
        var threads = Directory.GetDirectories("/proc/self/task").Length;
        var ids = await Spawn(200);
        Assert.All(ids, id => Assert.False(Directory.Exists($"/proc/{id}")));
        // Other tests of this assembly run beside this one and own a few.
        await Until(() => Directory.GetFiles("/proc/self/fd").Length <= before + 20);
        await Until(() => Directory.GetDirectories("/proc/self/task").Length <= threads + 20);

        static async Task<List<int>> Spawn(int count)
        {
            var ids = new List<int>();
            for (var i = 0; i < count; i++)
            {
                using var child = ChildProcess.Spawn(
                    new ChildStart
                    {
                        Path = "/bin/true",
                        PipeInput = true,
                        Output = ChildOutput.Lines(_ => { }),
                        Error = ChildOutput.Lines(_ => { }),
                    }
                );
                ids.Add(child.Id);
                await End(child);
            }
            return ids;
        }
    }

    private static ChildProcess Shell(string script, ChildOutput? output = null, ChildOutput? error = null) =>
        ChildProcess.Spawn(
            new ChildStart
            {
                Path = "/bin/sh",
                Arguments = ["-c", script],
                Output = output ?? ChildOutput.Discard,
                Error = error ?? ChildOutput.Discard,
            }
        );

    private static Task<ExitStatus> End(ChildProcess child) => child.WaitAsync().WaitAsync(Limit);

    private static bool IsGoneOrZombie(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Split(") ")[1][0] == 'Z';
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static async Task Until(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Limit, "the condition did not come true");
            await Task.Yield();
        }
    }
}
