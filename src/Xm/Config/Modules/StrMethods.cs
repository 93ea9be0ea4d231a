using System.Text;
using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>The methods of strings.</summary>
internal static class StrMethods
{
    /// <summary>Those that look at a string.</summary>
    public static Builtin[] Looking() =>
        [
            new("count(sub, start=0, end=None)", call => new IntValue(
                Window(call, 1, 2) is { IsInside: true } window ? Count(window.Part, call.Text(0)) : 0
            )),
            new("endswith(suffix, start=0, end=None)", call => Affixed(call, part => part.EndsWith)),
            new("find(sub, start=0, end=None)", call => new IntValue(Find(call, isLast: false))),
            new("index(sub, start=0, end=None)", call => new IntValue(
                Find(call, isLast: false) is >= 0 and var at ? at : throw Raised.Argument("substring not found")
            )),
            new("isalnum()", call => Each(call, char.IsLetterOrDigit)),
            new("isalpha()", call => Each(call, char.IsLetter)),
            new("isdigit()", call => Each(call, char.IsAsciiDigit)),
            new("islower()", call => BoolValue.Of(Of(call).Any(char.IsLower) && !Of(call).Any(char.IsUpper))),
            new("isspace()", call => Each(call, IsBlank)),
            new("istitle()", call => BoolValue.Of(Of(call).Any(char.IsLetter) && Title(Of(call)) == Of(call))),
            new("isupper()", call => BoolValue.Of(Of(call).Any(char.IsUpper) && !Of(call).Any(char.IsLower))),
            new("rfind(sub, start=0, end=None)", call => new IntValue(Find(call, isLast: true))),
            new("rindex(sub, start=0, end=None)", call => new IntValue(
                Find(call, isLast: true) is >= 0 and var at ? at : throw Raised.Argument("substring not found")
            )),
            new("startswith(prefix, start=0, end=None)", call => Affixed(call, part => part.StartsWith)),
        ];

