using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>The methods of lists and tuples.</summary>
internal static class ListMethods
{
    public static Builtin[] All() =>
        [
            // A signature is what calls are checked against.
            new("append(x)", call =>
            {
                call.Machine.Add(Of(call), call[0]);
                return NoneValue.Instance;
            }),
            new("count(x)", call => new IntValue(Elements(call).Count(item => call.Machine.Equality.Equals(item, call[0])))),
            new("extend(iterable)", call =>
            {
                call.Machine.Operators.InPlace("+", call.Self, call[0]);
                return NoneValue.Instance;
            }),
            new("index(x, start=0, stop=None)", call => new IntValue(
                Find(call) is >= 0 and var at ? at : throw Raised.Argument($"{Shown(call)} is not in list")
            )),
            new("insert(index, x)", call =>
            {
                var items = Of(call);
                var at = call.Whole(0);
                call.Machine.Budget.Elements(items.Count + 1, 1);
                call.Machine.Budget.Step(items.Count / 16);
                items.Insert((int)Math.Clamp(at < 0 ? at + items.Count : at, 0, items.Count), call[1]);
                return NoneValue.Instance;
            }),
            new("pop(index=-1)", call =>
            {
                if (Of(call).Count == 0)
                {
                    throw Raised.Index("pop from empty list");
                }
                var at = Sequences.At(Of(call).Count, call.IsGiven(0) ? call[0] : -1, "pop", "pop index out of range");
                var item = Of(call)[at];
                call.Machine.Budget.Step((Of(call).Count - at) / 16);
                Of(call).RemoveAt(at);
                return item;
            }),
            new("remove(x)", call =>
            {
                var at = Find(call);
                Of(call).RemoveAt(at >= 0 ? at : throw Raised.Argument("list.remove(x): x not in list"));
                return NoneValue.Instance;
            }),
            new("reverse()", call =>
            {
                call.Machine.Budget.Step(Of(call).Count / 4);
                Of(call).Reverse();
                return NoneValue.Instance;
            }),
            new("sort(cmp=None, key=None, reverse=False)", call =>
            {
                var sorted = IterationBuiltins.Sorted(call.Machine, [.. Of(call)], call[0], call[1], call[2].IsTrue);
                Of(call).Clear();
                Of(call).AddRange(sorted);
                return NoneValue.Instance;
            }),
        ];

    public static Builtin[] OfTuples() =>
        [
            // A signature is what calls are checked against.
            new("count(x)", call => new IntValue(Elements(call).Count(item => call.Machine.Equality.Equals(item, call[0])))),
            new("index(x)", call => new IntValue(
                Elements(call).ToList().FindIndex(item => call.Machine.Equality.Equals(item, call[0])) is >= 0 and var at
                    ? at
                    : throw Raised.Argument("tuple.index(x): x not in tuple")
            )),
        ];

    private static List<Value> Of(Arguments call) => ((ListValue)call.Self).Items;

    private static IEnumerable<Value> Elements(Arguments call) => call.Machine.Iteration.Of(call.Self);

    private static string Shown(Arguments call) => call.Machine.Texts.Repr(call[0]);

    private static int Find(Arguments call)
    {
        var items = Of(call);
        var (start, stop) =
            call.Self is ListValue && call.TryWhole(1) is { } from
                ? (from < 0 ? Math.Max(0, from + items.Count) : from, call.TryWhole(2) ?? items.Count)
                : (0, items.Count);
        for (var i = start; i < items.Count && i < (stop < 0 ? stop + items.Count : stop); i++)
        {
            call.Machine.Budget.Step();
            if (call.Machine.Equality.Equals(items[(int)i], call[0]))
            {
                return (int)i;
            }
        }
        return -1;
    }
}
