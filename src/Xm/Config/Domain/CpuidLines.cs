using System.Globalization;
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
        // What comes twice counts as it stood last, the leaf with all its registers.
        var leaves = new Dictionary<string, SList>(StringComparer.Ordinal);
        foreach (var line in settings.Texts(name))
        {
            var leaf = Leaf(line);
            leaves[leaf[0].ToString()] = leaf;
        }
        return new SList(leaves.Values);
    }

    /// <summary>One line.</summary>
    /// <exception cref="CommandError">It is malformed.</exception>
    public static SList Leaf(string line)
    {
        var colon = line.IndexOf(':');
        var leaf = colon < 0 ? "" : line.Substring(0, colon);
        var numbers = leaf.Split(',');
        if (numbers.FirstOrDefault(LacksPrefix) is { } bare)
        {
            throw new CommandError($"cpuid: \"{line}\": write 0x{bare}, for without 0x the number of a leaf is decimal");
        }
        if (numbers.Length > 2 || !numbers.All(IsNumber))
        {
            throw new CommandError($"cpuid: \"{line}\" does not start with a leaf such as 1: or 0x80000001:");
        }
        var registers = new Dictionary<string, SValue>(StringComparer.Ordinal);
        foreach (var text in line.Substring(colon + 1).Split(','))
        {
            var (register, value) = Register(text, leaf);
            registers[register] = SList.Of(register, value);
        }
        return SList.Of(leaf, new SList(registers.Values));
    }

    private static (string Register, string Value) Register(string text, string leaf)
    {
        if (text.Length < 4 || text[3] != '=' || text.Substring(0, 3) is not ("eax" or "ebx" or "ecx" or "edx"))
        {
            throw new CommandError("cpuid's syntax is (eax|ebx|ecx|edx)=value");
        }
        var register = text.Substring(0, 3);
        var value = text.Substring(4);
        // A mask may begin like a number: 0x is a bit that is off and one that is as it would be.
        var isMask = value.Length == Bits && value.All(bit => bit is '0' or '1' or 'x' or 'k' or 's');
        var isNumber = value.StartsWith("0x", StringComparison.Ordinal);
        if (!isNumber && value.Length != Bits)
        {
            throw new CommandError($"cpuid: We should specify all the bits of the register {register} for input {leaf}\n");
        }
        return isMask || (isNumber && IsNumber(value))
            ? (register, value)
            : throw new CommandError(
                $"cpuid: {register}={value} is neither 32 of the characters 0 1 x k s nor a hexadecimal number of 32 bits such as 0x1f"
            );
    }

    /// <summary>
    /// A number that was meant to be hexadecimal and does not say so. It may have letters; or it is like 80000001, for no CPU has a leaf
    /// with eight decimal digits.
    /// </summary>
    private static bool LacksPrefix(string text) =>
        text.Length is > 0 and <= 8 && text.All(char.IsAsciiHexDigit) && (text.Length == 8 || !text.All(char.IsAsciiDigit));

    /// <summary>A number of 32 bits as xend reads it.</summary>
    private static bool IsNumber(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal)
            ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _)
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
