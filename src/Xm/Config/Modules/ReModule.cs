using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>Module <c>re</c>.</summary>
internal static class ReModule
{
    public static IEnumerable<(string, Value)> All()
    {
        foreach (
            var (name, flag) in new[]
            {
                ("I", 2),
                ("IGNORECASE", 2),
                ("L", 4),
                ("LOCALE", 4),
                ("M", 8),
                ("MULTILINE", 8),
                ("S", 16),
                ("DOTALL", 16),
                ("U", 32),
                ("UNICODE", 32),
                ("X", 64),
                ("VERBOSE", 64),
            }
        )
        {
            yield return (name, new IntValue(flag));
        }
        yield return ("error", ExceptionType.Find("re.error")!);
        foreach (var function in Functions())
        {
            yield return (function.Name, function);
        }
    }

    private static Builtin[] Functions() =>
        [
            new("compile(pattern, flags=0)", call => Compile(call, 1)),
            new("escape(text)", call =>
                call.Machine.NewText(string.Concat(call.Text(0).Select(c => char.IsAsciiLetterOrDigit(c) ? c.ToString() : "\\" + c)))
            ),
            new("findall(pattern, text, flags=0)", call => FindAll(call.Machine, Compile(call, 2), call[1])),
            new("finditer(pattern, text, flags=0)", call => FindIterator(call.Machine, Compile(call, 2), call[1])),
            new("match(pattern, text, flags=0)", call => Find(call.Machine, Compile(call, 2), call[1], isAnchored: true)),
            new("search(pattern, text, flags=0)", call => Find(call.Machine, Compile(call, 2), call[1], isAnchored: false)),
            new("split(pattern, text, maxsplit=0, flags=0)", call => Split(call.Machine, Compile(call, 3), call[1], call.Whole(2, 0))),
            new("sub(pattern, repl, text, count=0, flags=0)", call =>
                Replace(call.Machine, Compile(call, 4), call[1], call[2], call.Whole(3, 0)).Text
            ),
            new("subn(pattern, repl, text, count=0, flags=0)", call =>
                Counted(Replace(call.Machine, Compile(call, 4), call[1], call[2], call.Whole(3, 0)))
            ),
        ];

    public static Builtin[] RegexMethods() =>
        [
            new("findall(text, pos=0, endpos=None)", call => FindAll(call.Machine, (RegexValue)call.Self, Upto(call), call.Whole(1, 0))),
            new("finditer(text, pos=0, endpos=None)", call =>
                FindIterator(call.Machine, (RegexValue)call.Self, Upto(call), call.Whole(1, 0))
            ),
            new("match(text, pos=0, endpos=None)", call =>
                Find(call.Machine, (RegexValue)call.Self, Upto(call), isAnchored: true, call.Whole(1, 0))
            ),
            new("search(text, pos=0, endpos=None)", call =>
                Find(call.Machine, (RegexValue)call.Self, Upto(call), isAnchored: false, call.Whole(1, 0))
            ),
            new("split(text, maxsplit=0)", call => Split(call.Machine, (RegexValue)call.Self, call[0], call.Whole(1, 0))),
            new("sub(repl, text, count=0)", call => Replace(call.Machine, (RegexValue)call.Self, call[0], call[1], call.Whole(2, 0)).Text),
            new("subn(repl, text, count=0)", call =>
                Counted(Replace(call.Machine, (RegexValue)call.Self, call[0], call[1], call.Whole(2, 0)))
            ),
        ];

