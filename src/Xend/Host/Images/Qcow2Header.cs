using System.Buffers.Binary;
using System.Text;

namespace Xend.Host;

/// <summary>Where a qcow2 image names the file below it (docs/interop/qcow2.txt of QEMU). All lengths are bounded.</summary>
internal static class Qcow2Header
{
    private const int MostNameBytes = 1023;
    private const int MostClusterBits = 21;
    private const int HeaderBytes = 104;
    private const uint Magic = 0x514649FB;
    private const uint FormatExtension = 0xE2792ACA;
    private const int ExtensionArea = 64 * 1024;

    /// <summary>Incompatible feature bit 2: the data is in another file.</summary>
    private const ulong ExternalData = 4;

    /// <summary>The backing file that an image names, and the format that it says that has; null where it has none.</summary>
    /// <exception cref="InvalidDataException">What it says makes no sense, or its data is in another file.</exception>
    public static BackingFile? Read(string image)
    {
        using var file = new FileStream(image, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var area = new byte[ExtensionArea];
        var bytes = area.AsSpan(0, file.ReadAtLeast(area, area.Length, throwOnEndOfStream: false));
        if (bytes.Length < HeaderBytes || Number(bytes, 0) != Magic || Number(bytes, 4) is not (2 or 3))
        {
            throw Bad(image, "has no header of qcow2 version 2 or 3");
        }
        var isThree = Number(bytes, 4) == 3;
        if (isThree && (BinaryPrimitives.ReadUInt64BigEndian(bytes[72..]) & ExternalData) != 0)
        {
            throw Bad(image, "has its data in yet another file");
        }
        var offset = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        var length = Number(bytes, 16);
        if (offset == 0 || length == 0)
        {
            return null;
        }
        var clusterBits = Number(bytes, 20);
        // The name lies in the first cluster, behind the header. Whole, so that no sum of two hostile numbers runs over.
        if (clusterBits is < 9 or > MostClusterBits || length > MostNameBytes || offset > 1UL << MostClusterBits)
        {
            throw Bad(image, "has a header that makes no sense");
        }
        if (offset + length > 1UL << (int)clusterBits)
        {
            throw Bad(image, "has a header that makes no sense");
        }
        var name = new byte[length];
        file.Position = (long)offset;
        if (file.ReadAtLeast(name, name.Length, throwOnEndOfStream: false) < name.Length)
        {
            throw Bad(image, "ends within its header");
        }
        return BackingFile.Of(image, Encoding.UTF8.GetString(name), FormatOf(bytes, isThree ? Number(bytes, 100) : 72));
    }

    /// <summary>From the header's extensions: type, length, data filled up to eight bytes; type 0 ends them.</summary>
    private static string? FormatOf(ReadOnlySpan<byte> bytes, uint start)
    {
        ulong at = start;
        while (at + 8 <= (ulong)bytes.Length && Number(bytes, (int)at) is not 0 and var type)
        {
            ulong length = Number(bytes, (int)at + 4);
            if (at + 8 + length > (ulong)bytes.Length)
            {
                return null;
            }
            if (type == FormatExtension)
            {
                return Encoding.UTF8.GetString(bytes.Slice((int)at + 8, (int)Math.Min(length, 16)));
            }
            at += 8 + ((length + 7) & ~7UL);
        }
        return null;
    }

    private static uint Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);

    private static InvalidDataException Bad(string image, string what) => new($"{image} {what}");
}
