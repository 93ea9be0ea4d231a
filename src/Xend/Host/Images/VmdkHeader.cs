using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;

namespace Xend.Host;

/// <summary>
/// Where a VMDK image names its parent: in the text that stands behind the header of one that is a single file (QEMU's block/vmdk.c).
/// </summary>
internal static partial class VmdkHeader
{
    private const int CapacityAt = 12;

    /// <summary>QEMU looks for the parent here, whatever the header says of the text's place.</summary>
    private const int TextAt = 512;

    private const int TextBytes = 20 * 512;

    /// <summary>PATH_MAX of Linux, without its zero.</summary>
    private const int MostNameBytes = 4095;

    /// <summary>The parent that an image names; null where it has none.</summary>
    /// <exception cref="InvalidDataException">What it says makes no sense, or its data is in other files.</exception>
    public static BackingFile? Read(string image)
    {
        using var file = new FileStream(image, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var area = new byte[TextAt + TextBytes];
        var bytes = area.AsSpan(0, file.ReadAtLeast(area, area.Length, throwOnEndOfStream: false));
        if (bytes.Length < TextAt || !bytes.StartsWith("KDMV"u8))
        {
            throw new InvalidDataException($"{image} has no header of VMDK");
        }
        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes[CapacityAt..]) == 0)
        {
            throw new InvalidDataException($"{image} has its data in other files");
        }
        var text = bytes[TextAt..];
        var end = text.IndexOf((byte)0);
        var named = Parent().Match(Encoding.UTF8.GetString(end < 0 ? text : text[..end]));
        return !named.Success ? null
            : named.Groups[1].Value is { Length: <= MostNameBytes } name ? BackingFile.Of(image, name, "vmdk")
            : throw new InvalidDataException($"{image} has a header that makes no sense");
    }

    [GeneratedRegex("parentFileNameHint=\"([^\"]*)\"")]
    private static partial Regex Parent();
}
