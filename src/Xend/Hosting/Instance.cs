using System.Globalization;
using Linux.Interop;

namespace Xend.Hosting;

/// <summary>The one xend of this host: a lock held for life, and the pid file that scripts read.</summary>
/// <remarks>The lock is the truth; it ends with its process however that ends. A stale pid file means nothing.</remarks>
internal sealed class Instance : IDisposable
{
    private const UnixFileMode PrivateDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly XendPaths _paths;
    private readonly LockFile _lock;

    private Instance(XendPaths paths, LockFile held)
    {
        _paths = paths;
        _lock = held;
    }

    /// <summary>Becomes the one xend.</summary>
    /// <exception cref="XendError">Another one runs, or the run directory cannot be used.</exception>
    public static Instance Take(XendPaths paths)
    {
        try
        {
            PrepareDirectory(paths.RunDirectory);
            var instance = new Instance(paths, LockFile.TryTake(paths.LockFile) ?? throw AlreadyRunning(paths));
            instance.WritePidFile();
            return instance;
        }
        catch (Exception error) when (error is NativeCallException or IOException or UnauthorizedAccessException)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"xend cannot mark in {paths.RunDirectory} that it runs.",
                error is NativeCallException native ? native.Reason : null,
                "Is the file system full or read-only?",
                error
            );
        }
    }

    /// <summary>The process id of the xend that runs, or null where none does.</summary>
    public static int? RunningProcess(XendPaths paths) =>
        LockFile.IsHeld(paths.LockFile) ? LockFile.Holder(paths.LockFile) ?? PidOf(paths.PidFile) ?? 0 : null;

    public void Dispose()
    {
        try
        {
            if (PidOf(_paths.PidFile) == Environment.ProcessId)
            {
                File.Delete(_paths.PidFile);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A stale pid file is no obstacle to anybody.
        }
        _lock.Dispose();
    }

    private void WritePidFile()
    {
        // Decimal, without a newline, as old xend wrote it.
        var own = Path.Combine(_paths.RunDirectory, "xend.pid.new");
        File.WriteAllText(own, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        File.SetUnixFileMode(own, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.Move(own, _paths.PidFile, overwrite: true);
    }

    private static void PrepareDirectory(string path)
    {
        Directory.CreateDirectory(path, PrivateDirectory);
        // One that old xend or a package left may be open to others.
        File.SetUnixFileMode(path, PrivateDirectory);
    }

    private static int? PidOf(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(path).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                ? pid
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static XendError AlreadyRunning(XendPaths paths) =>
        new(
            ErrorCode.AlreadyExists,
            LockFile.Holder(paths.LockFile) is { } pid ? $"xend is already running as process {pid}." : "xend is already running.",
            hint: "`xend restart` replaces it; guests go on."
        );
}
