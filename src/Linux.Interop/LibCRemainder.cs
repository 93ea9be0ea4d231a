using System.Runtime.InteropServices;
using Tmds.Linux;

namespace Linux.Interop;

/// <summary>
/// What Tmds.LibC has not. Names, constants and argument order are the C ones, as there; x86-64 Linux, glibc 2.34 or later.
/// </summary>
/// <remarks>Results are raw: -1 and errno (<see cref="Errno.Last"/>). The classes beside this one throw instead.</remarks>
internal static unsafe partial class LibCRemainder
{
    public const int P_PID = 1;
    public const int WEXITED = 4;
    public const int WNOWAIT = 0x01000000;
    public const int PR_SET_PDEATHSIG = 1;
    public const int RLIMIT_FSIZE = 1;
    public const int RLIMIT_AS = 9;
    public const int SYS_pidfd_send_signal = 424;
    public const int SYS_pidfd_open = 434;

    /// <summary>The request's number as ioctl of Tmds.LibC takes it.</summary>
    public const int BLKGETSIZE64 = unchecked((int)0x80081272);

    public const short POSIX_SPAWN_SETPGROUP = 0x02;
    public const short POSIX_SPAWN_SETSIGDEF = 0x04;
    public const short POSIX_SPAWN_SETSIGMASK = 0x08;
    public const short POSIX_SPAWN_SETSID = 0x80;

    /// <summary>Room for posix_spawn_file_actions_t (80) and posix_spawnattr_t (336), which are opaque.</summary>
    public const int SpawnStructureSize = 512;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int rename(byte* oldpath, byte* newpath);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int prlimit(int pid, int resource, rlimit_t* limit, rlimit_t* old);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int waitid(int idtype, int id, child_siginfo_t* info, int options);

    [LibraryImport("libc")]
    public static partial void tzset();

    [LibraryImport("libc")]
    public static partial broken_down_time_t* localtime_r(long* time, broken_down_time_t* result);

    [LibraryImport("libc")]
    public static partial void cfmakeraw(termios* modes);

    [LibraryImport("libc")]
    public static partial int vsnprintf(byte* buffer, nuint size, byte* format, void* arguments);

    /// <summary>Returns the error number instead of setting errno, as all posix_spawn functions do.</summary>
    [LibraryImport("libc")]
    public static partial int posix_spawn(int* pid, byte* path, void* actions, void* attributes, byte** argv, byte** environment);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_init(void* actions);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_destroy(void* actions);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_adddup2(void* actions, int fd, int target);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_addopen(void* actions, int fd, byte* path, int flags, uint mode);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_addchdir_np(void* actions, byte* path);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_addclosefrom_np(void* actions, int from);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_init(void* attributes);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_destroy(void* attributes);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setflags(void* attributes, short flags);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setpgroup(void* attributes, int group);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setsigdefault(void* attributes, sigset_t* signals);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setsigmask(void* attributes, sigset_t* signals);

    /// <summary>siginfo_t of a child's end, as on x86: that of Tmds.LibC 0.5.0 has si_code where si_errno is.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    public struct child_siginfo_t
    {
        [FieldOffset(8)]
        public int si_code;

        [FieldOffset(24)]
        public int si_status;
    }

    /// <summary>struct tm, of which nothing else is of interest.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 56)]
    public struct broken_down_time_t
    {
        [FieldOffset(40)]
        public long tm_gmtoff;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct rlimit_t
    {
        public ulong current;
        public ulong maximum;
    }
}
