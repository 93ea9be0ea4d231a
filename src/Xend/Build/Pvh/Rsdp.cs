using System.Buffers.Binary;

namespace Xend.Build.Pvh;

/// <summary>The root pointer of ACPI (ACPI 5.0, 5.2.5.3), with room after it.</summary>
internal static class Rsdp
{
    public const int Bytes = 64;

    private const int FirstPart = 20;
    private const int Length = 36;

    public static byte[] Build(ulong rsdt, ulong xsdt)
    {
        var table = new byte[Bytes];
        "RSD PTR "u8.CopyTo(table);
        "Xen"u8.CopyTo(table.AsSpan(9));
        table[15] = 2; // Revision.
        BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(16), (uint)rsdt);
        BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(20), Length);
        BinaryPrimitives.WriteUInt64LittleEndian(table.AsSpan(24), xsdt);
        table[8] = Checksum.Complement(table.AsSpan(0, FirstPart));
        table[32] = Checksum.Complement(table.AsSpan(0, Length));
        return table;
    }
}
