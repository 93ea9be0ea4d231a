namespace Xend.Build.Pvh;

/// <summary>Extended and root system description table: the addresses of the others, in 64 and in 32 bits.</summary>
internal static class RootTable
{
    public static byte[] Build64(params ReadOnlySpan<ulong> tables)
    {
        var table = new AcpiTable("XSDT", revision: 1, AcpiTable.HeaderBytes + 8 * tables.Length);
        for (var i = 0; i < tables.Length; i++)
        {
            table.PutQword(AcpiTable.HeaderBytes + 8 * i, tables[i]);
        }

        return table.Finish();
    }

    public static byte[] Build32(params ReadOnlySpan<ulong> tables)
    {
        var table = new AcpiTable("RSDT", revision: 1, AcpiTable.HeaderBytes + 4 * tables.Length);
        for (var i = 0; i < tables.Length; i++)
        {
            table.PutDword(AcpiTable.HeaderBytes + 4 * i, (uint)tables[i]);
        }

        return table.Finish();
    }
}
