using System.Globalization;

namespace Xm.Host;

/// <summary>The words of the C library for the error numbers that xm can meet. (.NET's own texts are not part of the program.)</summary>
internal static class Errno
{
    public const int NoEntry = 2;
    public const int BadDescriptor = 9;
    public const int TryAgain = 11;
    public const int NoPermission = 13;

    public static string Text(int number) =>
        number switch
        {
            1 => "Operation not permitted",
            NoEntry => "No such file or directory",
            4 => "Interrupted system call",
            5 => "Input/output error",
            8 => "Exec format error",
            BadDescriptor => "Bad file descriptor",
            TryAgain => "Resource temporarily unavailable",
            12 => "Cannot allocate memory",
            NoPermission => "Permission denied",
            20 => "Not a directory",
            21 => "Is a directory",
            23 => "Too many open files in system",
            24 => "Too many open files",
            26 => "Text file busy",
            27 => "File too large",
            28 => "No space left on device",
            32 => "Broken pipe",
            36 => "File name too long",
            40 => "Too many levels of symbolic links",
            104 => "Connection reset by peer",
            110 => "Connection timed out",
            111 => "Connection refused",
            _ => "Unknown error " + number.ToString(CultureInfo.InvariantCulture),
        };

    /// <summary>Why a file could not be used.</summary>
    public static string Text(Exception error) =>
        error switch
        {
            FileNotFoundException or DirectoryNotFoundException => Text(NoEntry),
            // The runtime's word for EACCES, EPERM and EBADF; which it was is within.
            UnauthorizedAccessException { InnerException: IOException { HResult: > 0 and < 200 } io } => Text(io.HResult),
            UnauthorizedAccessException => Text(NoPermission),
            PathTooLongException => Text(36),
            // On Unix the low bits of HResult are the error number where the runtime knows no better exception.
            IOException io when io.HResult is > 0 and < 200 => Text(io.HResult),
            _ => Text(5),
        };
}
