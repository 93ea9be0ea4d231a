using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>Module <c>string</c>: its constants, and the functions that Python 2 still had beside the methods.</summary>
internal static class StringModule
{
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    public static IEnumerable<(string, Value)> All()
    {
        const string punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
        foreach (
            var (name, text) in new[]
            {
                ("ascii_letters", Lower + Upper),
                ("ascii_lowercase", Lower),
                ("ascii_uppercase", Upper),
                ("digits", "0123456789"),
                ("hexdigits", "0123456789abcdefABCDEF"),
                ("letters", Lower + Upper),
                ("lowercase", Lower),
                ("octdigits", "01234567"),
                ("printable", "0123456789" + Lower + Upper + punctuation + " \t\n\r\v\f"),
                ("punctuation", punctuation),
                ("uppercase", Upper),
                ("whitespace", "\t\n\v\f\r "),
            }
        )
        {
            yield return (name, new StrValue(text));
        }
        // string.upper(s) is s.upper().
        foreach (
            var name in new[]
            {
                "capitalize",
                "center",
                "count",
                "expandtabs",
                "find",
                "index",
                "ljust",
                "lower",
                "lstrip",
                "replace",
                "rfind",
                "rindex",
                "rjust",
                "rsplit",
                "rstrip",
                "split",
                "splitfields",
                "strip",
                "swapcase",
                "translate",
                "upper",
                "zfill",
            }
        )
        {
            yield return (
                name,
                new Builtin($"{name}(s, *arguments)", call =>
                    call.Machine.Calls.Call(call.Machine.Attributes.Get(call[0], name == "splitfields" ? "split" : name), [.. call.Rest])
                )
            );
        }
        foreach (var function in Functions())
        {
            yield return (function.Name, function);
        }
    }

    private static Builtin[] Functions() =>
        [
            new("atof(s)", call => TypeTable.Float(new StrValue(call.Text(0)))),
            new("atoi(s, base=10)", call =>
                Radix.Parse(call.Text(0), (int)Math.Clamp(call.Whole(1, 10), 0, 36)) is { } number
                    ? Number.Of(number)
                    : throw Raised.Argument($"invalid literal for int() with base {call.Whole(1, 10)}: {call.Machine.Texts.Repr(call[0])}")
            ),
            new("capwords(s, sep=None)", call =>
                call.Machine.NewText(
                    string.Join(
                        call.Text(1, " "),
                        (
                            call.Has(1)
                                ? call.Text(0).Split(call.Text(1))
                                : call.Text(0).Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)
                        ).Select(word => word.Length == 0 ? "" : char.ToUpperInvariant(word[0]) + word[1..].ToLowerInvariant())
                    )
                )
            ),
            new("join(words, sep=' ')", call =>
                call.Machine.Calls.Call(call.Machine.Attributes.Get(call.IsGiven(1) ? call[1] : " ", "join"), call[0])
            ),
            new("joinfields(words, sep=' ')", call =>
                call.Machine.Calls.Call(call.Machine.Attributes.Get(call.IsGiven(1) ? call[1] : " ", "join"), call[0])
            ),
            new("maketrans(from, to)", MakeTable),
        ];

    private static StrValue MakeTable(Arguments call)
    {
        var (from, to) = (call.Text(0), call.Text(1));
        if (from.Length != to.Length)
        {
            throw Raised.Argument("maketrans arguments must have same length");
        }
        var table = Enumerable.Range(0, 256).Select(code => (char)code).ToArray();
        for (var i = 0; i < from.Length; i++)
        {
            table[from[i] < 256 ? from[i] : throw Raised.Argument("only characters of one byte can be translated")] = to[i];
        }
        return new StrValue(new string(table));
    }
}
