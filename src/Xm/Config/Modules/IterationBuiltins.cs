using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>Built-in functions that go through elements. As in Python 2, map, filter, zip and range give lists.</summary>
internal static class IterationBuiltins
{
    public static Builtin[] All() =>
        [
            new("all(iterable)", call => BoolValue.Of(Of(call).All(item => item.IsTrue))),
            new("any(iterable)", call => BoolValue.Of(Of(call).Any(item => item.IsTrue))),
            new("apply(function, args=(), keywords={})", call =>
                call.Machine.Calls.Call(
                    call[0],
                    call.Has(1) ? call.Machine.Iteration.ToList(call[1]) : [],
                    call.Has(2) ? Keywords(call) : null,
                    call.Caller
                )
            ),
            new("enumerate(iterable, start=0)", call => Iterator(Numbered(Of(call), call.Whole(1, 0)), "enumerate")),
            new("filter(function, iterable)", Filter),
            new("iter(x)", call => call[0] is IteratorValue ? call[0] : Iterator(Of(call), call[0].TypeName + "iterator")),
            new("map(function, *iterables)", Map),
            new("max(*values, **options)", call => Extreme(call, "max", 1)),
            new("min(*values, **options)", call => Extreme(call, "min", -1)),
            new("next(iterator, default=None)", call =>
                call.IsGiven(1) ? Builtins.TryNext(call.Machine, call[0]) ?? call[1] : Builtins.Next(call.Machine, call[0])
            ),
            new("range(start, stop=None, step=1)", call =>
            {
                var range = Range(call);
                call.Machine.Budget.Elements(range.Count);
                return call.Machine.NewList(call.Machine.Iteration.Of(range));
            }),
            new("reduce(function, iterable, initial=None)", Reduce),
            new("reversed(sequence)", call => Iterator(Backwards(call), "reversediterator")),
            new("sorted(iterable, cmp=None, key=None, reverse=False)", call => new ListValue(
                Sorted(call.Machine, call.Machine.Iteration.ToList(call[0]), call[1], call[2], call[3].IsTrue)
            )),
            new("sum(iterable, start=0)", call =>
            {
                if (Text.Is(call[1]))
                {
                    throw Raised.Type("sum() can't sum strings [use ''.join(seq) instead]");
                }
                return Of(call)
                    .Aggregate(call.IsGiven(1) ? call[1] : new IntValue(0), (sum, item) => call.Machine.Operators.Binary("+", sum, item));
            }),
            new("xrange(start, stop=None, step=1)", Range),
            new("zip(*iterables)", Zip),
        ];

    /// <summary>Elements sorted by a comparison or by a key, equal ones in their old order, also when reversed.</summary>
    public static List<Value> Sorted(Machine machine, IReadOnlyList<Value> items, Value comparison, Value key, bool isReversed)
    {
        var keyed = key is NoneValue ? items : items.Select(item => (Value)new TupleValue([machine.Calls.Call(key, item), item])).ToList();
        Value KeyOf(Value item) => key is NoneValue ? item : ((TupleValue)item).Items[0];
        int Compare(Value a, Value b) =>
            comparison is NoneValue
                ? machine.Order.Compare(KeyOf(a), KeyOf(b)) ?? 0
                : (int)Math.Clamp(Number.Index(machine.Calls.Call(comparison, KeyOf(a), KeyOf(b))), -1, 1);
        var sorted = machine.Order.Sort(keyed, isReversed ? (a, b) => Compare(b, a) : Compare);
        return key is NoneValue ? sorted : sorted.Select(item => ((TupleValue)item).Items[1]).ToList();
    }

    private static List<(string, Value)> Keywords(Arguments call) =>
        [
            .. (call[2] as DictValue ?? throw Raised.Type($"apply() arg 3 expected dictionary, found {call[2].TypeName}")).Items.Select(
                entry => (Text.Of(entry.Key), entry.Value)
            ),
        ];

    private static IEnumerable<Value> Of(Arguments call) => call.Machine.Iteration.Of(call[0]);

    private static IteratorValue Iterator(IEnumerable<Value> elements, string kind) => new(elements.GetEnumerator(), kind);

    private static IEnumerable<Value> Numbered(IEnumerable<Value> items, long start) =>
        items.Select(item => (Value)new TupleValue([new IntValue(start++), item]));

    private static IEnumerable<Value> Backwards(Arguments call)
    {
        if (call[0] is DictValue or SetValue or IteratorValue or FileValue)
        {
            throw Raised.Type("argument to reversed() must be a sequence");
        }
        var items = call.Machine.Iteration.ToList(call[0]);
        items.Reverse();
        return items;
    }

