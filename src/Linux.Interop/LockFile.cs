using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;
using static Linux.Interop.LibCRemainder;
using static Tmds.Linux.LibC;

namespace Linux.Interop;

/// <summary>
/// A pid file with a lock (fcntl F_OFD_SETLK) that is gone with its process, however that ends. The file stays; its lock counts.
/// </summary>
/// <remarks>Not flock(2): .NET takes flocks of its own for every file that it opens, and could not even read the file.</remarks>
public sealed unsafe class LockFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    private LockFile(SafeFileHandle handle) => _handle = handle;

    /// <summary>Takes the lock and writes our process id into the file (mode 0600). Null where another process holds it.</summary>
    public static LockFile? TryTake(string path)
    {
        var handle = Descriptor.Open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0x180);
        var whole = new flock { l_type = (short)F_WRLCK };
        if (fcntl(Descriptor.Number(handle), F_OFD_SETLK, &whole) < 0)
        {
            var errno = Errno.Last;
            handle.Dispose();
            return errno == Errno.EAGAIN || errno == Errno.EACCES ? null : throw new NativeCallException("fcntl", path, errno);
        }
        RandomAccess.SetLength(handle, 0);
        RandomAccess.Write(handle, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{getpid()}\n")), 0);
        return new LockFile(handle);
    }

    /// <summary>Whether a process holds the lock, without taking it. No file: no.</summary>
    public static bool IsHeld(string path)
    {
        if (FileStatus.TryRead(path) is null)
        {
            return false;
        }

        using var handle = Descriptor.Open(path, O_RDWR | O_NOFOLLOW);
        var whole = new flock { l_type = (short)F_WRLCK };
        return fcntl(Descriptor.Number(handle), F_OFD_GETLK, &whole) == 0
            ? whole.l_type != F_UNLCK
            : throw new NativeCallException("fcntl", path, Errno.Last);
    }

    /// <summary>The process id that the file names, or null where it names none.</summary>
    public static int? Holder(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
        catch (IOException)
        {
            return null; // No file: nobody holds it.
        }
    }

    public void Dispose() => _handle.Dispose();
}
