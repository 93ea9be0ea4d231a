using System.Buffers.Binary;

namespace Xend.Build.Pvh;

/// <summary>
/// The page that stock description tables read the vCPUs' states by (struct acpi_info of tools/libacpi). Ours do not; it is there for those
/// who look.
/// </summary>
internal static class AcpiInfo
{
    private const int Bytes = 4096;

    public static byte[] Build(uint vcpus, ulong madt)
    {
        var page = new byte[Bytes];
        BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(2), (ushort)vcpus);
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(12), (uint)madt + 9); // Its checksum.
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(16), (uint)madt + Madt.FirstEntry);
        return page;
    }
}