    private static Value Filter(Arguments call)
    {
        var (machine, function) = (call.Machine, call[0]);
        var kept = machine.NewList(
            machine.Iteration.Of(call[1]).Where(item => (function is NoneValue ? item : machine.Calls.Call(function, item)).IsTrue)
        );
        // What goes in comes out: a string stays a string, a tuple a tuple.
        return call[1] switch
        {
            StrValue or UnicodeValue => Text.Like(call[1], string.Concat(kept.Items.Select(Text.Of))),
            TupleValue => new TupleValue(kept.Items),
            _ => kept,
        };
    }

    private static Value Map(Arguments call)
    {
        var (machine, function) = (call.Machine, call[0]);
        if (call.Rest.Count == 0)
        {
            throw Raised.Type("map() requires at least two args");
        }
        if (call.Rest.Count == 1)
        {
            return machine.NewList(
                machine.Iteration.Of(call.Rest[0]).Select(item => function is NoneValue ? item : machine.Calls.Call(function, item))
            );
        }
        // Python 2 goes on to the end of the longest, and fills the others up with None.
        var columns = call.Rest.Select(machine.Iteration.ToList).ToList();
        return machine.NewList(
            Enumerable
                .Range(0, columns.Max(column => column.Count))
                .Select(row =>
                {
                    var items = columns.Select(column => row < column.Count ? column[row] : NoneValue.Instance).ToArray();
                    machine.Budget.Step(items.Length);
                    return function is NoneValue ? new TupleValue(items) : machine.Calls.Call(function, items);
                })
        );
    }

    private static Value Zip(Arguments call)
    {
        var machine = call.Machine;
        if (call.Rest.Count == 0)
        {
            return new ListValue([]);
        }
        var sources = call.Rest.Select(source => machine.Iteration.Of(source).GetEnumerator()).ToList();
        var rows = new List<Value>();
        while (true)
        {
            var row = new List<Value>();
            foreach (var source in sources)
            {
                if (!source.MoveNext())
                {
                    return new ListValue(rows);
                }
                machine.Add(row, source.Current);
            }
            machine.Add(rows, new TupleValue(row));
        }
    }

    private static Value Reduce(Arguments call)
    {
        var result = call.IsGiven(2) ? call[2] : null;
        foreach (var item in call.Machine.Iteration.Of(call[1]))
        {
            result = result is null ? item : call.Machine.Calls.Call(call[0], result, item);
        }
        return result ?? throw Raised.Type("reduce() of empty sequence with no initial value");
    }

    private static Value Extreme(Arguments call, string name, int sign)
    {
        call.RequireNamed("key", "default");
        Value? Option(string option) => call.Named.FirstOrDefault(pair => pair.Name == option).Value;
        var key = Option("key") ?? NoneValue.Instance;
        var items = call.Rest.Count == 1 ? call.Machine.Iteration.Of(call.Rest[0]) : call.Rest;
        (Value Item, Value Key)? best = null;
        foreach (var item in items)
        {
            var weight = key is NoneValue ? item : call.Machine.Calls.Call(key, item);
            if (best is null || Math.Sign(call.Machine.Order.Compare(weight, best.Value.Key) ?? 0) == sign)
            {
                best = (item, weight);
            }
        }
        return best?.Item
            ?? Option("default")
            ?? throw (
                call.Rest.Count == 0
                    ? Raised.Type($"{name} expected 1 arguments, got 0")
                    : Raised.Argument($"{name}() arg is an empty sequence")
            );
    }

    private static RangeValue Range(Arguments call)
    {
        static long Bound(Value value) =>
            value is FloatValue real && double.IsFinite(real.Number) && Math.Abs(real.Number) < 1e15
                ? (long)real.Number
                : Number.Index(value, "range() integer end argument expected, got " + value.TypeName + ".");
        var (start, stop) = call.Has(1) ? (Bound(call[0]), Bound(call[1])) : (0, Bound(call[0]));
        var step = call.Has(2) ? Bound(call[2]) : 1;
        if (step == 0)
        {
            throw Raised.Argument("range() step argument must not be zero");
        }
        var distance = step > 0 ? (System.Numerics.BigInteger)stop - start : (System.Numerics.BigInteger)start - stop;
        var count = distance.Sign <= 0 ? 0 : (distance + System.Numerics.BigInteger.Abs(step) - 1) / System.Numerics.BigInteger.Abs(step);
        return count <= long.MaxValue
            ? new RangeValue(start, step, (long)count)
            : throw Raised.Of("OverflowError", "range() result has too many items");
    }
}
