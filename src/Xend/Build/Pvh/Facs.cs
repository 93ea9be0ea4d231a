using System.Buffers.Binary;

namespace Xend.Build.Pvh;

/// <summary>Firmware ACPI control structure: no waking vector, no lock; but a FADT must name one. It has no checksum.</summary>
internal static class Facs
{
    private const int Bytes = 64;

    public static byte[] Build()
    {
        var table = new byte[Bytes];
        "FACS"u8.CopyTo(table);
        BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(4), Bytes);
        table[32] = 1; // Version.
        return table;
    }
}
