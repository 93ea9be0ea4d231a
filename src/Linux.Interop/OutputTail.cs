namespace Linux.Interop;

/// <summary>Keeps the end of what a child writes, in bounded memory.</summary>
/// <param name="most">How many bytes are kept.</param>
public sealed class OutputTail(int most)
{
    private readonly Lock _lock = new();
    private readonly List<byte> _bytes = [];

    /// <summary>A <see cref="ChildBytes"/>. What came before the end is dropped.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _bytes.AddRange(bytes);
            // Cut only now and then, for each cut moves all that is kept.
            if (_bytes.Count > 2 * most)
            {
                Cut();
            }
        }
    }

    /// <summary>A copy of the end, of at most the bytes that are kept; while the child runs, too.</summary>
    public byte[] Bytes()
    {
        lock (_lock)
        {
            Cut();
            return [.. _bytes];
        }
    }

    private void Cut() => _bytes.RemoveRange(0, Math.Max(0, _bytes.Count - most));
}
