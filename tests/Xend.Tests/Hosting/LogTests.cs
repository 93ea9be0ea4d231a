using Serilog;
using Xend.Hosting;
using Xend.Hosting.Logging;

namespace Xend.Tests.Hosting;

public sealed class LogTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("xend-log-");

    private string LogFile => Path.Combine(_directory.FullName, "log", "xend.log");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void A_line_looks_like_old_xends()
    {
        using (var log = Open())
        {
            XendLog.For(log.Logger, "Daemon").Information("Domain has shutdown: name={Name:l} id={Id}.", "linux", 1);
            XendLog.For(log.Logger, "Xend.Domains.Registry").Fatal("bad");
            log.Logger.Warning("no module");
        }
        var lines = File.ReadAllLines(LogFile);
        Assert.Matches(
            $@"^\[\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d {Environment.ProcessId}\] INFO \(Daemon\) Domain has shutdown: name=linux id=1\.$",
            lines[0]
        );
        Assert.EndsWith("] CRITICAL (Registry) bad", lines[1]);
        Assert.EndsWith("] WARNING (xend) no module", lines[2]);
    }

    [Fact]
    public void What_a_guest_wrote_cannot_look_like_a_line_of_its_own()
    {
        using (var log = Open())
        {
            log.Logger.Information("guest says {Text:l}", "one\n[2009-01-01 00:00:00 1] INFO (Daemon) forged\r\u001b[31m\0");
        }
        var lines = File.ReadAllLines(LogFile);
        Assert.Equal(2, lines.Length);
        Assert.Equal("    [2009-01-01 00:00:00 1] INFO (Daemon) forged\\x1b[31m\\x00", lines[1]);
    }

    [Theory]
    [InlineData("(vncpasswd hunter2)")]
    [InlineData("(vfb (vnc 1) (vncpasswd 'hunter2 with \\' blank') (keymap de))")]
    [InlineData("vfb=['vnc=1,vncpasswd=hunter2,keymap=de']")]
    [InlineData("\"vncpasswd\": \"hunter2\"")]
    [InlineData("['vncpasswd', 'hunter2']")]
    [InlineData("VNCPASSWD = hunter2")]
    [InlineData("(vncpasswd \"hunter2 unclosed")]
    public void Passwords_are_never_written(string text)
    {
        using (var log = Open())
        {
            log.Logger.Error(new InvalidOperationException(text), "config {Text:l}", text);
        }
        var written = File.ReadAllText(LogFile);
        Assert.DoesNotContain("hunter2", written, StringComparison.Ordinal);
        Assert.Contains("XXXXXXXX", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Full_files_are_numbered_and_five_are_kept()
    {
        using (var log = Open())
        {
            for (var line = 0; line < 8 * 1024; line++)
            {
                log.Logger.Information("{Line} {Text:l}", line, new string('x', 1024));
            }
        }
        Assert.Equal(
            ["xend.log", "xend.log.1", "xend.log.2", "xend.log.3", "xend.log.4", "xend.log.5"],
            Directory.GetFiles(Path.GetDirectoryName(LogFile)!).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.All(Directory.GetFiles(Path.GetDirectoryName(LogFile)!), file =>
            Assert.InRange(new FileInfo(file).Length, 1, RotatingLogFile.Limit)
        );
        Assert.Contains(" 8191 x", File.ReadLines(LogFile).Last(), StringComparison.Ordinal);
        Assert.Equal(Number(File.ReadLines(LogFile).First()) - 1, Number(File.ReadLines(LogFile + ".1").Last()));

        static int Number(string line) => int.Parse(line.Split(") ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void A_log_that_cannot_be_opened_is_told_and_stops_nothing()
    {
        File.WriteAllText(Path.Combine(_directory.FullName, "log"), "a file where the directory should be");
        var complaints = new List<string>();
        using var log = XendLog.Open(new XendOptions { LogFile = LogFile }, toStderr: false, complaints.Add);
        log.Logger.Information("lost");
        Assert.Equal([$"The log {LogFile} cannot be written; going on without it."], complaints);
    }

    [Fact]
    public void A_full_disk_loses_lines_and_says_how_many_when_there_is_room_again()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(LogFile)!);
        File.CreateSymbolicLink(LogFile, "/dev/full");
        var clock = new SteppingClock();
        using var file = new RotatingLogFile(LogFile, new XendLogFormatter(1), clock);
        using var logger = new LoggerConfiguration().WriteTo.Sink(file).CreateLogger();
        Assert.True(file.TryOpen());
        logger.Information("one");
        logger.Information("two");
        File.Delete(LogFile);
        logger.Information("three");
        Assert.False(File.Exists(LogFile));
        clock.Step(TimeSpan.FromSeconds(6));
        logger.Information("four");
        var lines = File.ReadAllLines(LogFile);
        Assert.Equal("... 3 lines were lost here: the log could not be written.", lines[0]);
        Assert.EndsWith(" four", lines[1]);
    }

    [Fact]
    public void A_new_configuration_changes_level_and_file()
    {
        using var log = Open();
        log.Logger.Debug("seen");
        File.Move(LogFile, LogFile + ".moved");
        log.Apply(new XendOptions { LogFile = LogFile, LogLevel = "ERROR" });
        log.Logger.Debug("unseen");
        log.Logger.Error("seen again");
        Assert.EndsWith(" seen", Assert.Single(File.ReadAllLines(LogFile + ".moved")));
        Assert.EndsWith(" seen again", Assert.Single(File.ReadAllLines(LogFile)));
    }

    [Fact]
    public void The_end_of_a_log_begins_with_a_whole_line()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(LogFile)!);
        Assert.Equal("", LogTail.Read(LogFile));
        File.WriteAllText(LogFile, "first\nsecond\nthird\n");
        Assert.Equal("first\nsecond\nthird\n", LogTail.Read(LogFile));
        Assert.Equal("third\n", LogTail.Read(LogFile, 10));
        Assert.Throws<XendError>(() => LogTail.Read(_directory.FullName));
    }

    private XendLog Open() => XendLog.Open(new XendOptions { LogFile = LogFile }, toStderr: false, complaint => Assert.Fail(complaint));

    private sealed class SteppingClock : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now;

        public void Step(TimeSpan by) => _now += by;
    }
}
