using System.Globalization;
using Xm.CommandLine;
using Xm.Output;

namespace Xm.Commands;

/// <summary><c>xm mem-set</c> and <c>xm mem-max</c></summary>
internal sealed class MemoryCommand(string method) : Command
{
    public static MemoryCommand Set => new("xend.domain.setMemoryTarget");

    public static MemoryCommand Max => new("xend.domain.maxmem_set");

    public override int Run(CommandCall call)
    {
        call.RequireCount(2);
        var words = call.Arguments.Where(word => word != "--").ToArray();
        call.Xend.Call(method, words[0], MemoryAmount.Mebibytes(words[1], call.Errors));
        return 0;
    }
}

/// <summary>An amount of memory as it is written on a command line.</summary>
internal static class MemoryAmount
{
    /// <summary>The amount in MiB, rounded down: <c>512</c>, <c>512m</c>, <c>2g</c>, <c>524288k</c>.</summary>
    /// <exception cref="UsageError">It is no amount.</exception>
    public static long Mebibytes(string text, TextSink errors)
    {
        var digits = text;
        var unit = 'm';
        if (text.Length > 1 && !char.IsAsciiDigit(text[^1]))
        {
            (digits, unit) = (text[..^1], char.ToLowerInvariant(text[^1]));
        }
        if (
            !long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            || Math.Abs(number) > 1L << 40
        )
        {
            throw new UsageError($"Invalid amount of memory: {text}");
        }
        switch (unit)
        {
            case 'g':
                return number * 1024;
            case 'm':
                return number;
            case 'k':
                return number / 1024;
            default:
                errors.WriteLine($"ignoring unknown unit {text[^1]}");
                return number / (1024 * 1024);
        }
    }
}
