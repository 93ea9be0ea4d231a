using System.Text;

namespace XenStore.Wire;

/// <summary>Payloads of requests, with the NULs where docs/misc/xenstore.txt wants them.</summary>
/// <remarks>oxenstored answers EINVAL where a NUL is missing or there is one too many; C xenstored is looser in places.</remarks>
internal static class XenStorePayload
{
    /// <summary>The single NUL that TRANSACTION_START and RESET_WATCHES carry.</summary>
    public static byte[] Empty { get; } = [0];

    /// <summary><c>a|b|c|</c>: every string ends with a NUL.</summary>
    public static byte[] Strings(params ReadOnlySpan<string> strings)
    {
        var length = 0;
        foreach (var text in strings)
        {
            length += Encoding.UTF8.GetByteCount(text) + 1;
        }

        var payload = new byte[length];
        var at = 0;
        foreach (var text in strings)
        {
            at += Encoding.UTF8.GetBytes(text, payload.AsSpan(at)) + 1;
        }

        return payload;
    }

    /// <summary><c>path|value</c>: no NUL after the value, which may hold any byte.</summary>
    public static byte[] PathAndValue(string path, ReadOnlySpan<byte> value)
    {
        var payload = new byte[path.Length + 1 + value.Length];
        Encoding.ASCII.GetBytes(path, payload);
        value.CopyTo(payload.AsSpan(path.Length + 1));
        return payload;
    }

    /// <summary>Refuses what xenstored would answer by dropping the connection.</summary>
    /// <exception cref="XenStoreException">E2BIG: more than 4096 bytes.</exception>
    public static void RequireFits(XenStoreMessageType request, string path, int length)
    {
        if (length > XenStoreHeader.PayloadMax)
        {
            throw new XenStoreException(
                request.WireName(),
                path,
                "E2BIG",
                $"the path and what goes with it are {length} bytes, and a message to xenstored can hold {XenStoreHeader.PayloadMax}; "
                    + $"nothing was sent"
            );
        }
    }
}
