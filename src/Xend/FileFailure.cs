using System.Runtime.InteropServices;

namespace Xend;

/// <summary>Says why a file could not be used, in the system's words instead of the framework's.</summary>
public static class FileFailure
{
    private const int Enospc = 28;

    public static string Reason(Exception error) =>
        error switch
        {
            FileNotFoundException or DirectoryNotFoundException => "No such file or directory",
            UnauthorizedAccessException => "Permission denied",
            PathTooLongException => "File name too long",
            // On Unix the runtime puts the errno there, where a system call failed.
            { HResult: > 0 and < 200 } => Marshal.GetPInvokeErrorMessage(error.HResult),
            _ => "Input/output error",
        };

    public static string Hint(Exception error) =>
        error.HResult == Enospc ? "Make room on the file system." : "Is the file system mounted, and writable?";
}
