using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;

namespace Xend.Api.XmlRpc;

/// <summary>
/// Between the socket and Kestrel, for what old clients do and Kestrel does not expect. xm (Python's httplib) sends the socket's path as
/// <c>Host:</c>, which is no host: a name that Kestrel accepts takes its place. And a client that has shut its side down still waits for
/// its
/// answer: Kestrel, which takes that for a lost connection, learns of it when the answer is out.
/// </summary>
/// <remarks>
/// It knows where a request's head ends and how long its body is, and passes everything but that one line on as it comes. What it does not
/// understand it passes on, too, for Kestrel to refuse.
/// </remarks>
/// <param name="source">From the socket.</param>
/// <param name="target">To Kestrel.</param>
/// <param name="answered">Released once for each request that was answered.</param>
internal sealed class RequestFilter(PipeReader source, PipeWriter target, SemaphoreSlim answered)
{
    private static ReadOnlySpan<byte> Host => "host:"u8;

    private static ReadOnlySpan<byte> ContentLength => "content-length:"u8;

    private static ReadOnlySpan<byte> TransferEncoding => "transfer-encoding:"u8;

    /// <summary>What is held back of one line: enough to know it, and the digits of a length.</summary>
    private const int LongestLine = 256;

    private readonly byte[] _line = new byte[LongestLine];
    private int _lineLength;
    private bool _lineKnown;
    private bool _isHost;
    private bool _headEmpty = true;
    private long _contentLength;
    private long _bodyLeft;
    private bool _passAll;
    private int _passed;

    /// <summary>Runs until the client has sent all that it will, or nobody reads any more.</summary>
    /// <param name="gone">Nobody reads any more.</param>
    public async Task RunAsync(CancellationToken gone)
    {
        Exception? failure = null;
        try
        {
            while (true)
            {
                var read = await source.ReadAsync(gone).ConfigureAwait(false);
                foreach (var part in read.Buffer)
                {
                    Take(part.Span);
                }
                source.AdvanceTo(read.Buffer.End);
                var flushed = await target.FlushAsync(gone).ConfigureAwait(false);
                if (read.IsCompleted || flushed.IsCompleted)
                {
                    break;
                }
            }
            // A line that never ended: Kestrel is to see how the request ends.
            Release();
            for (var waiting = _passed; waiting > 0 && !_passAll && IsBetweenRequests; waiting--)
            {
                await answered.WaitAsync(gone).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // Kestrel is done with the connection.
        }
        catch (Exception error)
        {
            // A connection that broke: whoever reads the request sees why.
            failure = error;
        }
        await target.CompleteAsync(failure).ConfigureAwait(false);
    }

    private bool IsBetweenRequests => _headEmpty && _bodyLeft == 0 && _lineLength == 0;

    private void Take(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_passAll)
            {
                target.Write(bytes);
                return;
            }
            if (_bodyLeft > 0)
            {
                var body = bytes[..(int)Math.Min(bytes.Length, _bodyLeft)];
                target.Write(body);
                _bodyLeft -= body.Length;
                _passed += _bodyLeft == 0 ? 1 : 0;
                bytes = bytes[body.Length..];
                continue;
            }
            var end = bytes.IndexOf((byte)'\n');
            var piece = end < 0 ? bytes : bytes[..(end + 1)];
            TakeLinePart(piece);
            bytes = bytes[piece.Length..];
            if (end >= 0)
            {
                FinishLine();
            }
        }
    }

    /// <summary>
    /// Holds a line back while it may be one of those that matter; other lines go on at once, so that Kestrel's clocks run.
    /// </summary>
    private void TakeLinePart(ReadOnlySpan<byte> piece)
    {
        if (_lineKnown)
        {
            target.Write(piece);
            return;
        }
        var held = piece[..Math.Min(piece.Length, LongestLine - _lineLength)];
        held.CopyTo(_line.AsSpan(_lineLength));
        _lineLength += held.Length;
        var line = _line.AsSpan(0, _lineLength);
        _isHost = Begins(line, Host);
        if (_isHost)
        {
            // What is too long to be held is dropped with the rest.
            return;
        }
        if (held.Length < piece.Length || !MayMatter(line))
        {
            _lineKnown = true;
            _headEmpty = false;
            Release();
            target.Write(piece[held.Length..]);
        }
    }

    private void FinishLine()
    {
        var line = _line.AsSpan(0, _lineLength);
        if (_isHost)
        {
            target.Write("Host: xend\r\n"u8);
            _lineLength = 0;
        }
        else if (!_lineKnown)
        {
            Understand(line);
            Release();
        }
        _lineKnown = false;
        _isHost = false;
    }

    private void Understand(ReadOnlySpan<byte> line)
    {
        var content = line.TrimEnd("\r\n"u8);
        if (content.IsEmpty)
        {
            // An empty line before a request is none of its head's (RFC 9112, 2.2).
            _bodyLeft = _headEmpty ? 0 : _contentLength;
            _passed += !_headEmpty && _bodyLeft == 0 ? 1 : 0;
            _headEmpty = true;
            _contentLength = 0;
            return;
        }
        _headEmpty = false;
        if (Begins(content, ContentLength))
        {
            var digits = content[ContentLength.Length..].Trim((byte)' ');
            _passAll = !Utf8Parser.TryParse(digits, out _contentLength, out var used) || used != digits.Length || _contentLength < 0;
        }
        else if (Begins(content, TransferEncoding))
        {
            // None of the old clients sends chunks, and whoever does sends a proper Host line.
            _passAll = true;
        }
    }

    private void Release()
    {
        target.Write(_line.AsSpan(0, _lineLength));
        _lineLength = 0;
    }

    private static bool MayMatter(ReadOnlySpan<byte> line) =>
        MayBegin(line, Host) || MayBegin(line, ContentLength) || MayBegin(line, TransferEncoding) || line[0] is (byte)'\r' or (byte)'\n';

    private static bool MayBegin(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.Length < name.Length ? Ascii.EqualsIgnoreCase(line, name[..line.Length]) : Begins(line, name);

    private static bool Begins(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.Length >= name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name);
}
