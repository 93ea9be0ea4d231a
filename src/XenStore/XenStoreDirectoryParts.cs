using XenStore.Wire;

namespace XenStore;

/// <summary>A list of children while it is read with DIRECTORY_PART.</summary>
/// <remarks>
/// Each answer is the node's generation, then names from the offset asked for; an empty name ends the list. Where the generation
/// differs from the first answer's, the node changed in between and the offsets mean nothing any more.
/// </remarks>
internal sealed class XenStoreDirectoryParts(string path)
{
    private readonly List<byte> _names = [];
    private byte[]? _generation;

    /// <summary>How many bytes of the list are known: where the next part begins.</summary>
    public int Offset => _names.Count;

    public bool IsComplete { get; private set; }

    public bool IsStale { get; private set; }

    /// <summary>Adds the payload of an answer.</summary>
    /// <exception cref="XenStoreException">EPROTO: it has no generation, is empty, or the list has no end.</exception>
    public void Add(ReadOnlySpan<byte> payload)
    {
        var endOfGeneration = payload.IndexOf((byte)0);
        if (endOfGeneration < 1)
        {
            throw Malformed("a generation was expected");
        }

        var generation = payload[..endOfGeneration];
        _generation ??= generation.ToArray();
        if (!generation.SequenceEqual(_generation))
        {
            IsStale = true;
            return;
        }

        var names = payload[(endOfGeneration + 1)..];
        if (names.IsEmpty || _names.Count + names.Length > XenStoreHeader.ReplyMax)
        {
            throw Malformed("names, and an end of them, were expected");
        }

        IsComplete = names[^1] == 0 && (names.Length == 1 || names[^2] == 0);
        _names.AddRange(IsComplete ? names[..^1] : names);
    }

    public List<string> Names() => XenStoreReply.Strings([.. _names]);

    private XenStoreException Malformed(string expected) =>
        XenStoreException.Malformed(XenStoreMessageType.DirectoryPart.WireName(), path, expected);
}
