namespace Xm.Config.Xl;

/// <summary>A line of <c>cpuid</c> as xl takes it: xm's form, but that blanks may follow a comma and only whole masks are values.</summary>
internal static class XlCpuid
{
    private const int Bits = 32;

    public static XlLine ToXm(string line)
    {
        var colon = line.IndexOf(':') + 1;
        var registers = line.Substring(colon).Split(',').Select(register => register.TrimStart(' ', '\n')).ToList();
        return registers.Find(register => XlLine.Pair(register).Value is { Length: not Bits }) is { } odd
            ? XlLine.Refused($"{odd} is no mask of {Bits} characters")
            : new XlLine(line.Substring(0, colon) + string.Join(',', registers), null, []);
    }
}
