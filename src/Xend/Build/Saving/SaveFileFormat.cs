using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Xend.Build.Saving;

/// <summary>
/// The layout of a saved guest's file. It begins as xend's of Xen 3 and 4.1 did: signature, the length of the configuration (big-endian,
/// 32 bits), the configuration, libxenguest's stream, and for HVM another signature and the device model's state. At the end is
/// a trailer of fixed size, which nobody else reads.
/// </summary>
internal static class SaveFileFormat
{
    /// <summary>Longer than any configuration; a length beyond it is no length.</summary>
    public const int MostConfigurationBytes = 4 * 1024 * 1024;

    /// <summary>Signature, the ends of memory and state, and the checksum of all before it.</summary>
    public const int TrailerBytes = 36;

    /// <summary>The stream's own header and that of the domain (xg_sr_stream_format.h).</summary>
    public const int StreamHeaderBytes = 24 + 16;

    /// <summary>Of no bytes.</summary>
    public const uint FirstChecksum = uint.MaxValue;

    private const uint StreamId = 0x58454E46;

    public static ReadOnlySpan<byte> Signature => "LinuxGuestRecord"u8;

    public static ReadOnlySpan<byte> DeviceModelSignature => "QemuDeviceModelRecord"u8;

    public static ReadOnlySpan<byte> XlSignature => "Xen saved domain"u8;

    private static ReadOnlySpan<byte> TrailerSignature => "XendSaveTrailer1"u8;

    public static byte[] Begin(string configuration)
    {
        var text = Encoding.UTF8.GetBytes(configuration);
        var bytes = new byte[Signature.Length + sizeof(int) + text.Length];
        Signature.CopyTo(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(Signature.Length), text.Length);
        text.CopyTo(bytes, Signature.Length + sizeof(int));
        return bytes;
    }

    /// <summary>All of the trailer but the checksum, which is of everything before it.</summary>
    public static byte[] TrailerOf(SaveFileLayout layout)
    {
        var bytes = new byte[TrailerBytes - sizeof(uint)];
        TrailerSignature.CopyTo(bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(16), layout.MemoryEnd);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(24), layout.StateEnd);
        return bytes;
    }

    /// <summary>Null where the bytes are no trailer.</summary>
    public static (SaveFileLayout Layout, uint Checksum)? ReadTrailer(ReadOnlySpan<byte> bytes) =>
        bytes.Length == TrailerBytes && bytes.StartsWith(TrailerSignature)
            ? (
                new SaveFileLayout(BinaryPrimitives.ReadInt64BigEndian(bytes[16..]), BinaryPrimitives.ReadInt64BigEndian(bytes[24..])),
                BinaryPrimitives.ReadUInt32BigEndian(bytes[32..])
            )
            : null;

    /// <summary>The type of the domain that a stream of today's libxenguest is of (1 PV, 2 HVM); null for any other stream.</summary>
    public static uint? GuestTypeOf(ReadOnlySpan<byte> header) =>
        header.Length >= StreamHeaderBytes
        && BinaryPrimitives.ReadUInt64LittleEndian(header) == ulong.MaxValue
        && BinaryPrimitives.ReadUInt32BigEndian(header[8..]) == StreamId
            ? BinaryPrimitives.ReadUInt32LittleEndian(header[24..])
            : null;

    /// <summary>CRC-32C, going on from what it was.</summary>
    public static uint Checksum(uint before, ReadOnlySpan<byte> bytes)
    {
        var checksum = before;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            checksum = BitOperations.Crc32C(checksum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }
        foreach (var single in bytes)
        {
            checksum = BitOperations.Crc32C(checksum, single);
        }
        return checksum;
    }
}

/// <summary>Where the parts of a file end, in bytes from its beginning.</summary>
/// <param name="MemoryEnd">libxenguest's stream.</param>
/// <param name="StateEnd">
/// The device model's state with its signature, behind which the trailer stands; as much as <paramref name="MemoryEnd"/> where there is
/// none.
/// </param>
internal readonly record struct SaveFileLayout(long MemoryEnd, long StateEnd);
