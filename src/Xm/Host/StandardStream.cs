using Microsoft.Win32.SafeHandles;

namespace Xm.Host;

/// <summary>The process's own stdout and stderr as streams.</summary>
/// <remarks>
/// .NET's console streams start a thread for terminal signals with the first byte written. A plain stream does not, but writes to a
/// regular file by offset, so that what other programs wrote to the same file would be overwritten: only pipes and terminals get one.
/// </remarks>
internal static class StandardStream
{
    public static Stream Output() => Plain(1) ?? Console.OpenStandardOutput();

    public static Stream Errors() => Plain(2) ?? Console.OpenStandardError();

    private static PatientStream? Plain(int descriptor)
    {
        var stream = new FileStream(new SafeFileHandle(descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? null : new PatientStream(stream);
    }
}