    /// <summary>Those that make another string, or several.</summary>
    public static Builtin[] Making() =>
        [
            new("capitalize()", call =>
                Like(call, Of(call).Length == 0 ? "" : char.ToUpperInvariant(Of(call)[0]) + Of(call)[1..].ToLowerInvariant())
            ),
            new("center(width, fill=' ')", call => Like(call, Center(Of(call), Width(call), Fill(call)))),
            new("decode(encoding=None, errors=None)", call =>
                Codecs.Decode(call.Machine, call.Self, call.Text(0, "utf-8"), call.Text(1, "strict"))
            ),
            new("encode(encoding=None, errors=None)", call =>
                Codecs.Encode(call.Machine, call.Self, call.Text(0, "utf-8"), call.Text(1, "strict"))
            ),
            new("expandtabs(size=8)", call => Like(call, ExpandTabs(call, Of(call), (int)Math.Clamp(call.Whole(0, 8), 0, 1000)))),
            new("format(*values, **names)", call => Like(call, call.Machine.Texts.Formats.Format(Of(call), call.Rest, call.Named))),
            new("join(iterable)", Join),
            new("ljust(width, fill=' ')", call => Like(call, Of(call).PadRight(Width(call), Fill(call)))),
            new("lower()", call => Like(call, Of(call).ToLowerInvariant())),
            new("lstrip(chars=None)", call => Like(call, Strip(call, atStart: true, atEnd: false))),
            new("partition(sep)", call => Partition(call, Of(call).IndexOf(Separator(call), StringComparison.Ordinal), isLast: false)),
            new("replace(old, new, count=-1)", call => Replace(call)),
            new("rjust(width, fill=' ')", call => Like(call, Of(call).PadLeft(Width(call), Fill(call)))),
            new("rpartition(sep)", call => Partition(call, Of(call).LastIndexOf(Separator(call), StringComparison.Ordinal), isLast: true)),
            new("rsplit(sep=None, maxsplit=-1)", call => Split(call, isRight: true)),
            new("rstrip(chars=None)", call => Like(call, Strip(call, atStart: false, atEnd: true))),
            new("split(sep=None, maxsplit=-1)", call => Split(call, isRight: false)),
            new("splitlines(keepends=False)", SplitLines),
            new("strip(chars=None)", call => Like(call, Strip(call, atStart: true, atEnd: true))),
            new("swapcase()", call =>
                Like(call, string.Concat(Of(call).Select(c => char.IsUpper(c) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c))))
            ),
            new("title()", call => Like(call, Title(Of(call)))),
            new("translate(table, delete='')", call => Like(call, Translate(Of(call), call))),
            new("upper()", call => Like(call, Of(call).ToUpperInvariant())),
            new("zfill(width)", call =>
                Of(call) is ['+' or '-', ..] signed
                    ? Like(call, signed[0] + signed[1..].PadLeft(Math.Max(0, Width(call) - 1), '0'))
                    : Like(call, Of(call).PadLeft(Width(call), '0'))
            ),
        ];

    private static string Of(Arguments call) => Text.Of(call.Self);

    private static Value Like(Arguments call, string text)
    {
        call.Machine.Budget.Text(text.Length);
        return Text.Like(call.Self, text);
    }

    private static BoolValue Each(Arguments call, Func<char, bool> test) => BoolValue.Of(Of(call).Length > 0 && Of(call).All(test));

    public static bool IsBlank(char c) => c is ' ' or '\t' or '\n' or '\r' or '\v' or '\f';

    private static int Width(Arguments call)
    {
        var width = call.Whole(0);
        call.Machine.Budget.Text(width);
        return (int)Math.Max(0, width);
    }

    private static char Fill(Arguments call) =>
        call.Text(1, " ") is { Length: 1 } fill ? fill[0] : throw Raised.Type("The fill character must be exactly one character long");

    private static string Strip(Arguments call, bool atStart, bool atEnd)
    {
        var (text, stripped) = (Of(call), call.Text(0, " \t\n\r\v\f"));
        var (start, end) = (0, text.Length);
        for (; atStart && start < end && stripped.Contains(text[start]); start++) { }
        for (; atEnd && start < end && stripped.Contains(text[end - 1]); end--) { }
        return text[start..end];
    }

    private static string Separator(Arguments call) =>
        call.Text(0) is { Length: > 0 } separator ? separator : throw Raised.Argument("empty separator");

    private static BoolValue Affixed(Arguments call, Func<string, Func<string, StringComparison, bool>> test)
    {
        var (part, _, isInside) = Window(call, 1, 2);
        return BoolValue.Of(isInside && Any(call[0], test(part)));
    }

    private static bool Any(Value affix, Func<string, StringComparison, bool> test) =>
        affix is TupleValue several
            ? several.Items.Any(one => test(Text.Of(one), StringComparison.Ordinal))
            : test(Text.Of(affix), StringComparison.Ordinal);

    /// <summary>The part of the string between two bounds, and where it starts.</summary>
    private static (string Part, int Start, bool IsInside) Window(Arguments call, int first, int second)
    {
        var text = Of(call);
        call.Machine.Budget.Step(text.Length / 64);
        if (!call.Has(first) && !call.Has(second))
        {
            return (text, 0, true);
        }
        var none = NoneValue.Instance;
        var start = (int)Sequences.Resolve(new SliceValue(call[first], none, none), text.Length).Start;
        var end = (int)Sequences.Resolve(new SliceValue(none, call[second], none), text.Length).Count;
        // An empty string is in an empty part, but not in one that ends before it starts.
        return start <= end && call.Whole(first, 0) <= text.Length ? (text[start..end], start, true) : ("", start, false);
    }

    private static long Find(Arguments call, bool isLast)
    {
        var (part, start, isInside) = Window(call, 1, 2);
        var sub = call.Text(0);
        var at =
            !isInside ? -1
            : isLast ? (sub.Length == 0 ? part.Length : part.LastIndexOf(sub, StringComparison.Ordinal))
            : part.IndexOf(sub, StringComparison.Ordinal);
        return at < 0 ? -1 : at + start;
    }

    private static long Count(string text, string sub)
    {
        if (sub.Length == 0)
        {
            return text.Length + 1;
        }
        var count = 0L;
        for (
            var at = text.IndexOf(sub, StringComparison.Ordinal);
            at >= 0;
            at = text.IndexOf(sub, at + sub.Length, StringComparison.Ordinal)
        )
        {
            count++;
        }
        return count;
    }

    private static string Center(string text, int width, char fill)
    {
        var missing = Math.Max(0, width - text.Length);
        // Where it cannot be halved the larger half goes left if the width is odd.
        var left = missing / 2 + (missing & width & 1);
        return new string(fill, left) + text + new string(fill, missing - left);
    }

    private static Value Join(Arguments call)
    {
        var text = new StringBuilder();
        var isUnicode = call.Self is UnicodeValue;
        var at = 0;
        foreach (var item in call.Machine.Iteration.Of(call[0]))
        {
            if (!Text.Is(item))
            {
                throw Raised.Type($"sequence item {at}: expected string, {item.TypeName} found");
            }
            isUnicode |= item is UnicodeValue;
            text.Append(at++ > 0 ? Of(call) : "").Append(Text.Of(item));
            if (text.Length > Budget.MaxSize)
            {
                call.Machine.Budget.Text(text.Length);
            }
        }
        call.Machine.Budget.Text(text.Length);
        return isUnicode ? new UnicodeValue(text.ToString()) : new StrValue(text.ToString());
    }

    private static TupleValue Partition(Arguments call, int at, bool isLast)
    {
        var text = Of(call);
        call.Machine.Budget.Text(text.Length);
        var parts =
            at < 0 ? (isLast ? new[] { "", "", text } : [text, "", ""]) : [text[..at], call.Text(0), text[(at + call.Text(0).Length)..]];
        return new TupleValue([.. parts.Select(part => Text.Like(call.Self, part))]);
    }

    private static Value Replace(Arguments call)
    {
        var (text, old, fresh, left) = (Of(call), call.Text(0), call.Text(1), call.Whole(2, -1));
        left = left < 0 ? long.MaxValue : left;
        call.Machine.Budget.Text(text.Length + Math.Min(Count(text, old), left) * Math.Max(0L, fresh.Length - old.Length));
        var result = new StringBuilder();
        if (old.Length == 0)
        {
            for (var i = 0; i <= text.Length; i++)
            {
                result.Append(left-- > 0 ? fresh : "").Append(i < text.Length ? text[i].ToString() : "");
            }
            return Like(call, result.ToString());
        }
        var from = 0;
        for (
            var at = text.IndexOf(old, StringComparison.Ordinal);
            at >= 0 && left-- > 0;
            at = text.IndexOf(old, from, StringComparison.Ordinal)
        )
        {
            result.Append(text, from, at - from).Append(fresh);
            from = at + old.Length;
        }
        return Like(call, result.Append(text, from, text.Length - from).ToString());
    }

    private static ListValue Split(Arguments call, bool isRight)
    {
        var text = Of(call);
        var most = call.Whole(1, -1) is >= 0 and < int.MaxValue and var limit ? (int)limit : int.MaxValue;
        call.Machine.Budget.Text(text.Length);
        var parts = call.Has(0) ? SplitAt(text, Separator(call), most, isRight) : SplitAtBlanks(text, most, isRight);
        return call.Machine.NewList(parts.Select(part => Text.Like(call.Self, part)));
    }

    private static List<string> SplitAt(string text, string separator, int most, bool isRight)
    {
        var parts = new List<string>();
        while (parts.Count < most)
        {
            var at = isRight ? text.LastIndexOf(separator, StringComparison.Ordinal) : text.IndexOf(separator, StringComparison.Ordinal);
            if (at < 0)
            {
                break;
            }
            parts.Add(isRight ? text[(at + separator.Length)..] : text[..at]);
            text = isRight ? text[..at] : text[(at + separator.Length)..];
        }
        parts.Add(text);
        if (isRight)
        {
            parts.Reverse();
        }
        return parts;
    }

    private static List<string> SplitAtBlanks(string text, int most, bool isRight)
    {
        var parts = new List<string>();
        var rest = isRight ? text.AsSpan().TrimEnd(" \t\n\r\v\f") : text.AsSpan().TrimStart(" \t\n\r\v\f");
        while (!rest.IsEmpty)
        {
            var at = isRight ? rest.LastIndexOfAny(" \t\n\r\v\f") : rest.IndexOfAny(" \t\n\r\v\f");
            if (parts.Count == most || at < 0)
            {
                // The last part keeps its blanks, but for those at its outer end.
                parts.Add((parts.Count == most && isRight ? rest : rest).ToString());
                break;
            }
            parts.Add((isRight ? rest[(at + 1)..] : rest[..at]).ToString());
            rest = isRight ? rest[..at].TrimEnd(" \t\n\r\v\f") : rest[at..].TrimStart(" \t\n\r\v\f");
        }
        if (isRight)
        {
            parts.Reverse();
        }
        return parts;
    }

    private static ListValue SplitLines(Arguments call)
    {
        var lines = new List<Value>();
        var text = Of(call);
        call.Machine.Budget.Text(text.Length);
        for (var at = 0; at < text.Length; )
        {
            var end = text.AsSpan(at).IndexOfAny('\n', '\r') is >= 0 and var found ? at + found : text.Length;
            var next = end + (end + 1 < text.Length && text[end] == '\r' && text[end + 1] == '\n' ? 2 : 1);
            next = Math.Min(next, text.Length);
            call.Machine.Add(lines, Text.Like(call.Self, text[at..(call[0].IsTrue ? next : end)]));
            at = Math.Max(next, end + 1);
        }
        return new ListValue(lines);
    }

    private static string ExpandTabs(Arguments call, string text, int size)
    {
        call.Machine.Budget.Text(text.Length + (long)text.Count(c => c == '\t') * size);
        var result = new StringBuilder();
        var column = 0;
        foreach (var c in text)
        {
            var width = c == '\t' ? (size == 0 ? 0 : size - column % size) : 1;
            result.Append(c == '\t' ? new string(' ', width) : c.ToString());
            column = c is '\n' or '\r' ? 0 : column + width;
        }
        return result.ToString();
    }

    private static string Title(string text)
    {
        var result = new StringBuilder(text.Length);
        var isInWord = false;
        foreach (var c in text)
        {
            result.Append(isInWord ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c));
            isInWord = char.IsLetter(c);
        }
        return result.ToString();
    }

    /// <summary>Python 2's table of 256 characters (<c>string.maketrans</c>), or a dictionary of code points.</summary>
    private static string Translate(string text, Arguments call)
    {
        var deleted = call.Text(1, "");
        var table = call.Has(0) && call[0] is not DictValue ? call.Text(0) : null;
        if (table is not null && table.Length != 256)
        {
            throw Raised.Argument("translation table must be 256 characters long");
        }
        var result = new StringBuilder();
        foreach (var c in text.Where(c => !deleted.Contains(c)))
        {
            if (call[0] is DictValue dict && dict.Items.TryGetValue(new IntValue(c), out var other))
            {
                result.Append(
                    other is NoneValue ? ""
                    : Text.Is(other) ? Text.Of(other)
                    : Radix.Character(Number.Index(other))
                );
            }
            else
            {
                result.Append(table is not null && c < 128 ? table[c] : c);
            }
            if (result.Length > Budget.MaxSize)
            {
                call.Machine.Budget.Text(result.Length);
            }
        }
        return result.ToString();
    }
}
