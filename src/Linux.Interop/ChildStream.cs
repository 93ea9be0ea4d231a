using Microsoft.Win32.SafeHandles;
using static Linux.Interop.LibC;

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
    public bool Take(byte[] buffer)
    {
        nint length;
        fixed (byte* start = buffer)
        {
            do
            {
                length = read(Number, start, (nuint)buffer.Length);
            } while (length < 0 && Errno.Last == Errno.EINTR);
        }
        if (length < 0 && Errno.Last == Errno.EAGAIN)
        {
            return false;
        }

        if (length <= 0)
        {
            End();
            return false;
        }
        Give(buffer.AsSpan(0, (int)length));
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