    public static Builtin[] MatchMethods() =>
        [
            new("end(group=0)", call => Place(call, group => group.Index + group.Length)),
            new("expand(template)", call => new StrValue(Expand((MatchValue)call.Self, call.Text(0)))),
            new("group(*groups)", call => call.Rest.Count switch
                {
                    0 => GroupText((MatchValue)call.Self, 0),
                    1 => GroupText((MatchValue)call.Self, Patterns.GroupOf(((MatchValue)call.Self).Expression, call.Rest[0])),
                    _ => new TupleValue([
                        .. call.Rest.Select(group =>
                            GroupText((MatchValue)call.Self, Patterns.GroupOf(((MatchValue)call.Self).Expression, group))
                        ),
                    ]),
                }),
            new("groupdict(default=None)", call =>
            {
                var dict = call.Machine.NewDict();
                foreach (var (name, number) in ((MatchValue)call.Self).Expression.Names)
                {
                    call.Machine.Put(dict, name, GroupText((MatchValue)call.Self, number, call[0]));
                }
                return dict;
            }),
            new("groups(default=None)", call => Groups((MatchValue)call.Self, call[0])),
            new("span(group=0)", call => new TupleValue([
                Place(call, group => group.Index),
                Place(call, group => group.Index + group.Length),
            ])),
            new("start(group=0)", call => Place(call, group => group.Index)),
        ];

    private static RegexValue Compile(Arguments call, int flags) =>
        call[0] is RegexValue compiled
            ? call.Whole(flags, 0) == 0
                ? compiled
                : throw Raised.Argument("Cannot process flags argument with a compiled pattern")
            : Patterns.FromPython(call.Machine, call.Text(0), (int)(call.Whole(flags, 0) & 0x7f));

    private static Value Find(Machine machine, RegexValue expression, Value subject, bool isAnchored, long from = 0)
    {
        var text = Text.Of(subject);
        var offset = (int)Math.Clamp(from, 0, text.Length);
        // Behind the start of the text, what matches right there is the first that matches from there on.
        var match = Patterns.Run(machine, () =>
            isAnchored && offset == 0 ? expression.Anchored.Match(text) : expression.Regex.Match(text, offset)
        );
        return match.Success && (!isAnchored || match.Index == offset) ? new MatchValue(expression, match, subject) : NoneValue.Instance;
    }

    /// <summary>The text as if it ended at <c>endpos</c>.</summary>
    private static Value Upto(Arguments call) =>
        call.Has(2) ? Text.Like(call[0], Text.Of(call[0])[..(int)Math.Clamp(call.Whole(2), 0, Text.Of(call[0]).Length)]) : call[0];

    private static IEnumerable<MatchValue> Matches(Machine machine, RegexValue expression, Value subject, long from = 0)
    {
        var text = Text.Of(subject);
        for (
            var match = Patterns.Run(machine, () => expression.Regex.Match(text, (int)Math.Clamp(from, 0, text.Length)));
            match.Success;
            match = Patterns.Run(machine, match.NextMatch)
        )
        {
            machine.Budget.Elements(1);
            yield return new MatchValue(expression, match, subject);
        }
    }

    private static IteratorValue FindIterator(Machine machine, RegexValue expression, Value subject, long from = 0) =>
        new(((IEnumerable<Value>)Matches(machine, expression, subject, from)).GetEnumerator(), "callable-iterator");

    private static ListValue FindAll(Machine machine, RegexValue expression, Value subject, long from = 0) =>
        machine.NewList(
            Matches(machine, expression, subject, from)
                .Select(match =>
                    expression.Groups switch
                    {
                        0 => GroupText(match, 0),
                        1 => GroupText(match, 1, ""),
                        _ => Groups(match, ""),
                    }
                )
        );

    /// <summary>As in Python 2, what matches nothing does not split.</summary>
    private static ListValue Split(Machine machine, RegexValue expression, Value subject, long most)
    {
        var text = Text.Of(subject);
        var parts = new List<Value>();
        var from = 0;
        var count = 0L;
        foreach (var match in Matches(machine, expression, subject))
        {
            if (match.Match.Length == 0)
            {
                continue;
            }
            if (most > 0 && count++ >= most)
            {
                break;
            }
            machine.Add(parts, Text.Like(subject, text[from..match.Match.Index]));
            for (var group = 1; group <= expression.Groups; group++)
            {
                machine.Add(parts, GroupText(match, group));
            }
            from = match.Match.Index + match.Match.Length;
        }
        machine.Add(parts, Text.Like(subject, text[from..]));
        return new ListValue(parts);
    }

