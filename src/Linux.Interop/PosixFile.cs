using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;
using static Linux.Interop.LibCRemainder;
using static Tmds.Linux.LibC;

namespace Linux.Interop;

/// <summary>What a file system can do and .NET does not offer. All throw <see cref="NativeCallException"/>.</summary>
public static unsafe class PosixFile
{
    /// <summary>Makes the names in a directory durable (fsync), after a file in it was created, renamed or removed.</summary>
    public static void FlushDirectory(string path)
    {
        using var directory = Descriptor.Open(path, O_RDONLY | O_DIRECTORY);
        if (fsync(Descriptor.Number(directory)) < 0)
        {
            throw new NativeCallException("fsync", path, Errno.Last);
        }
    }

    /// <summary>
    /// Sets the position that an open file has for whoever else has the descriptor, a child or a library (lseek): .NET keeps one of its
    /// own.
    /// </summary>
    public static void Seek(SafeHandle file, long position)
    {
        if (lseek(Descriptor.Number(file), position, SEEK_SET) < 0)
        {
            throw new NativeCallException("lseek", $"to byte {position}", Errno.Last);
        }
    }

    /// <summary>That position, in bytes.</summary>
    public static long PositionOf(SafeHandle file)
    {
        long position = lseek(Descriptor.Number(file), 0, SEEK_CUR);
        return position >= 0 ? position : throw new NativeCallException("lseek", "", Errno.Last);
    }

    /// <summary>Replaces <paramref name="to"/> in one step (rename).</summary>
    public static void Rename(string from, string to)
    {
        fixed (
            byte* old = NativePath.Of(from),
                name = NativePath.Of(to)
        )
        {
            if (rename(old, name) < 0)
            {
                throw new NativeCallException("rename", $"{from} to {to}", Errno.Last);
            }
        }
    }

    /// <summary>Makes a named pipe (mkfifo) that only we may use.</summary>
    public static void MakeFifo(string path)
    {
        fixed (byte* name = NativePath.Of(path))
        {
            if (mkfifo(name, 0x180) < 0)
            {
                throw new NativeCallException("mkfifo", path, Errno.Last);
            }
        }
    }

    /// <summary>
    /// Opens our reading end of a named pipe. Never blocks, and never sees an end of file: it holds a writing end as well.
    /// </summary>
    public static SafeFileHandle OpenFifo(string path) => Descriptor.Open(path, O_RDWR | O_NONBLOCK | O_NOFOLLOW);

    /// <summary>Reads what is in a pipe now: the number of bytes, 0 for nothing.</summary>
    public static int ReadNow(SafeFileHandle pipe, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return (int)Math.Max(0L, read(Descriptor.Number(pipe), start, buffer.Length));
        }
    }

    /// <summary>The bytes that a user without privileges may still write on the file system of a path (statvfs f_bavail).</summary>
    public static ulong AvailableBytes(string path)
    {
        statvfs status;
        fixed (byte* name = NativePath.Of(path))
        {
            if (statvfs(name, &status) < 0)
            {
                throw new NativeCallException("statvfs", path, Errno.Last);
            }
        }

        return (ulong)status.f_frsize * (ulong)status.f_bavail;
    }

    /// <summary>The size of a block device, for which stat tells 0 (BLKGETSIZE64).</summary>
    public static ulong BlockDeviceBytes(string path)
    {
        using var device = Descriptor.Open(path, O_RDONLY | O_NONBLOCK);
        ulong size;
        if (ioctl(Descriptor.Number(device), BLKGETSIZE64, &size) < 0)
        {
            throw new NativeCallException("ioctl BLKGETSIZE64", path, Errno.Last);
        }

        return size;
    }
}
