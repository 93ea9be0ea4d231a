using System.Collections.Immutable;
using System.Globalization;
using Sxp;

namespace Model.Domains;

/// <summary>Reads <c>(cpuid ((1 ((ecx xxxx...))) ('4,1' ((eax 0x...)))))</c>: leaf, with its subleaf, and the registers' bits.</summary>
public static class CpuidReader
{
    private const int MostWords = 64;

    private static readonly string[] Registers = ["eax", "ebx", "ecx", "edx"];

    public static ImmutableArray<CpuidBits> Read(SList? cpuid)
    {
        if (cpuid is not { Count: > 1 } || cpuid[1] is not SList leaves)
        {
            return [];
        }
        var words = ImmutableArray.CreateBuilder<CpuidBits>();
        foreach (var leaf in leaves.Items)
        {
            if (leaf is not SList { Count: 2 } pair || pair[1] is not SList registers)
            {
                throw DomainConfigReader.Invalid("cpuid: a leaf has no registers.");
            }
            var (number, subleaf) = ReadLeaf(pair[0].ToString() ?? "");
            foreach (var register in registers.Items)
            {
                words.Add(ReadWord(number, subleaf, register));
            }
        }
        return words.Count <= MostWords
            ? words.ToImmutable()
            : throw DomainConfigReader.Invalid($"cpuid has more than {MostWords} registers.");
    }

    private static CpuidBits ReadWord(uint leaf, uint? subleaf, SValue value)
    {
        if (
            value is SList { Count: 2 } pair
            && Array.IndexOf(Registers, pair[0].ToString()) is >= 0 and var register
            && Bits(pair[1].ToString() ?? "") is { } bits
        )
        {
            return new CpuidBits(leaf, subleaf, register, bits);
        }
        throw DomainConfigReader.Invalid(
            $"cpuid: '{DomainConfigReader.Printable(value.ToString() ?? "")}' is none of eax, ebx, ecx, edx with 32 of the letters 0 "
                + $"1 x k s."
        );
    }

    /// <summary>32 letters as they are; a number as its bits.</summary>
    private static string? Bits(string text)
    {
        if (text.Length == 32 && text.All(letter => letter is '0' or '1' or 'x' or 'k' or 's'))
        {
            return text;
        }
        return Number(text) is { } number ? Convert.ToString(number, 2).PadLeft(32, '0') : null;
    }

    private static (uint Leaf, uint? Subleaf) ReadLeaf(string text)
    {
        var parts = text.Split(',');
        if (parts.Length is 1 or 2 && Number(parts[0]) is { } leaf && (parts.Length == 1 || Number(parts[1]) is not null))
        {
            return (leaf, parts.Length == 1 ? null : Number(parts[1]));
        }
        throw DomainConfigReader.Invalid($"cpuid: '{DomainConfigReader.Printable(text)}' is no leaf.");
    }

    private static uint? Number(string text)
    {
        text = text.Trim();
        return text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex)
                ? hex
                : null
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var plain)
                ? plain
                : null;
    }
}
