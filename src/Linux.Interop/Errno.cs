using System.Runtime.InteropServices;
using Tmds.Linux;

namespace Linux.Interop;

/// <summary>An error number with its C name and the C library's text for it.</summary>
/// <param name="Number">As on Linux x86-64 and arm64.</param>
public readonly record struct Errno(int Number)
{
    public static readonly Errno EPERM = new(LibC.EPERM);
    public static readonly Errno ENOENT = new(LibC.ENOENT);
    public static readonly Errno ESRCH = new(LibC.ESRCH);
    public static readonly Errno EINTR = new(LibC.EINTR);
    public static readonly Errno ENOEXEC = new(LibC.ENOEXEC);
    public static readonly Errno EAGAIN = new(LibC.EAGAIN);
    public static readonly Errno ENOMEM = new(LibC.ENOMEM);
    public static readonly Errno EACCES = new(LibC.EACCES);
    public static readonly Errno EEXIST = new(LibC.EEXIST);
    public static readonly Errno EINVAL = new(LibC.EINVAL);
    public static readonly Errno ENOSPC = new(LibC.ENOSPC);

    /// <summary>The errno of the last P/Invoke of this thread.</summary>
    public static Errno Last => new(Marshal.GetLastPInvokeError());

    /// <summary>The C name: ENOMEM. The number in decimal where it has none here.</summary>
    public string Name =>
        Number switch
        {
            1 => "EPERM",
            2 => "ENOENT",
            3 => "ESRCH",
            4 => "EINTR",
            5 => "EIO",
            6 => "ENXIO",
            7 => "E2BIG",
            8 => "ENOEXEC",
            9 => "EBADF",
            10 => "ECHILD",
            11 => "EAGAIN",
            12 => "ENOMEM",
            13 => "EACCES",
            14 => "EFAULT",
            15 => "ENOTBLK",
            16 => "EBUSY",
            17 => "EEXIST",
            18 => "EXDEV",
            19 => "ENODEV",
            20 => "ENOTDIR",
            21 => "EISDIR",
            22 => "EINVAL",
            23 => "ENFILE",
            24 => "EMFILE",
            25 => "ENOTTY",
            26 => "ETXTBSY",
            27 => "EFBIG",
            28 => "ENOSPC",
            29 => "ESPIPE",
            30 => "EROFS",
            31 => "EMLINK",
            32 => "EPIPE",
            33 => "EDOM",
            34 => "ERANGE",
            35 => "EDEADLK",
            36 => "ENAMETOOLONG",
            37 => "ENOLCK",
            38 => "ENOSYS",
            39 => "ENOTEMPTY",
            40 => "ELOOP",
            61 => "ENODATA",
            62 => "ETIME",
            71 => "EPROTO",
            74 => "EBADMSG",
            75 => "EOVERFLOW",
            84 => "EILSEQ",
            85 => "ERESTART",
            87 => "EUSERS",
            88 => "ENOTSOCK",
            90 => "EMSGSIZE",
            92 => "ENOPROTOOPT",
            93 => "EPROTONOSUPPORT",
            95 => "EOPNOTSUPP",
            97 => "EAFNOSUPPORT",
            98 => "EADDRINUSE",
            99 => "EADDRNOTAVAIL",
            100 => "ENETDOWN",
            101 => "ENETUNREACH",
            103 => "ECONNABORTED",
            104 => "ECONNRESET",
            105 => "ENOBUFS",
            106 => "EISCONN",
            107 => "ENOTCONN",
            110 => "ETIMEDOUT",
            111 => "ECONNREFUSED",
            112 => "EHOSTDOWN",
            113 => "EHOSTUNREACH",
            114 => "EALREADY",
            115 => "EINPROGRESS",
            116 => "ESTALE",
            122 => "EDQUOT",
            125 => "ECANCELED",
            130 => "EOWNERDEAD",
            131 => "ENOTRECOVERABLE",
            _ => Number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };

    /// <summary>strerror: "Cannot allocate memory".</summary>
    public string Text => Marshal.GetPInvokeErrorMessage(Number);

    public override string ToString() => $"{Text} ({Name})";
}
