using System.Runtime.InteropServices;

namespace Linux.Interop;

/// <summary>The calls for terminals, named pipes and limits of a child.</summary>
public static unsafe partial class LibC
{
    internal const int O_NOCTTY = 0x100;
    internal const short POLLOUT = 4;
    internal const short POLLHUP = 16;
    internal const int TCSANOW = 0;
    internal const int RLIMIT_FSIZE = 1;
    internal const int RLIMIT_AS = 9;
    internal const nuint TIOCSWINSZ = 0x5414;
    internal const nuint TIOCGPTN = 0x80045430;
    internal const nuint TIOCSPTLCK = 0x40045431;

    /// <summary>Room for struct termios (60 bytes), which is opaque here.</summary>
    internal const int TermiosSize = 64;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int tcgetattr(int fd, void* termios);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int tcsetattr(int fd, int actions, void* termios);

    [LibraryImport("libc")]
    internal static partial void cfmakeraw(void* termios);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "write")]
    internal static partial nint write_bytes(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int mkfifo(string path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int prlimit(int pid, int resource, rlimit_t* limit, rlimit_t* old);

    [StructLayout(LayoutKind.Sequential)]
    internal struct winsize_t
    {
        public ushort rows;
        public ushort columns;
        public ushort width;
        public ushort height;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct rlimit_t
    {
        public ulong current;
        public ulong maximum;
    }
}
