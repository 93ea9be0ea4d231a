namespace XenStore.Wire;

/// <summary>Bytes that arrived and are not yet whole messages.</summary>
internal sealed class XenStoreMessageBuffer
{
    private const int Ordinary = 8 * 1024;

    private byte[] _bytes = new byte[Ordinary];
    private int _start;
    private int _end;

    /// <summary>True where part of a message is waiting for the rest.</summary>
    public bool HasPartialMessage => _end > _start;

    /// <summary>Where the next bytes go. Never empty. Grows with what arrives, not with what a header announces.</summary>
    public Memory<byte> Free()
    {
        if (_start == _end)
        {
            _start = _end = 0;
            if (_bytes.Length > Ordinary)
            {
                _bytes = new byte[Ordinary];
            }
        }
        else if (_end == _bytes.Length && _start > 0)
        {
            _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _bytes.Length)
        {
            Array.Resize(ref _bytes, _bytes.Length * 2);
        }

        return _bytes.AsMemory(_end);
    }

    public void Filled(int count) => _end += count;

    /// <summary>Takes the next whole message out. The payload is valid until <see cref="Free"/> is called.</summary>
    /// <returns>False where more bytes are needed.</returns>
    /// <exception cref="XenStoreConnectionException">The header cannot be true: the stream is not (or no longer) the xenstore
    /// protocol.</exception>
    public bool TryTake(out XenStoreHeader header, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        header = default;
        var available = _bytes.AsSpan(_start, _end - _start);
        if (available.Length < XenStoreHeader.Size)
        {
            return false;
        }

        header = XenStoreHeader.Read(available);
        if (header.Length > XenStoreHeader.ReplyMax)
        {
            throw new XenStoreConnectionException(
                $"xenstored announced a message of {header.Length} bytes ({header.Type.WireName()}); more than "
                    + $"{XenStoreHeader.ReplyMax} cannot be true, "
                    + "so the connection was closed"
            );
        }

        var size = XenStoreHeader.Size + (int)header.Length;
        if (available.Length < size)
        {
            return false;
        }

        payload = available[XenStoreHeader.Size..size];
        _start += size;
        return true;
    }
}
