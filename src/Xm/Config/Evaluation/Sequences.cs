using System.Numerics;
using Xm.Config.Modules;
using Xm.Config.Values;

namespace Xm.Config.Evaluation;

/// <summary>Indexes and slices: what stands in square brackets behind a value.</summary>
internal sealed class Sequences(Machine machine)
{
    public Value Get(Value target, Value index)
    {
        switch (target)
        {
            case DictValue dict:
                return dict.Items.TryGetValue(index, out var found) ? found : throw KeyMissing(index);
            case EnvironmentValue environment:
                return environment.Get(Text.Of(index)) ?? throw KeyMissing(index);
            case StatValue stat:
                return stat.At(index);
            case ListValue list:
                return index is SliceValue some ? new ListValue(Pick(list.Items, some)) : list.Items[At(list.Items.Count, index, "list")];
            case TupleValue tuple:
                return index is SliceValue part
                    ? new TupleValue(Pick(tuple.Items, part))
                    : tuple.Items[At(tuple.Items.Count, index, "tuple")];
            case RangeValue range when index is not SliceValue:
                return range[At((int)Math.Min(range.Count, int.MaxValue), index, "xrange object")];
            case StrValue or UnicodeValue:
                var text = Text.Of(target);
                if (index is not SliceValue slice)
                {
                    return Text.Like(target, text[At(text.Length, index, "string")].ToString());
                }
                var (start, step, count) = Resolve(slice, text.Length);
                machine.Budget.Text(count);
                return Text.Like(
                    target,
                    step == 1
                        ? text.Substring((int)start, (int)count)
                        : string.Create((int)count, (text, start, step), static (letters, from) =>
                        {
                            for (var i = 0; i < letters.Length; i++)
                            {
                                letters[i] = from.text[(int)(from.start + i * from.step)];
                            }
                        })
                );
            default:
                throw Raised.Type($"'{target.TypeName}' object has no attribute '__getitem__'");
        }
    }

    public void Set(Value target, Value index, Value value)
    {
        switch (target)
        {
            case DictValue dict:
                machine.Put(dict, index, value);
                break;
            case ListValue list when index is SliceValue slice:
                Replace(list.Items, slice, value);
                break;
            case ListValue list:
                list.Items[At(list.Items.Count, index, "list", "list assignment index out of range")] = value;
                break;
            case EnvironmentValue:
                throw new Refused("the environment is refused to be changed: no program would see it. Use a name of the file instead");
            default:
                throw Raised.Type($"'{target.TypeName}' object does not support item assignment");
        }
    }

    public void Delete(Value target, Value index)
    {
        switch (target)
        {
            case DictValue dict:
                if (!dict.Items.Remove(index))
                {
                    throw KeyMissing(index);
                }
                break;
            case ListValue list when index is SliceValue slice:
                var (start, step, count) = Resolve(slice, list.Items.Count);
                machine.Budget.Step(list.Items.Count);
                var gone = new HashSet<long>();
                for (var i = 0L; i < count; i++)
                {
                    gone.Add(start + i * step);
                }
                var at = 0L;
                list.Items.RemoveAll(_ => gone.Contains(at++));
                break;
            case ListValue list:
                var place = At(list.Items.Count, index, "list", "list assignment index out of range");
                machine.Budget.Step(list.Items.Count / 16);
                list.Items.RemoveAt(place);
                break;
            default:
                throw Raised.Type($"'{target.TypeName}' object doesn't support item deletion");
        }
    }

    public bool Contains(Value container, Value element)
    {
        switch (container)
        {
            case DictValue dict:
                return dict.Items.ContainsKey(element);
            case SetValue set:
                return set.Items.ContainsKey(element);
            case EnvironmentValue environment:
                return environment.Get(Text.Of(element)) is not null;
            case StrValue or UnicodeValue:
                var text = Text.Of(container);
                machine.Budget.Step(text.Length / 64);
                return Text.Is(element)
                    ? text.Contains(Text.Of(element), StringComparison.Ordinal)
                    : throw Raised.Type($"'in <string>' requires string as left operand, not {element.TypeName}");
            case RangeValue or ListValue or TupleValue or IteratorValue or FileValue:
                foreach (var item in machine.Iteration.Of(container))
                {
                    if (machine.Equality.Equals(item, element))
                    {
                        return true;
                    }
                }
                return false;
            default:
                throw Raised.Type($"argument of type '{container.TypeName}' is not iterable");
        }
    }

