using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>The methods of dictionaries; keys(), values() and items() give lists, as in Python 2.</summary>
internal static class DictMethods
{
    public static Builtin[] All() =>
        [
            // A signature is what calls are checked against.
            new("clear()", call =>
            {
                Of(call).Clear();
                return NoneValue.Instance;
            }),
            new("copy()", call =>
            {
                var copy = call.Machine.NewDict();
                Update(call.Machine, copy, call.Self);
                return copy;
            }),
            new("fromkeys(keys, value=None)", FromKeys),
            new("get(key, default=None)", call => Of(call).GetValueOrDefault(call[0], call[1])),
            new("has_key(key)", call => BoolValue.Of(Of(call).ContainsKey(call[0]))),
            new("items()", call => call.Machine.NewList(Entries(call))),
            new("iteritems()", call => new IteratorValue(
                call.Machine.NewList(Entries(call)).Items.GetEnumerator(),
                "dictionary-itemiterator"
            )),
            new("iterkeys()", call => new IteratorValue(
                call.Machine.NewList(Of(call).Keys).Items.GetEnumerator(),
                "dictionary-keyiterator"
            )),
            new("itervalues()", call => new IteratorValue(
                call.Machine.NewList(Of(call).Values).Items.GetEnumerator(),
                "dictionary-valueiterator"
            )),
            new("keys()", call => call.Machine.NewList(Of(call).Keys)),
            new("pop(key, default=None)", call =>
            {
                if (Of(call).TryGetValue(call[0], out var value))
                {
                    call.Machine.Sequences.Delete(call.Self, call[0]);
                    return value;
                }
                return call.IsGiven(1) ? call[1] : call.Machine.Sequences.Get(call.Self, call[0]);
            }),
            new("popitem()", call =>
            {
                if (Of(call).Count == 0)
                {
                    throw Raised.Of("KeyError", "popitem(): dictionary is empty");
                }
                var (key, value) = Of(call).Pop(first: false);
                return new TupleValue([key, value]);
            }),
            new("setdefault(key, default=None)", call =>
            {
                if (!Of(call).TryGetValue(call[0], out var value))
                {
                    value = call[1];
                    call.Machine.Put((DictValue)call.Self, call[0], value);
                }
                return value;
            }),
            new("update(source=None, **names)", call =>
            {
                if (call.Has(0))
                {
                    Update(call.Machine, (DictValue)call.Self, call[0]);
                }
                UpdateNamed(call, (DictValue)call.Self);
                return NoneValue.Instance;
            }),
            new("values()", call => call.Machine.NewList(Of(call).Values)),
        ];

    /// <summary>Adds the entries of a dictionary, or of a list of pairs.</summary>
    public static void Update(Machine machine, DictValue dict, Value source)
    {
        if (source is DictValue other)
        {
            machine.Merge(dict.Items, other.Items);
            return;
        }
        foreach (var entry in machine.Iteration.Of(source))
        {
            if (Number.Is(entry) || entry is NoneValue)
            {
                throw Raised.Type($"cannot convert dictionary update sequence element #{dict.Items.Count} to a sequence");
            }
            var pair = machine.Iteration.ToList(entry);
            if (pair.Count != 2)
            {
                throw Raised.Argument($"dictionary update sequence element #{dict.Items.Count} has length {pair.Count}; 2 is required");
            }
            machine.Put(dict, pair[0], pair[1]);
        }
    }

    private static DictValue FromKeys(Arguments call)
    {
        var dict = call.Machine.NewDict();
        if (call[0] is not (DictValue or SetValue))
        {
            foreach (var key in call.Machine.Iteration.Of(call[0]))
            {
                call.Machine.Put(dict, key, call[1]);
            }
            return dict;
        }
        // CPython makes room for half as many keys again, in whole numbers, and does not grow on the way.
        var count = Builtins.Length(call[0]);
        call.Machine.Budget.Elements(count, 2 * count);
        dict.Items.Resize(count / 2 * 3);
        foreach (var key in call.Machine.Iteration.Of(call[0]))
        {
            dict.Items.SetWithin(key, call[1]);
        }
        return dict;
    }

    /// <summary>Adds what was given by name: CPython 2 gathers that in a dictionary first.</summary>
    public static void UpdateNamed(Arguments call, DictValue dict)
    {
        var named = call.Machine.NewDict();
        call.Named.ForEach(name => call.Machine.Put(named, name.Name, name.Value));
        call.Machine.Merge(dict.Items, named.Items);
    }

    private static HashTable Of(Arguments call) => ((DictValue)call.Self).Items;

    private static IEnumerable<Value> Entries(Arguments call) => Of(call).Select(entry => (Value)new TupleValue([entry.Key, entry.Value]));
}
