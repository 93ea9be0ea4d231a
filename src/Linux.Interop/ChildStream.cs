using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;
using static Linux.Interop.LibCRemainder;
using static Tmds.Linux.LibC;

namespace Linux.Interop;

/// <summary>Our end of a child's stdout or stderr pipe, and who takes what arrives.</summary>
internal sealed unsafe class ChildStream(SafeFileHandle reader, ChildBytes receiver) : IDisposable
{
    private bool _refused;

    /// <summary>What the receiver threw; it gets nothing more after that, but the child's output is still read away.</summary>
    public Exception? Failure { get; private set; }

    public bool Ended { get; private set; }

    public int Number => Descriptor.Number(reader);

    /// <summary>Reads once. False where nothing is there now, or ever will be (<see cref="Ended"/>).</summary>
    /// <remarks>The buffer is on the stack of the child's thread: a child that says nothing costs none.</remarks>
    [SkipLocalsInit]
    public bool Take()
    {
        const int BufferBytes = 16 * 1024;
        var buffer = stackalloc byte[BufferBytes];
        long length;
        do
        {
            length = read(Number, buffer, BufferBytes);
        } while (length < 0 && Errno.Last == Errno.EINTR);
        if (length < 0 && Errno.Last == Errno.EAGAIN)
        {
            return false;
        }

        if (length <= 0)
        {
            End();
            return false;
        }
        Give(new ReadOnlySpan<byte>(buffer, (int)length));
        return true;
    }

    public void End()
    {
        if (Ended)
        {
            return;
        }

        Ended = true;
        Give([]);
        reader.Dispose();
    }

    public void Dispose() => reader.Dispose();

    private void Give(ReadOnlySpan<byte> bytes)
    {
        if (_refused)
        {
            return;
        }

        try
        {
            receiver(bytes);
        }
        catch (Exception e)
        {
            // On a thread of our own nobody would catch it and the daemon would end; WaitAsync hands it on instead.
            _refused = true;
            Failure = e;
        }
    }
}
