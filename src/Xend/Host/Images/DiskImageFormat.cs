namespace Xend.Host;

/// <summary>Tells the formats of disk images that are not raw by their first bytes.</summary>
internal static class DiskImageFormat
{
    private const int HeadBytes = 16;

    public static string? Recognize(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var head = new byte[HeadBytes];
            return Of(head.AsSpan(0, file.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // Whoever opens it in earnest will say why it cannot be.
        }
    }

    internal static string? Of(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0x51, 0x46, 0x49, 0xFB]) ? "qcow2"
        : head.StartsWith("KDMV"u8) ? "VMDK"
        : head.StartsWith("vhdxfile"u8) ? "VHDX"
        : head.StartsWith("conectix"u8) ? "VHD"
        : head.StartsWith("<<< "u8) ? "VDI"
        : null;
}
