using Linux.Interop;

namespace Xm.Host;

/// <summary>
/// Writes to a pipe or terminal that is full and was made not to block, which whoever shares it may have done (ssh, tmux, node): waits, as
/// the write itself does otherwise.
/// </summary>
/// <param name="target">The stream, without a buffer.</param>
internal sealed class PatientStream(Stream target) : WriteOnlyStream
{
    /// <summary>PIPE_BUF of Linux: a pipe takes so much whole or not at all, so that nothing is written twice.</summary>
    private const int Portion = 4096;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var portion = buffer[..Math.Min(Portion, buffer.Length)];
            try
            {
                target.Write(portion);
            }
            catch (IOException error) when (error.HResult == Errno.TryAgain)
            {
                // The reader decides how long, as it does of a pipe that blocks.
                Thread.Sleep(Pause);
                continue;
            }
            buffer = buffer[portion.Length..];
        }
    }

    public override void Flush() => target.Flush();
}
