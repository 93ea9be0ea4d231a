namespace Xend.Build.Pvh;

/// <summary>Differentiated system description table, without any object: a PVH guest has no devices that it could describe.</summary>
internal static class Dsdt
{
    public static byte[] Build() => new AcpiTable("DSDT", revision: 2, AcpiTable.HeaderBytes).Finish();
}
