using System.Runtime.InteropServices;

namespace Linux.Interop;

/// <summary>
/// The few libc calls that .NET has no counterpart for. Names, constants and argument order are the C ones (x86-64 Linux, glibc 2.34
/// or later), as in Tmds.LibC, so that such a package can take this file's place.
/// </summary>
/// <remarks>
/// Results are raw: -1 and errno in <see cref="Marshal.GetLastPInvokeError"/>. The classes beside this one throw instead.
/// </remarks>
public static unsafe partial class LibC
{
    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGQUIT = 3;
    public const int SIGABRT = 6;
    public const int SIGKILL = 9;
    public const int SIGUSR1 = 10;
    public const int SIGSEGV = 11;
    public const int SIGUSR2 = 12;
    public const int SIGPIPE = 13;
    public const int SIGALRM = 14;
    public const int SIGTERM = 15;
    public const int SIGCHLD = 17;
    public const int SIGCONT = 18;
    public const int SIGSTOP = 19;

    internal const int O_RDONLY = 0;
    internal const int O_RDWR = 2;
    internal const int O_CREAT = 0x40;
    internal const int O_NONBLOCK = 0x800;
    internal const int O_DIRECTORY = 0x10000;
    internal const int O_NOFOLLOW = 0x20000;
    internal const int O_CLOEXEC = 0x80000;
    internal const int F_SETFL = 4;
    internal const int F_GETFL = 3;
    internal const int F_OFD_GETLK = 36;
    internal const int F_OFD_SETLK = 37;
    internal const int F_DUPFD_CLOEXEC = 1030;
    internal const short F_WRLCK = 1;
    internal const short F_UNLCK = 2;
    internal const short POLLIN = 1;
    internal const int P_PID = 1;
    internal const int WEXITED = 4;
    internal const int WNOHANG = 1;
    internal const int WNOWAIT = 0x01000000;
    internal const int CLD_EXITED = 1;
    internal const int CLD_DUMPED = 3;
    internal const int PR_SET_PDEATHSIG = 1;
    internal const nuint BLKGETSIZE64 = 0x80081272;
    internal const short POSIX_SPAWN_SETPGROUP = 0x02;
    internal const short POSIX_SPAWN_SETSIGDEF = 0x04;
    internal const short POSIX_SPAWN_SETSIGMASK = 0x08;
    internal const short POSIX_SPAWN_SETSID = 0x80;

    /// <summary>Room for posix_spawn_file_actions_t (80) and posix_spawnattr_t (336), which are opaque.</summary>
    internal const int SpawnStructureSize = 512;

    [LibraryImport("libc")]
    public static partial uint geteuid();

    [LibraryImport("libc")]
    public static partial int getpid();

    [LibraryImport("libc")]
    public static partial int getppid();

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int sig);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setsid();

    [LibraryImport("libc")]
    public static partial uint umask(uint mask);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int rename(string oldpath, string newpath);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint read(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int munmap(void* address, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fsync(int fd);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fcntl(int fd, int command, int argument);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "fcntl")]
    internal static partial int fcntl_lock(int fd, int command, flock_t* argument);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ioctl(int fd, nuint request, void* argument);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int pipe2(int* descriptors, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int poll(pollfd_t* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8, EntryPoint = "stat")]
    internal static partial int stat_path(string path, stat_t* status);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8, EntryPoint = "statvfs")]
    internal static partial int statvfs_path(string path, statvfs_t* status);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "sigaction")]
    internal static partial int sigaction_signal(int signal, sigaction_t* action, sigaction_t* old);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "waitid")]
    internal static partial int waitid(int idtype, int id, siginfo_t* info, int options);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "syscall")]
    internal static partial nint syscall_pidfd_open(nint number, nint pid, nint flags);

    [LibraryImport("libc")]
    internal static partial int vsnprintf(byte* buffer, nuint size, byte* format, void* arguments);

    /// <summary>Returns the error number instead of setting errno, as all posix_spawn functions do.</summary>
    [LibraryImport("libc")]
    internal static partial int posix_spawn(int* pid, byte* path, void* actions, void* attributes, byte** argv, byte** environment);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_init(void* actions);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_destroy(void* actions);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_adddup2(void* actions, int fd, int target);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_addopen(void* actions, int fd, byte* path, int flags, uint mode);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_addchdir_np(void* actions, byte* path);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_addclosefrom_np(void* actions, int from);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_init(void* attributes);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_destroy(void* attributes);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_setflags(void* attributes, short flags);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_setpgroup(void* attributes, int group);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_setsigdefault(void* attributes, sigset_t* signals);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_setsigmask(void* attributes, sigset_t* signals);

    [StructLayout(LayoutKind.Sequential)]
    internal struct pollfd_t
    {
        public int fd;
        public short events;
        public short revents;
    }

    /// <summary>The whole file where all but the type is 0.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 32)]
    internal struct flock_t
    {
        [FieldOffset(0)]
        public short l_type;
    }

    /// <summary>glibc's sigset_t: 1024 bits.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct sigset_t
    {
        public fixed ulong bits[16];
    }

    [StructLayout(LayoutKind.Explicit, Size = 152)]
    internal struct sigaction_t
    {
        [FieldOffset(0)]
        public nint handler;
    }

    [StructLayout(LayoutKind.Explicit, Size = 128)]
    internal struct siginfo_t
    {
        [FieldOffset(8)]
        public int si_code;

        [FieldOffset(12)]
        public int si_pid;

        [FieldOffset(24)]
        public int si_status;
    }

    [StructLayout(LayoutKind.Explicit, Size = 144)]
    internal struct stat_t
    {
        [FieldOffset(0)]
        public ulong st_dev;

        [FieldOffset(8)]
        public ulong st_ino;

        [FieldOffset(24)]
        public uint st_mode;

        [FieldOffset(28)]
        public uint st_uid;

        [FieldOffset(32)]
        public uint st_gid;

        [FieldOffset(40)]
        public ulong st_rdev;

        [FieldOffset(48)]
        public long st_size;

        [FieldOffset(88)]
        public long st_mtim_sec;

        [FieldOffset(96)]
        public long st_mtim_nsec;

        [FieldOffset(104)]
        public long st_ctim_sec;

        [FieldOffset(112)]
        public long st_ctim_nsec;
    }

    [StructLayout(LayoutKind.Explicit, Size = 112)]
    internal struct statvfs_t
    {
        [FieldOffset(8)]
        public ulong f_frsize;

        [FieldOffset(32)]
        public ulong f_bavail;
    }
}
