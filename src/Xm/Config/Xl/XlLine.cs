namespace Xm.Config.Xl;

/// <summary>What became of one string of a list in a file of xl.</summary>
/// <param name="Line">The string in xm's form; null where there is none.</param>
/// <param name="Problem">Why there is none, in a sentence.</param>
/// <param name="LeftOut">The parts that xend has no counterpart for.</param>
internal sealed record XlLine(string? Line, string? Problem, IReadOnlyList<string> LeftOut)
{
    public static XlLine Refused(string problem) => new(null, problem, []);

    /// <summary>Comma separated parts as xl's own loops take them: empty ones count for nothing, blanks go before a part only.</summary>
    public static IEnumerable<string> Parts(string line) =>
        line.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => part.TrimStart(' ')).Where(part => part.Length > 0);

    /// <summary>A part's key and value, cut at the first equals sign; the value is null where there is none.</summary>
    public static (string Key, string? Value) Pair(string part)
    {
        var equals = part.IndexOf('=');
        return equals < 0 ? (part, null) : (part.Substring(0, equals), part.Substring(equals + 1));
    }

    /// <summary>C's <c>atoi</c>, by which xl reads flags and numbers: digits as far as they go, and 0 where there are none.</summary>
    public static int LeadingNumber(string text)
    {
        var start = text.TrimStart(' ', '\t');
        var length = start.TakeWhile((letter, at) => char.IsAsciiDigit(letter) || (at == 0 && letter is '-' or '+')).Count();
        return int.TryParse(start.AsSpan(0, length), out var number) ? number : 0;
    }
}
