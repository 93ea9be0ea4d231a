using System.Globalization;
using System.Text;

namespace XenStore.Wire;

/// <summary>The answer to one request: a payload, or xenstored's word for an error.</summary>
internal readonly struct XenStoreReply
{
    private const int LongestErrorWord = 32;

    private readonly byte[] _payload;

    private XenStoreReply(byte[] payload, string? error)
    {
        _payload = payload;
        Error = error;
    }

    /// <summary>ENOENT, EACCES... or null where the request was carried out.</summary>
    public string? Error { get; }

    public static XenStoreReply Success(ReadOnlySpan<byte> payload) => new(payload.ToArray(), null);

    /// <summary>An ERROR reply. The word is bounded and plain, or EPROTO stands for it.</summary>
    public static XenStoreReply Failure(ReadOnlySpan<byte> payload)
    {
        var nul = payload.IndexOf((byte)0);
        var word = nul < 0 ? payload : payload[..nul];
        var plain = word.Length is > 0 and <= LongestErrorWord && word[0] == (byte)'E';
        foreach (var letter in word)
        {
            plain &= char.IsAsciiLetterUpper((char)letter) || char.IsAsciiDigit((char)letter);
        }

        return new([], plain ? Encoding.ASCII.GetString(word) : "EPROTO");
    }

    /// <summary>The payload.</summary>
    /// <exception cref="XenStoreException">It was an error reply.</exception>
    public byte[] Payload(XenStoreMessageType request, string path) =>
        Error is null ? _payload : throw new XenStoreException(request.WireName(), path, Error);

    /// <summary>The payload, or null where the error is ENOENT.</summary>
    public byte[]? PayloadOrMissing(XenStoreMessageType request, string path) => Error == "ENOENT" ? null : Payload(request, path);

    /// <summary>The only string of a payload, without its NUL.</summary>
    public string Text(XenStoreMessageType request, string path)
    {
        var payload = Payload(request, path);
        return Encoding.UTF8.GetString(payload.AsSpan().TrimEnd((byte)0));
    }

    /// <summary>The decimal number that is the only string of a payload.</summary>
    public uint Number(XenStoreMessageType request, string path)
    {
        var text = Text(request, path);
        return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw XenStoreException.Malformed(request.WireName(), path, "a number was expected");
    }

    /// <summary>The strings of a payload in which every string ends with a NUL.</summary>
    public static List<string> Strings(ReadOnlySpan<byte> payload)
    {
        var strings = new List<string>();
        while (!payload.IsEmpty)
        {
            var nul = payload.IndexOf((byte)0);
            var length = nul < 0 ? payload.Length : nul;
            strings.Add(Encoding.UTF8.GetString(payload[..length]));
            payload = payload[Math.Min(length + 1, payload.Length)..];
        }

        return strings;
    }
}
