using Xm.Config.Evaluation;
using Xm.Config.Values;
using Xm.Host;

namespace Xm.Config.Modules;

/// <summary>What <c>os.stat</c> gives: mode, size and times. xm does not know of owners and inodes, and says so.</summary>
internal sealed record StatValue(IReadOnlyDictionary<string, Value> Members) : Value
{
    private static readonly string[] Order =
    [
        "st_mode",
        "st_ino",
        "st_dev",
        "st_nlink",
        "st_uid",
        "st_gid",
        "st_size",
        "st_atime",
        "st_mtime",
        "st_ctime",
    ];

    public override string TypeName => "posix.stat_result";
    public override bool IsTrue => true;

    public Value? Member(string name) =>
        Members.TryGetValue(name, out var member) ? member
        : Order.Contains(name) ? throw new Refused($"os.stat(...).{name} is not known to xm: mode, size, atime and mtime are")
        : null;

    /// <summary>By its place in the tuple, where times are whole seconds.</summary>
    public Value At(Value index) =>
        Member(Order[Sequences.At(Order.Length, index, "tuple")]) is FloatValue time
            ? new IntValue((long)Math.Floor(time.Number))
            : Member(Order[Sequences.At(Order.Length, index, "tuple")])!;
}

/// <summary>Modes, sizes and times of files.</summary>
internal static class FileStatus
{
    private const int Directory = 0x4000;
    private const int Regular = 0x8000;
    private const int Link = 0xa000;
    private const int BlockDevice = 0x6000;
    private const int CharacterDevice = 0x2000;

    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Seconds since 1970.</summary>
    public static FloatValue Seconds(DateTime utc) => new((utc - DateTime.UnixEpoch).TotalSeconds);

    /// <param name="follows">Whether a link stands for what it leads to.</param>
    public static StatValue Of(Arguments call, bool follows)
    {
        var info = Info(call, follows);
        var path = call.Machine.World.FullPath(call.Text(0));
        var kind =
            info.LinkTarget is not null && !follows ? Link
            : info is DirectoryInfo ? Directory
            : !path.StartsWith("/dev/", StringComparison.Ordinal) ? Regular
            : Path.Exists(call.Machine.World.HostFile("/sys/class/block/" + Path.GetFileName(path))) ? BlockDevice
            : CharacterDevice;
        return new StatValue(
            new Dictionary<string, Value>(StringComparer.Ordinal)
            {
                ["st_mode"] = kind | (int)info.UnixFileMode,
                ["st_size"] = new IntValue(info is FileInfo { Exists: true } file ? file.Length : 4096),
                ["st_atime"] = Seconds(info.LastAccessTimeUtc),
                ["st_mtime"] = Seconds(info.LastWriteTimeUtc),
            }
        );
    }

    public static FileSystemInfo Info(Arguments call, bool follows = true)
    {
        var (path, place) = (call.Text(0), call.Machine.Files.Place(call.Text(0)));
        FileSystemInfo? info = System.IO.Directory.Exists(place) ? new DirectoryInfo(place) : new FileInfo(place);
        try
        {
            if (follows && info.LinkTarget is not null)
            {
                info = info.ResolveLinkTarget(returnFinalTarget: true);
            }
        }
        catch (IOException)
        {
            info = null;
        }
        return info is { Exists: true } || info?.LinkTarget is not null
            ? info
            : throw new Raised(new ExceptionValue(ExceptionType.Find("OSError")!, [2, Errno.Text(2), path]));
    }

    /// <summary>
    /// <c>os.access</c>: root may read and write all, and run what anybody may run. For others the file is opened, as only the kernel knows
    /// what they may.
    /// </summary>
    public static bool May(Arguments call, string path, long mode)
    {
        var place = call.Machine.Files.Place(path);
        if (path.Length == 0 || !Path.Exists(place))
        {
            return false;
        }
        var isDirectory = System.IO.Directory.Exists(place);
        var modes = File.GetUnixFileMode(place);
        if ((mode & 1) != 0 && (modes & AnyExecute) == 0)
        {
            return false;
        }
        return call.Machine.World.IsRoot
            || (
                ((mode & 4) == 0 || (isDirectory ? CanList(place) : CanOpen(place, FileAccess.Read)))
                && ((mode & 2) == 0 || (isDirectory ? (modes & UnixFileMode.OtherWrite) != 0 : CanOpen(place, FileAccess.Write)))
            );
    }

    private static bool CanOpen(string place, FileAccess access)
    {
        try
        {
            using var stream = new FileStream(place, FileMode.Open, access, FileShare.ReadWrite, bufferSize: 0);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool CanList(string place)
    {
        try
        {
            return System.IO.Directory.EnumerateFileSystemEntries(place).Take(1).Count() >= 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
