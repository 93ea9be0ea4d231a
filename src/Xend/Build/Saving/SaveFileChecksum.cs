using Microsoft.Win32.SafeHandles;

namespace Xend.Build.Saving;

/// <summary>
/// The checksum of a file that grows, taken beside whoever writes it, from the page cache: when the last byte is written most is done.
/// </summary>
internal sealed class SaveFileChecksum : IDisposable
{
    private const int BufferBytes = 1024 * 1024;

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(5);

    private readonly SafeFileHandle _file;
    private readonly Thread _thread;
    private volatile bool _isWhole;
    private volatile bool _isGivenUp;
    private uint _checksum = SaveFileFormat.FirstChecksum;
    private Exception? _error;

    public SaveFileChecksum(SafeFileHandle file)
    {
        _file = file;
        _thread = new Thread(Follow) { IsBackground = true, Name = "checksum" };
        _thread.Start();
    }

    /// <summary>The checksum of all that is there: nothing more is written until this returns.</summary>
    public uint Finish()
    {
        _isWhole = true;
        _thread.Join();
        return _error is null ? _checksum : throw new IOException(_error.Message, _error);
    }

    /// <summary>It reads nothing more, and the file can be closed.</summary>
    public void Dispose()
    {
        _isGivenUp = true;
        _thread.Join();
    }

    /// <summary>Of so many bytes from the beginning of a file.</summary>
    public static uint Of(SafeFileHandle file, long length)
    {
        var buffer = new byte[BufferBytes];
        var checksum = SaveFileFormat.FirstChecksum;
        for (long at = 0; at < length; )
        {
            var read = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(BufferBytes, length - at)), at);
            if (read == 0)
            {
                throw new EndOfStreamException();
            }
            checksum = SaveFileFormat.Checksum(checksum, buffer.AsSpan(0, read));
            at += read;
        }
        return checksum;
    }

    private void Follow()
    {
        try
        {
            var buffer = new byte[BufferBytes];
            for (long at = 0; !_isGivenUp; )
            {
                // Asked for before the read: what is written in between is seen in the next round.
                var isWhole = _isWhole;
                var read = RandomAccess.Read(_file, buffer, at);
                if (read > 0)
                {
                    _checksum = SaveFileFormat.Checksum(_checksum, buffer.AsSpan(0, read));
                    at += read;
                }
                else if (isWhole)
                {
                    return;
                }
                else
                {
                    Thread.Sleep(LookAgainAfter);
                }
            }
        }
        catch (IOException error)
        {
            _error = error;
        }
    }
}
