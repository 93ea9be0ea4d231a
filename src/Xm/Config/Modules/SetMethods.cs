using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>The methods of sets.</summary>
internal static class SetMethods
{
    public static Builtin[] Reading() =>
        [
            // A signature is what calls are checked against.
            new("copy()", call => call.Machine.Sets.Copy(Of(call))),
            new("difference(*others)", call => Difference(call)),
            new("intersection(*others)", call =>
                call.Rest.Count == 0 ? call.Machine.Sets.Copy(Of(call)) : call.Rest.Aggregate(Of(call), call.Machine.Sets.Intersection)
            ),
            new("isdisjoint(other)", call => BoolValue.Of(!call.Machine.Sets.Intersection(Of(call), call[0]).IsTrue)),
            new("issubset(other)", call => BoolValue.Of(call.Machine.Order.Holds("<=", call.Self, Other(call)))),
            new("issuperset(other)", call => BoolValue.Of(call.Machine.Order.Holds(">=", call.Self, Other(call)))),
            new("symmetric_difference(other)", call => call.Machine.Sets.SymmetricDifference(Of(call), call[0])),
            new("union(*others)", Union),
        ];

    public static Builtin[] Changing() =>
        [
            // A signature is what calls are checked against.
            new("add(x)", call => Done(() => call.Machine.AddTo(Of(call), call[0]))),
            new("clear()", call => Done(Of(call).Items.Clear)),
            new("difference_update(*others)", call => Done(() => All(call, call.Machine.Sets.RemoveAll))),
            new("discard(x)", call => Done(() => Of(call).Items.Remove(call[0]))),
            new("intersection_update(*others)", call => Done(() => All(call, call.Machine.Sets.Keep))),
            new("pop()", call =>
                call.Self.IsTrue ? Of(call).Items.Pop(first: true).Key : throw Raised.Of("KeyError", "pop from an empty set")
            ),
            new("remove(x)", call =>
                Of(call).Items.Remove(call[0])
                    ? NoneValue.Instance
                    : throw new Raised(new ExceptionValue(ExceptionType.Find("KeyError")!, [call[0]]))
            ),
            new("symmetric_difference_update(other)", call => Done(() => call.Machine.Sets.Toggle(Of(call), call[0]))),
            new("update(*others)", call => Done(() => All(call, call.Machine.Sets.Update))),
        ];

    private static SetValue Of(Arguments call) => (SetValue)call.Self;

    private static SetValue Other(Arguments call) => call[0] as SetValue ?? call.Machine.Sets.Of(call[0]);

    private static NoneValue Done(Action change)
    {
        change();
        return NoneValue.Instance;
    }

    private static void All(Arguments call, Action<SetValue, Value> change)
    {
        foreach (var other in call.Rest)
        {
            change(Of(call), other);
        }
    }

    private static SetValue Union(Arguments call)
    {
        var union = call.Machine.Sets.Copy(Of(call));
        foreach (var other in call.Rest)
        {
            call.Machine.Sets.Update(union, other);
        }
        return union;
    }

    /// <summary>The first other makes a new set, from which all further ones are taken away.</summary>
    private static SetValue Difference(Arguments call)
    {
        if (call.Rest.Count == 0)
        {
            return call.Machine.Sets.Copy(Of(call));
        }
        var left = call.Machine.Sets.Difference(Of(call), call.Rest[0]);
        foreach (var other in call.Rest.Skip(1))
        {
            call.Machine.Sets.RemoveAll(left, other);
        }
        return left;
    }
}
