using Sxp;
using Xm.CommandLine;

namespace Xm.Config.Domain;

/// <summary><c>LEAF[,SUBLEAF]:reg=VALUE,reg=VALUE</c>: what the CPU tells the domain about itself.</summary>
internal static class CpuidLines
{
    private const int Bits = 32;

    /// <summary><c>((LEAF ((reg VALUE) …)) …)</c>; a value is 32 of the characters 1, 0, x, k, s, or a hexadecimal number.</summary>
    /// <exception cref="CommandError">A line is malformed.</exception>
    public static SList ToSxp(Settings settings, string name)
    {
        // cpuid_check means something only beside cpuid, as of old.
        if (!settings.IsTrue("cpuid"))
        {
            return SList.Empty;
        }
        var leaves = new List<SValue>();
        foreach (var line in settings.Texts(name))
        {
            leaves.Add(Leaf(line));
        }
        return new SList(leaves);
    }

    /// <summary>One line.</summary>
    /// <exception cref="CommandError">It is malformed.</exception>
    public static SList Leaf(string line)
    {
        var colon = line.IndexOf(':');
        if (colon < 0 || !IsLeaf(line.AsSpan(0, colon)))
        {
            throw new CommandError($"cpuid: \"{line}\" does not start with a leaf such as 1: or 0x80000001:");
        }
        var leaf = line.Substring(0, colon);
        var registers = line.Substring(colon + 1).Split(',').Select(register => Register(register, leaf));
        return SList.Of(leaf, new SList(registers));
    }

    private static SValue Register(string text, string leaf)
    {
        if (text.Length < 4 || text[3] != '=' || text.Substring(0, 3) is not ("eax" or "ebx" or "ecx" or "edx"))
        {
            throw new CommandError("cpuid's syntax is (eax|ebx|ecx|edx)=value");
        }
        var register = text.Substring(0, 3);
        var value = text.Substring(4);
        if (!value.StartsWith("0x", StringComparison.Ordinal) && value.Length != Bits)
        {
            throw new CommandError($"cpuid: We should specify all the bits of the register {register} for input {leaf}\n");
        }
        return SList.Of(register, value);
    }

    private static bool IsLeaf(ReadOnlySpan<char> text)
    {
        var comma = text.IndexOf(',');
        return comma < 0 ? IsNumber(text) : IsNumber(text.Slice(0, comma)) && IsNumber(text.Slice(comma + 1));
    }

    private static bool IsNumber(ReadOnlySpan<char> text)
    {
        if (text.StartsWith("0x"))
        {
            text = text.Slice(2);
        }
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit(c))
            {
                return false;
            }
        }
        return text.Length > 0;
    }
}
