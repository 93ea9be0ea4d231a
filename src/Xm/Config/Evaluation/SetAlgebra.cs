using Xm.Config.Values;

namespace Xm.Config.Evaluation;

/// <summary>
/// Union, intersection and their like, step by step as setobject.c does them: which element goes in when decides the order of the result.
/// </summary>
internal sealed class SetAlgebra(Machine machine)
{
    public SetValue Copy(SetValue set, bool? isFrozen = null)
    {
        var copy = machine.EmptySet(isFrozen ?? set.IsFrozen);
        machine.Merge(copy.Items, set.Items);
        return copy;
    }

    /// <summary>A new set of whatever has elements.</summary>
    public SetValue Of(Value source, bool isFrozen = false)
    {
        var set = machine.EmptySet(isFrozen);
        Update(set, source);
        return set;
    }

    /// <summary>Adds all elements of <paramref name="other"/>.</summary>
    public void Update(SetValue set, Value other)
    {
        switch (other)
        {
            case SetValue more:
                machine.Merge(set.Items, more.Items);
                break;
            case DictValue dict:
                set.Items.Reserve(dict.Items.Count);
                AddAll(set, dict.Items.Keys);
                break;
            default:
                AddAll(set, machine.Iteration.Of(other));
                break;
        }
    }

    public SetValue Union(SetValue set, Value other)
    {
        var union = Copy(set);
        Update(union, other);
        return union;
    }

    public SetValue Intersection(SetValue set, Value other)
    {
        if (ReferenceEquals(set, other))
        {
            return Copy(set);
        }
        var common = machine.EmptySet(set.IsFrozen);
        // The smaller one is gone through.
        var (walked, asked) = other switch
        {
            SetValue more when more.Items.Count > set.Items.Count => (set.Items.Keys, more),
            SetValue fewer => (fewer.Items.Keys, set),
            _ => (machine.Iteration.Of(other), set),
        };
        AddAll(common, walked.Where(asked.Items.ContainsKey));
        return common;
    }

    public SetValue Difference(SetValue set, Value other)
    {
        if (other is not (SetValue or DictValue))
        {
            var copy = Copy(set);
            RemoveAll(copy, other);
            return copy;
        }
        var left = machine.EmptySet(set.IsFrozen);
        var table = other is SetValue gone ? gone.Items : ((DictValue)other).Items;
        AddAll(left, set.Items.Keys.Where(element => !table.ContainsKey(element)));
        return left;
    }

    public SetValue SymmetricDifference(SetValue set, Value other)
    {
        var result = Of(other, set.IsFrozen);
        Toggle(result, set);
        return result;
    }

    /// <summary>Takes away all elements of <paramref name="other"/>.</summary>
    public void RemoveAll(SetValue set, Value other)
    {
        if (ReferenceEquals(set, other))
        {
            set.Items.Clear();
            return;
        }
        foreach (var element in machine.Iteration.Of(other))
        {
            set.Items.Remove(element);
        }
        set.Items.Tidy();
    }

    /// <summary>Keeps what the other has, too.</summary>
    public void Keep(SetValue set, Value other)
    {
        var kept = Intersection(set, other);
        set.Items.Become(kept.Items);
    }

    /// <summary>Takes out what the other has, too, and puts in what only the other has.</summary>
    public void Toggle(SetValue set, Value other)
    {
        if (ReferenceEquals(set, other))
        {
            set.Items.Clear();
            return;
        }
        var toggled = other as SetValue ?? (other is DictValue ? null : Of(other));
        foreach (var element in machine.Iteration.Of(toggled ?? other))
        {
            if (!set.Items.Remove(element))
            {
                machine.AddTo(set, element);
            }
        }
    }

    private void AddAll(SetValue set, IEnumerable<Value> elements)
    {
        foreach (var element in elements)
        {
            machine.Budget.Step();
            machine.AddTo(set, element);
        }
    }
}
