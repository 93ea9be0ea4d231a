namespace Xend.Build;

/// <summary>The checksum of firmware tables: all bytes of a table add up to 0.</summary>
internal static class Checksum
{
    /// <summary>The byte that makes the sum 0; the place for it must hold 0.</summary>
    public static byte Complement(ReadOnlySpan<byte> table)
    {
        byte sum = 0;
        foreach (var value in table)
        {
            sum += value;
        }

        return (byte)-sum;
    }
}
