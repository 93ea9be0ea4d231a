using Sxp;
using Xm.Config.Language;
using Xm.Config.Modules;
using Xm.Config.Values;
using Xm.Host;

namespace Xm.Config.Evaluation;

/// <summary>What a configuration may see and do of the host's files: read regular files, look for names, print.</summary>
internal sealed class HostFiles(Machine machine)
{
    /// <summary>Larger files are no part of a configuration.</summary>
    public const int MaxFile = 1 << 20;

    /// <summary>A file takes about as long as this many steps.</summary>
    private const int StepsOfFile = 2000;

    /// <summary>How deep files may run each other.</summary>
    private const int MaxInclusions = 10;

    private int _inclusions;
    private long _printed;

    /// <exception cref="Raised">It has been removed.</exception>
    public static string WorkingDirectory(Machine machine) =>
        machine.World.WorkingDirectory ?? throw Raised.Of("OSError", "[Errno 2] No such file or directory");

    /// <summary>Where a path of the file is really found.</summary>
    public string Place(string path)
    {
        machine.Budget.Step(StepsOfFile / 4);
        return path.Contains('\0') ? throw Raised.Type("a path must not contain a null byte") : machine.World.Resolve(path);
    }

    /// <param name="encoding">What Python 3 takes the file's bytes for; null for text as it stands there.</param>
    public FileValue Open(string path, string mode, string? encoding = null)
    {
        if (mode.AsSpan().ContainsAny("wax+"))
        {
            throw new Refused("writing files is refused: a configuration only reads. Open the file with mode 'r'");
        }
        if (mode.Length == 0 || mode[0] is not ('r' or 'U') || mode.AsSpan().ContainsAnyExcept("rbtU"))
        {
            throw Raised.Argument($"mode string must begin with one of 'r', 'w', 'a' or 'U', not '{mode}'");
        }
        var text = Read(path);
        return new FileValue(path, encoding is null ? text : Text.Of(Codecs.Decode(machine, new StrValue(text), encoding, "strict")));
    }

    /// <summary>Runs another file here: its names become names of this one.</summary>
    public Value Execute(string path)
    {
        var source = new SourceText(path, Read(path));
        if (++_inclusions > MaxInclusions)
        {
            throw new Refused($"files that run each other by execfile() go deeper than {MaxInclusions}");
        }
        IReadOnlyList<Statement> statements;
        try
        {
            statements = StatementParser.Parse(source.Text);
        }
        catch (ConfigError error)
        {
            throw error.In(source);
        }
        var outer = machine.Source;
        machine.Source = source;
        machine.Statements.Run(statements, new Scope(machine.Globals));
        machine.Source = outer;
        _inclusions--;
        return NoneValue.Instance;
    }

    /// <summary>Prints to xm's stdout or stderr.</summary>
    public void Write(Value destination, string text)
    {
        _printed += text.Length;
        if (_printed > Budget.MaxSize)
        {
            throw new Refused("this prints too much: a configuration may print a million characters");
        }
        var sink = destination switch
        {
            NoneValue or StreamValue { IsErrors: false } => machine.World.Out,
            StreamValue => machine.World.Errors,
            FileValue => throw new Refused("writing files is refused: a configuration only reads"),
            _ => throw Raised.Of("AttributeError", $"'{destination.TypeName}' object has no attribute 'write'"),
        };
        sink.Write(text);
    }

    /// <summary>A file of /proc, trimmed; null where there is none.</summary>
    public string? Fact(string path)
    {
        machine.Budget.Step(StepsOfFile);
        try
        {
            var place = machine.World.HostFile(path);
            return File.Exists(place) ? File.ReadAllText(place).Trim() : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string Read(string path)
    {
        var place = Place(path);
        machine.Budget.Step(StepsOfFile);
        if (machine.World.FullPath(path).StartsWith("/dev/", StringComparison.Ordinal))
        {
            throw new Refused($"{path} is refused: only regular files are read");
        }
        try
        {
            if (Directory.Exists(place))
            {
                throw Failed(21, "Is a directory", path);
            }
            if (
                File.ResolveLinkTarget(place, returnFinalTarget: true) is { } target
                && target.FullName.StartsWith("/dev/", StringComparison.Ordinal)
            )
            {
                throw new Refused($"{path} is refused: only regular files are read");
            }
            return ReadWithin(path, place);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Failed(2, Errno.Text(2), path);
        }
        catch (UnauthorizedAccessException)
        {
            throw Failed(13, Errno.Text(13), path);
        }
        catch (Exception error) when (error is IOException or ArgumentException or NotSupportedException)
        {
            throw Failed(5, Errno.Text(error), path);
        }
    }

    /// <summary>To open a pipe waits for its other end, for ever perhaps; so it is done aside, and given up after some seconds.</summary>
    private static string ReadWithin(string path, string place)
    {
        var reading = Task.Run(() => ReadBounded(place));
        // The length is what tells a regular file from a pipe, short of asking the C library.
        if (!reading.ContinueWith(static _ => { }, TaskScheduler.Default).Wait(TimeSpan.FromSeconds(5)))
        {
            throw new Refused($"{path} cannot be read within five seconds: only regular files are read");
        }
        var bytes = reading.GetAwaiter().GetResult();
        return bytes is null
            ? throw new Refused($"{path} is refused: only regular files of at most 1 MiB are read")
            : ByteText.FromBytes(bytes);
    }

    private static byte[]? ReadBounded(string place)
    {
        using var stream = new FileStream(place, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        if (!stream.CanSeek)
        {
            return null;
        }
        var bytes = new byte[Math.Min(MaxFile, Math.Max(stream.Length, 1 << 16)) + 1];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length > MaxFile || (length == bytes.Length && stream.ReadByte() >= 0) ? null : bytes[..length];
    }

    private static Raised Failed(int number, string reason, string path) =>
        new(new ExceptionValue(ExceptionType.Find("IOError")!, [number, reason, path]));
}
