using System.Text;
using Linux.Interop;

namespace Xend.Hosting;

/// <summary>What xend prints to, which may be full or gone. The daemon goes on without it; a person who asked is told.</summary>
internal sealed class StandardStream(Stream inner, Action<IOException> failed) : WriteOnlyStream
{
    /// <summary>stdout: what cannot be printed is an error of the command.</summary>
    /// <exception cref="XendError">From each write that fails.</exception>
    public static TextWriter Output() =>
        Over(Console.OpenStandardOutput(), error =>
            throw new XendError(ErrorCode.HostResource, $"Cannot write to standard output: {FileFailure.Reason(error)}", cause: error)
        );

    /// <summary>stderr: where it cannot be written there is nobody to tell.</summary>
    public static TextWriter Errors() => Over(Console.OpenStandardError(), _ => { });

    internal static TextWriter Over(Stream stream, Action<IOException> failed) =>
        TextWriter.Synchronized(new StreamWriter(new StandardStream(stream, failed), new UTF8Encoding(false)) { AutoFlush = true });

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (IOException error)
        {
            failed(error);
        }
    }
}
