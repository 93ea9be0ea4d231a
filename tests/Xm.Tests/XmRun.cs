using System.Text;
using Xm.Host;
using Xm.Output;

namespace Xm.Tests;

/// <summary>What a run of xm printed and how it ended.</summary>
internal sealed record Outcome(int Status, string Out, string Errors)
{
    /// <summary>stdout without the usage that follows an error.</summary>
    public string FirstLine => Out.Split('\n')[0];
}

/// <summary>A host for xm: a directory that stands for /, an environment, a clock and a xend, all of the test's own.</summary>
internal sealed class XmRun : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("xm-test");

    public FakeXend Xend { get; } = new();

    public FakeForeground Foreground { get; } = new();

    public Dictionary<string, string> Environment { get; } = new() { ["HOME"] = "/root" };

    public bool IsRoot { get; set; } = true;

    public bool OutIsTerminal { get; set; }

    /// <summary>Presses Ctrl-C, where the command does something else than to end.</summary>
    public Action? Interrupt { get; private set; }

    public ManualClock Clock { get; } = new();

    public Func<Connection.ServerAddress, Connection.IXend>? Connect { get; set; }

    /// <summary>Writes a file of the host and makes its directories.</summary>
    public XmRun WithFile(string path, string text = "")
    {
        var place = Path.Combine(_root.FullName, path.TrimStart('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.WriteAllText(place, text);
        return this;
    }

    /// <summary>Makes a symbolic link of the host, which may lead nowhere.</summary>
    public XmRun WithLink(string path, string target)
    {
        var place = Path.Combine(_root.FullName, path.TrimStart('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.CreateSymbolicLink(place, target);
        return this;
    }

    public Outcome Run(params string[] arguments)
    {
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        var program = new XmProgram(Surroundings(output, errors));
        var status = program.Run(arguments);
        return new Outcome(status, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(errors.ToArray()));
    }

    /// <summary>This host as a run of xm sees it.</summary>
    public Surroundings Surroundings(Stream output, Stream errors) =>
        new()
        {
            Out = new TextSink(() => output),
            Errors = new TextSink(() => errors),
            Variable = name => Environment.GetValueOrDefault(name),
            WorkingDirectory = "/home/user",
            Root = _root.FullName,
            IsRoot = IsRoot,
            Time = Clock,
            Pause = Clock.Advance,
            Foreground = Foreground,
            OnInterrupt = act =>
            {
                Interrupt = act;
                return new MemoryStream();
            },
            OutIsTerminal = OutIsTerminal,
            Connect = Connect ?? (_ => Xend),
        };

    public void Dispose() => _root.Delete(recursive: true);
}

/// <summary>A clock that goes on only when xm waits.</summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly Lock _lock = new();
    private DateTimeOffset _now = new(2026, 11, 20, 12, 34, 56, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public void Advance(TimeSpan time)
    {
        lock (_lock)
        {
            _now += time;
        }
    }
}
