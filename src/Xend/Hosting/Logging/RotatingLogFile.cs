using System.Globalization;
using System.Text;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Xend.Hosting.Logging;

/// <summary>
/// xend.log, and its predecessors xend.log.1 to xend.log.5: at most 1 MiB each. Serilog's own file sink numbers the newest file highest,
/// while everybody looks for the newest in xend.log.
/// </summary>
/// <remarks>
/// A log that cannot be written stops nothing: lines are dropped and counted, the file is tried again after a while, and the number of lost
/// lines stands where they are missing.
/// </remarks>
internal sealed class RotatingLogFile(string path, ITextFormatter formatter, TimeProvider clock) : ILogEventSink, IDisposable
{
    public const long Limit = 1024 * 1024;
    public const int Predecessors = 5;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private readonly Lock _lock = new();
    private string _path = path;
    private FileStream? _file;
    private DateTimeOffset _retryAt = DateTimeOffset.MinValue;
    private long _lost;

    /// <summary>Opens the file. False where that cannot be done; it is then tried again with later lines.</summary>
    public bool TryOpen()
    {
        lock (_lock)
        {
            return Open();
        }
    }

    /// <summary>Closes the file and opens the one that now has the given name, for logrotate's sake.</summary>
    public void Reopen(string newPath)
    {
        lock (_lock)
        {
            Close();
            _path = newPath;
            Open();
        }
    }

    public void Emit(LogEvent logEvent)
    {
        var line = new StringWriter(CultureInfo.InvariantCulture);
        formatter.Format(logEvent, line);
        var bytes = Encoding.UTF8.GetBytes(line.ToString());
        lock (_lock)
        {
            if (_file is null && (clock.GetUtcNow() < _retryAt || !Open()))
            {
                _lost++;
                return;
            }
            Write(bytes);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            Close();
        }
    }

    private void Write(byte[] bytes)
    {
        try
        {
            if (_file!.Length + bytes.Length > Limit && _file.Length > 0)
            {
                Rotate();
            }
            if (_lost > 0)
            {
                _file!.Write(
                    Encoding.ASCII.GetBytes(
                        string.Create(CultureInfo.InvariantCulture, $"... {_lost} lines were lost here: the log could not be written.\n")
                    )
                );
                _lost = 0;
            }
            _file!.Write(bytes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A full disk must not stop the daemon, and there is nowhere to complain: the loss is counted.
            _lost++;
            Close();
            _retryAt = clock.GetUtcNow() + RetryAfter;
        }
    }

    private void Rotate()
    {
        Close();
        for (var number = Predecessors - 1; number >= 1; number--)
        {
            if (File.Exists($"{_path}.{number}"))
            {
                File.Move($"{_path}.{number}", $"{_path}.{number + 1}", overwrite: true);
            }
        }
        File.Move(_path, $"{_path}.1", overwrite: true);
        _file = OpenFile();
    }

    private bool Open()
    {
        try
        {
            if (Path.GetDirectoryName(_path) is { Length: > 0 } directory)
            {
                Directory.CreateDirectory(directory);
            }
            _file = OpenFile();
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The same as for a write that fails.
            _retryAt = clock.GetUtcNow() + RetryAfter;
            return false;
        }
    }

    private FileStream OpenFile() =>
        new(
            _path,
            new FileStreamOptions
            {
                Mode = FileMode.Append,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite | FileShare.Delete,
                BufferSize = 0,
                UnixCreateMode = Mode,
            }
        );

    private void Close()
    {
        try
        {
            _file?.Dispose();
        }
        catch (IOException)
        {
            // Nothing is buffered, so nothing is lost by a close that fails.
        }
        _file = null;
    }
}
