using System.Text;
using Serilog;
using Xend.Build.Bootloaders;

namespace Xend.Tests.Build;

/// <summary>The real runner, with boot loaders of all kinds as shell scripts.</summary>
public sealed class BootloaderRunnerTests : IDisposable
{
    private static readonly Guid Domain = Guid.Parse("00000000-0000-0000-0000-000000000001");

    private readonly string _directory = Directory.CreateTempSubdirectory("bootloaders-").FullName;
    private readonly BootloaderRunner _runner;

    public BootloaderRunnerTests() =>
        _runner = new BootloaderRunner(Boot, "0.0", TimeProvider.System, new LoggerConfiguration().CreateLogger());

    private string Boot => Path.Combine(_directory, "boot");

    private string Place => Path.Combine(Boot, Domain.ToString());

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_stock_boot_loader_gets_its_words_a_terminal_and_a_directory()
    {
        var call = Call(
            """
            [ -t 0 ] && [ -t 1 ] && [ "$TERM" = vt100 ] || exit 3
            for word; do case $word in --output=*) out=${word#--output=} ;; --output-directory=*) dir=${word#--output-directory=} ;; esac; done
            echo kernel >$dir/boot_kernel.1
            printf 'kernel %s\0args %s\0\0' $dir/boot_kernel.1 "$*" >$out
            """
        );
        var choice = await RunAsync(
            call with
            {
                Arguments = "--entry 'the second one' -q",
                Kernel = "/vmlinuz",
                CommandLine = "root=/dev/xvda1 quiet",
            }
        );
        Assert.Equal($"{Place}/boot_kernel.1", choice.Kernel);
        Assert.Equal("", choice.Ramdisk);
        Assert.Equal(
            $"--kernel=/vmlinuz --args=root=/dev/xvda1 quiet --output={Place}/answer --output-format=simple0 "
                + $"--output-directory={Place} --entry the second one -q /dev/disk",
            choice.CommandLine
        );
        _runner.RemoveFiles(Domain);
        Assert.False(Directory.Exists(Boot));
    }

    [Fact]
    public async Task A_boot_loader_of_old_knows_only_output_and_the_place_for_temporary_files()
    {
        var choice = await RunAsync(
            Call("echo \"linux (kernel '$TMPDIR/k')(ramdisk '$TMPDIR/r')(args 'a b')\" >${1#--output=}", name: "domUloader")
        );
        Assert.Equal(new BootChoice($"{Place}/k", $"{Place}/r", "a b"), choice);
    }

