using Microsoft.Win32.SafeHandles;
using Tmds.Linux;
using static Linux.Interop.LibCRemainder;
using static Tmds.Linux.LibC;

namespace Linux.Interop;

/// <summary>
/// Two terminals joined by a wire: one for a program that wants to talk to a person, one for whoever comes to listen. Listeners come and
/// go;
/// the program does not notice.
/// </summary>
/// <remarks>
/// What the program has written is kept, as far back as <see cref="Kept"/>, and a listener that comes late gets it first. Nothing else is
/// kept: a program that writes without end costs no memory.
/// </remarks>
public sealed unsafe class TerminalRelay : IDisposable
{
    /// <summary>Bytes of the program's last words that are kept: some screens full.</summary>
    public const int Kept = 32 * 1024;

    private const int LookForListenerMs = 100;

    private readonly PseudoTerminal _program;
    private readonly PseudoTerminal _listener;
    private readonly SafeFileHandle _stopReader;
    private readonly SafeFileHandle _stopWriter;
    private readonly TimeProvider _clock;
    private readonly Thread _thread;
    private readonly Lock _lock = new();
    private readonly List<byte> _words = [];
    private readonly List<byte> _keys = [];
    private long _written;
    private int _unheard;
    private bool _hasListener;
    private bool _ended;
    private long _lastSign;

    /// <summary>Throws <see cref="NativeCallException"/>.</summary>
    public TerminalRelay(TimeProvider clock)
    {
        _clock = clock;
        _lastSign = clock.GetTimestamp();
        _program = PseudoTerminal.Open(raw: false);
        try
        {
            _listener = PseudoTerminal.Open(raw: true);
            // A terminal that nobody has opened yet does not say that nobody has it open; one that was opened and closed does.
            Descriptor.Open(_listener.Path, O_RDWR | O_NOCTTY).Dispose();
            (_stopReader, _stopWriter) = Descriptor.Pipe(parentReads: true);
        }
        catch
        {
            _listener?.Dispose();
            _program.Dispose();
            throw;
        }
        _thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = "terminal relay" };
        _thread.Start();
    }

    /// <summary>The program's terminal: <see cref="ChildStart.Terminal"/>.</summary>
    public string ProgramPath => _program.Path;

    /// <summary>The terminal to listen at.</summary>
    public string ListenerPath => _listener.Path;

    public bool HasListener
    {
        get
        {
            lock (_lock)
            {
                return _hasListener;
            }
        }
    }

    /// <summary>How long the program has written nothing and nobody has listened.</summary>
    public TimeSpan Quiet
    {
        get
        {
            lock (_lock)
            {
                return _hasListener ? TimeSpan.Zero : _clock.GetElapsedTime(_lastSign);
            }
        }
    }

    /// <summary>How many bytes the program has written since its start.</summary>
    public long Written
    {
        get
        {
            lock (_lock)
            {
                return _written;
            }
        }
    }

    /// <summary>Whether nobody has the program's terminal open any more, and all that was written there was taken.</summary>
    public bool HasEnded
    {
        get
        {
            lock (_lock)
            {
                return _ended;
            }
        }
    }

    /// <summary>The program's last words.</summary>
    public byte[] Tail()
    {
        lock (_lock)
        {
            return [.. _words];
        }
    }

    public void Dispose()
    {
        _stopWriter.Dispose();
        _thread.Join();
        _stopReader.Dispose();
        _program.Dispose();
        _listener.Dispose();
    }

    private void Run()
    {
        var buffer = new byte[4096];
        var watched = stackalloc pollfd[3];
        while (true)
        {
            Look();
            watched[0] = new pollfd { fd = Descriptor.Number(_stopReader), events = POLLIN };
            watched[1] = new pollfd { fd = _ended ? -1 : _program.Number, events = Events(_keys.Count > 0) };
            watched[2] = new pollfd { fd = _hasListener ? _listener.Number : -1, events = Events(_unheard > 0) };
            var ready = poll(watched, 3u, _hasListener && !_ended ? -1 : LookForListenerMs);
            if (ready < 0)
            {
                continue; // EINTR.
            }

            if (watched[0].revents != 0)
            {
                return;
            }

            if (watched[1].revents != 0)
            {
                ServeProgram(buffer);
            }

            if (watched[2].revents != 0)
            {
                ServeListener(buffer);
            }
        }
    }

    /// <summary>Both ends are always read; who has something to write waits for room as well.</summary>
    private static short Events(bool writes) => writes ? (short)((ushort)POLLIN | (ushort)POLLOUT) : POLLIN;

    /// <summary>Whether somebody has come to listen, or has gone.</summary>
    private void Look()
    {
        var has = _listener.IsOpened;
        lock (_lock)
        {
            if (has && !_hasListener)
            {
                _unheard = _words.Count;
            }

            if (_hasListener)
            {
                _lastSign = _clock.GetTimestamp();
            }

            _hasListener = has;
        }
    }

    private void ServeProgram(byte[] buffer)
    {
        if (_keys.Count > 0)
        {
            _keys.RemoveRange(0, _program.Write([.. _keys]));
        }

        var length = _program.Read(buffer);
        if (length < 0)
        {
            // Nobody has it open any more.
            lock (_lock)
            {
                _ended = true;
            }

            return;
        }
        lock (_lock)
        {
            if (length > 0)
            {
                _lastSign = _clock.GetTimestamp();
            }

            _words.AddRange(buffer.AsSpan(0, length));
            _written += length;
            _unheard += length;
            if (_words.Count > Kept)
            {
                _words.RemoveRange(0, _words.Count - Kept);
            }

            _unheard = Math.Min(_unheard, _words.Count);
        }
    }

    private void ServeListener(byte[] buffer)
    {
        lock (_lock)
        {
            if (_unheard > 0)
            {
                _unheard -= _listener.Write([.. _words[^_unheard..]]);
            }
        }
        var length = _listener.Read(buffer);
        // More than a line of keys that the program does not take is nobody's typing.
        if (length > 0 && _keys.Count < buffer.Length)
        {
            _keys.AddRange(buffer.AsSpan(0, length));
        }
    }
}
