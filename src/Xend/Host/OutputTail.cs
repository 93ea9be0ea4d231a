namespace Xend.Host;

/// <summary>Keeps the end of what a program of the host writes, in bounded memory.</summary>
/// <param name="most">How many bytes are kept.</param>
internal sealed class OutputTail(int most)
{
    private readonly Lock _lock = new();
    private readonly List<byte> _bytes = [];

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