    [Fact]
    public async Task Its_menu_can_be_used_by_whoever_comes_and_is_shown_to_who_comes_late()
    {
        var call = Call(
            "echo 'choose:' >/dev/tty; read answer; echo \"you said $answer\"; printf 'linux (kernel /k)(args %s)' $answer >${1#--output=}",
            name: "menu"
        );
        await using var session = _runner.Start(call);
        var result = session.ResultAsync(default);
        await Task.Delay(200);
        await using var person = new FileStream(session.Terminal, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        var seen = new StringBuilder();
        await ReadUntilAsync(person, seen, "choose:");
        await person.WriteAsync("second\n"u8.ToArray());
        await ReadUntilAsync(person, seen, "you said second");
        Assert.Equal("second", (await result).CommandLine);
    }

    [Fact]
    public async Task The_words_of_one_that_fails_are_in_the_error()
    {
        var error = await FailAsync(Call("echo noise; echo 'Unable to find partition containing kernel' >&2; exit 1"));
        Assert.StartsWith("Boot loader didn't return any data! It ended with", error.Message);
        Assert.EndsWith("\nUnable to find partition containing kernel", error.Detail);
    }

    [Fact]
    public async Task One_that_complains_on_its_terminal_only_is_quoted_without_what_paints_the_screen()
    {
        var error = await FailAsync(Call("printf '\\033[2J\\033[1;31mNo kernel image selected!\\033[0m\\r\\n'; exit 1"));
        Assert.EndsWith("\nNo kernel image selected!", error.Detail);
    }

    [Fact]
    public async Task One_that_answers_nothing_is_told() =>
        Assert.Equal("Boot loader didn't return any data!", (await FailAsync(Call("exit 0"))).Message);

    [Fact]
    public async Task One_that_hangs_is_killed_with_all_that_it_started()
    {
        var error = await FailAsync(Call("sleep 4712 & trap '' HUP TERM; sleep 4712") with { Limit = TimeSpan.FromMilliseconds(500) });
        Assert.Equal(ErrorCode.Timeout, error.Code);
        Assert.Contains("nobody was at its terminal", error.Detail);
        await WaitAsync(() => Running("sleep\04712") == 0);
    }

    [Fact]
    public async Task One_that_never_stops_talking_is_ended_too()
    {
        var error = await FailAsync(Call("while :; do echo talk; sleep 0.05; done") with { Limit = TimeSpan.FromMilliseconds(400) });
        Assert.Equal(ErrorCode.Timeout, error.Code);
        Assert.Contains("still at work after 2 s", error.Detail);
    }

    [Fact]
    public async Task One_that_floods_its_terminal_is_refused_and_costs_no_memory()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var error = await FailAsync(Call("exec cat /dev/zero"));
        Assert.Contains("more than 16 MiB on its terminal", error.Message);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 8 << 20);
    }

    [Fact]
    public async Task An_answer_of_many_megabytes_is_refused()
    {
        var error = await FailAsync(Call("head -c 100000000 /dev/zero >${1#--output=}"));
        Assert.Contains("more than 16384 bytes", error.Message);
    }

    [Fact]
    public async Task A_kernel_as_large_as_the_disk_is_not_copied_into_the_hosts_memory()
    {
        // The limit is RLIMIT_FSIZE: 512 MiB.
        var error = await FailAsync(Call("truncate -s 513M $TMPDIR/kernel || exit 1"));
        Assert.Contains("didn't return any data", error.Message);
    }

    [Theory]
    [InlineData("kernel /etc/shadow\\0\\0")]
    [InlineData("kernel $dir/../../../../etc/shadow\\0\\0")]
    [InlineData("kernel $dir/link\\0\\0")]
    [InlineData("kernel $dir\\0\\0")]
    public async Task A_stock_boot_loader_is_not_believed_that_a_file_of_the_host_is_the_guests_kernel(string answer)
    {
        var error = await FailAsync(Call($"dir=$TMPDIR; ln -s /etc/shadow $dir/link; printf \"{answer}\" >${{1#--output=}}"));
        Assert.StartsWith("The boot loader of grubbed was refused: ", error.Message);
    }

    [Fact]
    public async Task One_that_not_even_SIGKILL_ends_is_not_waited_for()
    {
        var child = new UndyingChild();
        var log = new LoggerConfiguration().CreateLogger();
        var runner = new BootloaderRunner(Boot, "0.0", new Operations.ImpatientClock(), log, _ => child);
        var session = runner.Start(Call("") with { Limit = TimeSpan.FromSeconds(100) });
        var error = await Assert.ThrowsAsync<XendError>(() => session.ResultAsync(default).WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(ErrorCode.Timeout, error.Code);
        await session.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal([9], child.Signals);
        Assert.True(child.Disposed);
    }

    [Fact]
    public async Task What_an_earlier_daemon_started_is_ended_and_its_files_are_deleted()
    {
        var session = _runner.Start(Call("trap '' HUP; echo kernel >$TMPDIR/kernel; setsid sleep 4713 & sleep 4713"));
        try
        {
            await WaitAsync(() => File.Exists($"{Place}/kernel") && Running("sleep\04713") == 2);
            await _runner.EndOrphansAsync();
            Assert.Equal(0, Running("sleep\04713"));
            Assert.False(Directory.Exists(Place));
        }
        finally
        {
            await session.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("pygrub")]
    [InlineData("/none/pygrub")]
    [InlineData("bin/pygrub")]
    public void One_that_is_not_there_is_told(string name) =>
        Assert.Equal("Bootloader isn't executable", Assert.Throws<XendError>(() => _runner.Locate(name)).Message);

    [Fact]
    public void One_that_may_not_be_executed_is_told()
    {
        var file = Path.Combine(_directory, "plain");
        File.WriteAllText(file, "");
        Assert.Contains("no permission to be executed", Assert.Throws<XendError>(() => _runner.Locate(file)).Detail);
        // By its last part, in the usual places.
        Assert.EndsWith("/bin/true", _runner.Locate("/none/true"));
    }

    private static int Running(string command) =>
        Directory.EnumerateDirectories("/proc").Count(process => CommandLineOf(process).StartsWith(command, StringComparison.Ordinal));

    private static string CommandLineOf(string process)
    {
        try
        {
            return File.ReadAllText($"{process}/cmdline");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static async Task ReadUntilAsync(FileStream terminal, StringBuilder seen, string text)
    {
        var buffer = new byte[1000];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!seen.ToString().Contains(text))
        {
            seen.Append(Encoding.UTF8.GetString(buffer, 0, await terminal.ReadAsync(buffer, limit.Token)));
        }
    }

    private static async Task WaitAsync(Func<bool> condition)
    {
        var limit = DateTime.UtcNow.AddSeconds(20);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < limit, "the condition never came true");
            await Task.Delay(20);
        }
    }

    private async Task<BootChoice> RunAsync(BootloaderCall call)
    {
        await using var session = _runner.Start(call);
        return await session.ResultAsync(default);
    }

    private Task<XendError> FailAsync(BootloaderCall call) => Assert.ThrowsAsync<XendError>(() => RunAsync(call));

    private BootloaderCall Call(string script, string name = "pygrub")
    {
        var program = Path.Combine(_directory, name);
        File.WriteAllText(program, "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new BootloaderCall
        {
            Domain = Domain,
            Name = "grubbed",
            Program = program,
            Disk = "/dev/disk",
            Limit = TimeSpan.FromSeconds(30),
        };
    }
}