    private static (Value Text, long Count) Replace(Machine machine, RegexValue expression, Value replacement, Value subject, long most)
    {
        var text = Text.Of(subject);
        var result = new StringBuilder();
        var from = 0;
        var count = 0L;
        foreach (var match in Matches(machine, expression, subject))
        {
            // As in Python 2, nothing directly behind a match is no other match.
            if (match.Match.Length == 0 && count > 0 && match.Match.Index == from)
            {
                continue;
            }
            if (most > 0 && count >= most)
            {
                break;
            }
            count++;
            result.Append(text, from, match.Match.Index - from);
            result.Append(Text.Is(replacement) ? Expand(match, Text.Of(replacement)) : Text.Of(machine.Calls.Call(replacement, match)));
            from = match.Match.Index + match.Match.Length;
            machine.Budget.Text(result.Length / 16);
        }
        result.Append(text, from, text.Length - from);
        machine.Budget.Text(result.Length);
        return (Text.Like(subject, result.ToString()), count);
    }

    private static TupleValue Counted((Value Text, long Count) result) => new([result.Text, new IntValue(result.Count)]);

    private static TupleValue Groups(MatchValue match, Value missing) =>
        new([.. Enumerable.Range(1, match.Expression.Groups).Select(group => GroupText(match, group, missing))]);

    private static Value GroupText(MatchValue match, int number, Value? missing = null)
    {
        var group = Patterns.GroupAt(match.Match, number);
        return group.Success ? Text.Like(match.Subject, group.Value) : missing ?? NoneValue.Instance;
    }

    private static IntValue Place(Arguments call, Func<Group, int> place)
    {
        var match = (MatchValue)call.Self;
        var group = Patterns.GroupAt(match.Match, call.IsGiven(0) ? Patterns.GroupOf(match.Expression, call[0]) : 0);
        return new IntValue(group.Success ? place(group) : -1);
    }

    /// <summary>A replacement with <c>\1</c>, <c>\g&lt;name&gt;</c> and <c>\n</c> filled in.</summary>
    private static string Expand(MatchValue match, string template)
    {
        var result = new StringBuilder();
        for (var at = 0; at < template.Length; at++)
        {
            if (template[at] != '\\' || at + 1 == template.Length)
            {
                result.Append(template[at]);
                continue;
            }
            var c = template[++at];
            if (char.IsAsciiDigit(c) && c != '0')
            {
                var end = at + 1 < template.Length && char.IsAsciiDigit(template[at + 1]) ? at + 2 : at + 1;
                result.Append(GroupOrNothing(match, int.Parse(template.AsSpan(at, end - at), CultureInfo.InvariantCulture)));
                at = end - 1;
            }
            else if (c == 'g' && at + 1 < template.Length && template[at + 1] == '<' && template.IndexOf('>', at) is > 0 and var close)
            {
                var name = template[(at + 2)..close];
                var isNumber = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
                result.Append(GroupOrNothing(match, isNumber ? number : Patterns.GroupOf(match.Expression, new StrValue(name))));
                at = close;
            }
            else
            {
                result.Append(
                    c switch
                    {
                        'n' => "\n",
                        't' => "\t",
                        'r' => "\r",
                        'a' => "\a",
                        'f' => "\f",
                        'v' => "\v",
                        '\\' => "\\",
                        '0' => "\0",
                        _ => "\\" + c,
                    }
                );
            }
        }
        return result.ToString();
    }

    private static string GroupOrNothing(MatchValue match, int number) =>
        number <= match.Expression.Groups
            ? Patterns.GroupAt(match.Match, number).Value
            : throw Raised.Of("re.error", "invalid group reference");
}
