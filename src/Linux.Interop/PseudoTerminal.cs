using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;
using static Linux.Interop.LibCRemainder;
using static Tmds.Linux.LibC;

namespace Linux.Interop;

/// <summary>Our end of a pseudo terminal (pts(4)); other programs open <see cref="Path"/>. Never blocks.</summary>
public sealed unsafe class PseudoTerminal : IDisposable
{
    private readonly SafeFileHandle _master;

    private PseudoTerminal(SafeFileHandle master, string path)
    {
        _master = master;
        Path = path;
    }

    /// <summary>/dev/pts/N, for as long as this object is not disposed of; then the number may become another terminal's.</summary>
    public string Path { get; }

    internal int Number => Descriptor.Number(_master);

    /// <summary>A terminal of 80 columns and 24 rows. Throws <see cref="NativeCallException"/>.</summary>
    /// <param name="raw">Bytes pass as they are, in both directions: no echo, no line editing, no signals by keys.</param>
    public static PseudoTerminal Open(bool raw)
    {
        var master = Descriptor.Open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK);
        try
        {
            var fd = Descriptor.Number(master);
            int unlocked = 0,
                number;
            Require(ioctl(fd, TIOCSPTLCK, &unlocked), "ioctl TIOCSPTLCK");
            Require(ioctl(fd, TIOCGPTN, &number), "ioctl TIOCGPTN");
            var size = new winsize { ws_row = 24, ws_col = 80 };
            Require(ioctl(fd, TIOCSWINSZ, &size), "ioctl TIOCSWINSZ");
            if (raw)
            {
                // On our end these calls mean the other one (tty_ioctl(4)).
                termios modes;
                Require(tcgetattr(fd, &modes), "tcgetattr");
                cfmakeraw(&modes);
                Require(tcsetattr(fd, (int)TCSANOW, &modes), "tcsetattr");
            }
            return new PseudoTerminal(master, string.Create(CultureInfo.InvariantCulture, $"/dev/pts/{number}"));
        }
        catch
        {
            master.Dispose();
            throw;
        }
    }

    /// <summary>Whether a program has the other end open.</summary>
    public bool IsOpened
    {
        get
        {
            var watched = new pollfd { fd = Number };
            return poll(&watched, 1u, 0) >= 0 && (watched.revents & POLLHUP) == 0;
        }
    }

    /// <summary>
    /// What was written at the other end: the number of bytes, 0 where there is nothing now, -1 where nobody has it open any more.
    /// </summary>
    public int Read(Span<byte> buffer)
    {
        long length;
        fixed (byte* start = buffer)
        {
            do
            {
                length = read(Number, start, buffer.Length);
            } while (length < 0 && Errno.Last == Errno.EINTR);
        }
        return length > 0 ? (int)length
            : length < 0 && Errno.Last == Errno.EAGAIN ? 0
            : -1;
    }

    /// <summary>Gives bytes to the other end; how many it took, 0 where it is full.</summary>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        long length;
        fixed (byte* start = bytes)
        {
            do
            {
                length = write(Number, start, bytes.Length);
            } while (length < 0 && Errno.Last == Errno.EINTR);
        }
        return Math.Max(0, (int)length);
    }

    public void Dispose() => _master.Dispose();

    private static void Require(int result, string call)
    {
        if (result < 0)
        {
            throw new NativeCallException(call, "/dev/ptmx", Errno.Last);
        }
    }
}
