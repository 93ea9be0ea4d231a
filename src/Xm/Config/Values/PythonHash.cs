using System.Numerics;
using Sxp;

namespace Xm.Config.Values;

/// <summary>
/// <c>hash()</c> of Python 2.7 on a 64-bit machine, which does not vary from run to run: files derive addresses from it, and the order of
/// dictionaries and sets follows from it.
/// </summary>
/// <remarks>
/// The figures are those of CPython 2.7: stringobject.c, longobject.c, object.c (<c>_Py_HashDouble</c>), tupleobject.c, setobject.c.
/// </remarks>
internal static class PythonHash
{
    /// <summary>None's hash was its address, so that any lasting figure does.</summary>
    public const long None = 0x91e31;

    private const int DigitBits = 30;

    /// <summary>A string's, from its bytes.</summary>
    public static long OfText(string text)
    {
        if (text.Length == 0)
        {
            return 0;
        }
        ReadOnlySpan<byte> bytes = ByteText.ToBytes(text);
        var hash = (long)bytes[0] << 7;
        foreach (var b in bytes)
        {
            hash = unchecked(1000003 * hash) ^ b;
        }
        return Settled(hash ^ bytes.Length);
    }

    public static long OfWhole(long number) => Settled(number);

    /// <summary>Equal to that of an int where the number fits one.</summary>
    public static long OfWhole(BigInteger number)
    {
        var magnitude = BigInteger.Abs(number);
        var digits = (int)(((long)magnitude.GetBitLength() + DigitBits - 1) / DigitBits);
        var hash = 0UL;
        for (var i = digits - 1; i >= 0; i--)
        {
            var digit = (ulong)((magnitude >> (i * DigitBits)) & ((1 << DigitBits) - 1));
            hash = unchecked(BitOperations.RotateLeft(hash, DigitBits) + digit);
            hash += hash < digit ? 1UL : 0;
        }
        return Settled(unchecked(number.Sign < 0 ? -(long)hash : (long)hash));
    }

    /// <summary>Equal to that of a whole number where the number is one.</summary>
    public static long OfReal(double number)
    {
        if (double.IsNaN(number))
        {
            return 0;
        }
        if (double.IsInfinity(number))
        {
            return number > 0 ? 314159 : -271828;
        }
        if (number == Math.Truncate(number))
        {
            return Math.Abs(number) > long.MaxValue / 2 ? OfWhole(new BigInteger(number)) : Settled((long)number);
        }
        // The fraction from 0.5 up to 1, and the power of two.
        var power = Math.ILogB(number) + 1;
        var fraction = Math.ScaleB(number, -power) * (1L << 31);
        var high = (long)fraction;
        var low = (long)((fraction - high) * (1L << 31));
        return Settled(high + low + ((long)power << 15));
    }

    public static long OfTuple(IReadOnlyList<Value> items, Func<Value, long> hashOf)
    {
        unchecked
        {
            var hash = 0x345678L;
            var factor = 1000003L;
            for (var left = items.Count - 1; left >= 0; left--)
            {
                hash = (hash ^ hashOf(items[items.Count - 1 - left])) * factor;
                factor += 82520 + left + left;
            }
            return Settled(hash + 97531);
        }
    }

    public static long OfFrozenSet(IEnumerable<long> hashes, int count)
    {
        unchecked
        {
            var hash = 1927868237L * (count + 1);
            foreach (var one in hashes)
            {
                hash ^= (one ^ (one << 16) ^ 89869747L) * 3644798167L;
            }
            hash = hash * 69069 + 907133923;
            return hash == -1 ? 590923713 : hash;
        }
    }

    /// <summary>-1 stands for an error in CPython and is no hash.</summary>
    private static long Settled(long hash) => hash == -1 ? -2 : hash;
}
