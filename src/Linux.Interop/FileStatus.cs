using Tmds.Linux;
using static Linux.Interop.LibCRemainder;
using static Tmds.Linux.LibC;

namespace Linux.Interop;

/// <summary>stat(2) of a path, symbolic links followed.</summary>
/// <param name="Device">The file system's device number.</param>
/// <param name="Inode">The file's number there; with <paramref name="Device"/> the file's identity.</param>
/// <param name="Mode">Type and permission bits (st_mode).</param>
/// <param name="UserId">The owner.</param>
/// <param name="RawDevice">The device number of a device node.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ModifiedNs">When its content changed, in nanoseconds since 1970; anyone who may write it can set this.</param>
/// <param name="ChangedNs">When its content or status changed, in nanoseconds since 1970; the kernel's own.</param>
public readonly record struct FileStatus(
    ulong Device,
    ulong Inode,
    uint Mode,
    uint UserId,
    ulong RawDevice,
    long Size,
    long ModifiedNs,
    long ChangedNs
)
{
    public bool IsRegular => Is(S_IFREG);

    public bool IsDirectory => Is(S_IFDIR);

    public bool IsBlockDevice => Is(S_IFBLK);

    public bool IsCharacterDevice => Is(S_IFCHR);

    public bool IsSocket => Is(S_IFSOCK);

    /// <summary>Of a device node: the device's major number (gnu_dev_major).</summary>
    public uint Major => (uint)(((RawDevice >> 8) & 0xFFF) | ((RawDevice >> 32) & 0xFFFFF000));

    /// <summary>Of a device node: the device's minor number (gnu_dev_minor).</summary>
    public uint Minor => (uint)((RawDevice & 0xFF) | ((RawDevice >> 12) & 0xFFFFFF00));

    /// <summary>Throws <see cref="NativeCallException"/>, also where there is no such file.</summary>
    public static FileStatus Read(string path) =>
        Read(path, out var status) is { } errno ? throw new NativeCallException("stat", path, errno) : status;

    /// <summary>Null where there is no such file, or none that may be seen.</summary>
    public static FileStatus? TryRead(string path) => Read(path, out var status) is null ? status : null;

    private static unsafe Errno? Read(string path, out FileStatus status)
    {
        stat raw;
        fixed (byte* name = NativePath.Of(path))
        {
            if (stat(name, &raw) < 0)
            {
                status = default;
                return Errno.Last;
            }
        }
        status = new FileStatus(
            raw.st_dev,
            raw.st_ino,
            (ushort)raw.st_mode,
            raw.st_uid,
            raw.st_rdev,
            raw.st_size,
            Nanoseconds(raw.st_mtim),
            Nanoseconds(raw.st_ctim)
        );
        return null;
    }

    private bool Is(mode_t type) => (Mode & (ushort)S_IFMT) == (ushort)type;

    private static long Nanoseconds(timespec time) => ((long)time.tv_sec * 1_000_000_000) + (long)time.tv_nsec;
}
