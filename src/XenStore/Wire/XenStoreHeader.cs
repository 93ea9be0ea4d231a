using System.Buffers.Binary;

namespace XenStore.Wire;

/// <summary>The 16 bytes before every message: <c>struct xsd_sockmsg</c> of xs_wire.h (type, req_id, tx_id, len).</summary>
/// <remarks>The fields are in the byte order of the machine; every architecture Xen runs on is little-endian.</remarks>
internal readonly record struct XenStoreHeader(XenStoreMessageType Type, uint RequestId, uint TransactionId, uint Length)
{
    public const int Size = 16;

    /// <summary>XENSTORE_PAYLOAD_MAX: xenstored drops a connection that sends more.</summary>
    public const int PayloadMax = 4096;

    /// <summary>The largest reply taken.</summary>
    /// <remarks>
    /// oxenstored does not keep to PayloadMax towards a socket: it answers DIRECTORY with the whole list, however long. 1000 nodes
    /// (a guest's quota) with names of 2048 bytes are 2 MiB, so no guest can make a list that breaks the connection.
    /// </remarks>
    public const int ReplyMax = 4 * 1024 * 1024;

    public static XenStoreHeader Read(ReadOnlySpan<byte> bytes) =>
        new(
            (XenStoreMessageType)BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..])
        );

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)Type);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], RequestId);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], TransactionId);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], Length);
    }
}
