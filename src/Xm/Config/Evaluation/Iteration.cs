using Xm.Config.Values;

namespace Xm.Config.Evaluation;

/// <summary>The elements of whatever has some.</summary>
internal sealed class Iteration(Machine machine)
{
    /// <exception cref="Raised">The value has no elements.</exception>
    public IEnumerable<Value> Of(Value value) =>
        value switch
        {
            ListValue list => Growing(list.Items),
            TupleValue tuple => Counted(tuple.Items),
            StrValue or UnicodeValue => Letters(value),
            DictValue dict => Keys(dict.Items, "dictionary changed size during iteration"),
            SetValue set => Keys(set.Items, "Set changed size during iteration"),
            RangeValue range => Numbers(range),
            IteratorValue iterator => Rest(iterator),
            FileValue file => Lines(file),
            _ => throw Raised.Type($"'{value.TypeName}' object is not iterable"),
        };

    public List<Value> ToList(Value value) => machine.NewList(Of(value)).Items;

    /// <summary>A list may grow while it is gone through, and then gets longer.</summary>
    private IEnumerable<Value> Growing(List<Value> items)
    {
        for (var i = 0; i < items.Count; i++)
        {
            machine.Budget.Step();
            yield return items[i];
        }
    }

    private IEnumerable<Value> Counted(IReadOnlyList<Value> items)
    {
        foreach (var item in items)
        {
            machine.Budget.Step();
            yield return item;
        }
    }

    private IEnumerable<Value> Letters(Value text)
    {
        foreach (var letter in Text.Of(text))
        {
            machine.Budget.Step();
            yield return Text.Like(text, letter.ToString());
        }
    }

    private IEnumerable<Value> Keys(HashTable table, string changed)
    {
        var count = table.Count;
        foreach (var key in table.Keys)
        {
            machine.Budget.Step();
            if (table.Count != count)
            {
                throw Raised.Of("RuntimeError", changed);
            }
            yield return key;
        }
        if (table.Count != count)
        {
            throw Raised.Of("RuntimeError", changed);
        }
    }

    private IEnumerable<Value> Numbers(RangeValue range)
    {
        for (var i = 0L; i < range.Count; i++)
        {
            machine.Budget.Step();
            yield return range[i];
        }
    }

    private IEnumerable<Value> Rest(IteratorValue iterator)
    {
        while (Next(iterator) is { } element)
        {
            machine.Budget.Step();
            yield return element;
        }
    }

    /// <summary>The next element, or null behind the last.</summary>
    public Value? Next(IteratorValue iterator)
    {
        machine.Budget.Nest();
        try
        {
            return iterator.Elements.MoveNext() ? iterator.Elements.Current : null;
        }
        catch (Raised error) when (error.Value.Type.Name == "StopIteration")
        {
            return null;
        }
    }

    private IEnumerable<Value> Lines(FileValue file)
    {
        while (file.ReadLine() is { Length: > 0 } line)
        {
            machine.Budget.Text(line.Length);
            yield return new StrValue(line);
        }
    }
}
