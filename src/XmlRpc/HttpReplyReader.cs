using System.Buffers;
using System.Globalization;
using System.Text;

namespace XmlRpc;

/// <summary>Reads one HTTP/1.x answer: Content-Length, chunked, or up to the end of the stream.</summary>
internal sealed class HttpReplyReader(HttpConnection connection, int maxBody)
{
    private const int MaxHead = 64 * 1024;

    private int _headBytes;

    public HttpReply Read()
    {
        while (true)
        {
            var (minor, status, reason) = StatusLine(Line("status line"));
            var headers = Headers.Read(() => Line("header"));
            if (status is >= 100 and < 200)
            {
                continue; // An interim answer; the real one follows.
            }
            var keepAlive = headers.Connection.Contains("close", StringComparison.OrdinalIgnoreCase)
                ? false
                : minor >= 1 || headers.Connection.Contains("keep-alive", StringComparison.OrdinalIgnoreCase);
            byte[] body;
            if (status is 204 or 304)
            {
                body = [];
            }
            else if (headers.Chunked)
            {
                body = Chunks();
            }
            else if (headers.Length is { } length)
            {
                body = Exactly(length);
            }
            else
            {
                body = UpToEnd();
                keepAlive = false;
            }
            return new HttpReply(status, reason, keepAlive, body);
        }
    }

    private static (int Minor, int Status, string Reason) StatusLine(string line)
    {
        if (
            line.Length < 12
            || !line.StartsWith("HTTP/1.", StringComparison.Ordinal)
            || !char.IsAsciiDigit(line[7])
            || line[8] != ' '
            || !int.TryParse(line.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            || (line.Length > 12 && line[12] != ' ')
        )
        {
            throw new XmlRpcProtocolException("What answers at the socket does not speak HTTP/1.");
        }
        return (line[7] - '0', status, line.Length > 12 ? line[13..].Trim() : "");
    }

    /// <summary>A line without its end; printable ASCII, other bytes as ?.</summary>
    private string Line(string what)
    {
        var line = new StringBuilder();
        while (true)
        {
            var bytes = connection.Peek();
            if (bytes.IsEmpty)
            {
                throw new XmlRpcConnectionClosedException(
                    _headBytes == 0
                        ? "The server closed the connection without an answer."
                        : $"The server closed the connection in the middle of the answer's {what}."
                );
            }
            var end = bytes.IndexOf((byte)'\n');
            var part = end < 0 ? bytes : bytes[..end];
            _headBytes += part.Length + 1;
            if (_headBytes > MaxHead)
            {
                throw new XmlRpcProtocolException($"The head of the answer is larger than {MaxHead} bytes.");
            }
            foreach (var b in part)
            {
                line.Append(b is >= 0x20 and < 0x7f or (byte)'\t' or (byte)'\r' ? (char)b : '?');
            }
            connection.Take(end < 0 ? bytes.Length : end + 1);
            if (end >= 0)
            {
                return line.ToString().TrimEnd('\r');
            }
        }
    }

    private byte[] Exactly(long length)
    {
        RequireRoom(length);
        var body = new ArrayBufferWriter<byte>(Math.Max(1, (int)Math.Min(length, 1024 * 1024)));
        Copy(body, length);
        return Take(body);
    }

    private byte[] Chunks()
    {
        var body = new ArrayBufferWriter<byte>(16 * 1024);
        while (true)
        {
            var line = Line("chunk");
            var size = line.AsSpan(0, line.IndexOf(';') is var extension && extension < 0 ? line.Length : extension).Trim();
            if (!int.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length) || length < 0)
            {
                throw new XmlRpcProtocolException("A chunk of the answer has no valid size.");
            }
            if (length == 0)
            {
                Headers.Read(() => Line("trailer"));
                return Take(body);
            }
            RequireRoom((long)body.WrittenCount + length);
            Copy(body, length);
            if (Line("chunk").Length > 0)
            {
                throw new XmlRpcProtocolException("A chunk of the answer is longer than its size says.");
            }
            _headBytes = 1; // Only the head as a whole and each chunk's own lines are limited.
        }
    }

    private byte[] UpToEnd()
    {
        var body = new ArrayBufferWriter<byte>(16 * 1024);
        while (connection.Peek() is { IsEmpty: false } bytes)
        {
            RequireRoom((long)body.WrittenCount + bytes.Length);
            body.Write(bytes);
            connection.Take(bytes.Length);
        }
        return Take(body);
    }

    private void Copy(ArrayBufferWriter<byte> body, long length)
    {
        while (length > 0)
        {
            var bytes = connection.Peek();
            if (bytes.IsEmpty)
            {
                throw new XmlRpcConnectionClosedException($"The server closed the connection {length} bytes before the end of the answer.");
            }
            var part = bytes[..(int)Math.Min(bytes.Length, length)];
            body.Write(part);
            connection.Take(part.Length);
            length -= part.Length;
        }
    }

    private static byte[] Take(ArrayBufferWriter<byte> body) => body.WrittenSpan.ToArray();

    private void RequireRoom(long length)
    {
        if (length > maxBody)
        {
            throw new XmlRpcProtocolException($"The answer is larger than {maxBody} bytes.");
        }
    }

    /// <summary>The headers that matter.</summary>
    private sealed record Headers(long? Length, bool Chunked, string Connection)
    {
        public static Headers Read(Func<string> nextLine)
        {
            var headers = new Headers(null, false, "");
            while (nextLine() is { Length: > 0 } line)
            {
                var colon = line.IndexOf(':');
                if (colon <= 0)
                {
                    throw new XmlRpcProtocolException("A header of the answer is malformed.");
                }
                headers = headers.With(line[..colon].Trim(), line[(colon + 1)..].Trim());
            }
            return headers;
        }

        private Headers With(string name, string value)
        {
            if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || (Length ?? length) != length)
                {
                    throw new XmlRpcProtocolException("The Content-Length of the answer is no number.");
                }
                return this with { Length = length };
            }
            if (name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                return value.Equals("chunked", StringComparison.OrdinalIgnoreCase)
                    ? this with
                    {
                        Chunked = true,
                    }
                    : throw new XmlRpcProtocolException("The answer has a transfer encoding other than chunked.");
            }
            return name.Equals("Connection", StringComparison.OrdinalIgnoreCase) ? this with { Connection = value } : this;
        }
    }
}