    /// <summary>An index from either end.</summary>
    public static int At(int count, Value index, string kind, string? outside = null)
    {
        if (Number.Whole(index) is not { } whole)
        {
            throw Raised.Type(
                $"{kind} {(kind == "list" || kind == "tuple" ? "indices must be integers" : "indices must be integers")}, not "
                    + $"{index.TypeName}"
            );
        }
        var at = whole.Sign < 0 ? whole + count : whole;
        return at.Sign >= 0 && at < count ? (int)at : throw Raised.Index(outside ?? $"{kind} index out of range");
    }

    /// <summary>Where a slice of so many elements starts, its step, and how many it has.</summary>
    public static (long Start, long Step, long Count) Resolve(SliceValue slice, int length)
    {
        var step = slice.Step is NoneValue ? 1 : Clamp(slice.Step);
        if (step == 0)
        {
            throw Raised.Argument("slice step cannot be zero");
        }
        var (least, most) = step > 0 ? (0L, (long)length) : (-1L, length - 1L);
        var start = Bound(slice.Start, step > 0 ? least : most, length, least, most);
        var stop = Bound(slice.Stop, step > 0 ? most : least, length, least, most);
        var count = step > 0 ? (stop - start + step - 1) / step : (start - stop - step - 1) / -step;
        return (start, step, Math.Max(0, (step > 0 ? stop > start : start > stop) ? count : 0)) is var found && found.Item3 == 0
            ? (Math.Clamp(start, 0, length), step, 0)
            : (start, step, count);
    }

    private static long Bound(Value bound, long missing, int length, long least, long most)
    {
        if (bound is NoneValue)
        {
            return missing;
        }
        var at = Clamp(bound);
        return Math.Clamp(at < 0 ? at + length : at, least, most);
    }

    private static long Clamp(Value bound) =>
        (long)
            BigInteger.Clamp(
                Number.Whole(bound) ?? throw Raised.Type("slice indices must be integers or None or have an __index__ method"),
                -(1L << 40),
                1L << 40
            );

    private List<Value> Pick(IReadOnlyList<Value> items, SliceValue slice)
    {
        var (start, step, count) = Resolve(slice, items.Count);
        machine.Budget.Elements(count);
        var picked = new List<Value>((int)count);
        for (var i = 0; i < count; i++)
        {
            picked.Add(items[(int)(start + i * step)]);
        }
        return picked;
    }

    private void Replace(List<Value> items, SliceValue slice, Value value)
    {
        if (
            value
            is not (
                ListValue
                or TupleValue
                or StrValue
                or UnicodeValue
                or DictValue
                or SetValue
                or RangeValue
                or IteratorValue
                or FileValue
            )
        )
        {
            throw Raised.Type("can only assign an iterable");
        }
        var replacement = machine.Iteration.ToList(value);
        var (start, step, count) = Resolve(slice, items.Count);
        if (step == 1)
        {
            machine.Budget.Elements(items.Count - count + replacement.Count, replacement.Count);
            machine.Budget.Step(items.Count / 16);
            items.RemoveRange((int)start, (int)count);
            items.InsertRange((int)start, replacement);
            return;
        }
        if (replacement.Count != count)
        {
            throw Raised.Argument($"attempt to assign sequence of size {replacement.Count} to extended slice of size {count}");
        }
        for (var i = 0; i < count; i++)
        {
            items[(int)(start + i * step)] = replacement[i];
        }
    }

    private static Raised KeyMissing(Value key) => new(new ExceptionValue(ExceptionType.Find("KeyError")!, [key]));
}
