using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>The methods of sets.</summary>
internal static class SetMethods
{
    public static Builtin[] Reading() =>
        [
            // A signature is what calls are checked against.
            new("copy()", call => call.Machine.NewSet(Of(call).Items.Keys, Of(call).IsFrozen)),
            new("difference(other)", call => Operate(call, "-")),
            new("intersection(other)", call => Operate(call, "&")),
            new("isdisjoint(other)", call => BoolValue.Of(!((SetValue)Operate(call, "&")).IsTrue)),
            new("issubset(other)", call => BoolValue.Of(call.Machine.Order.Holds("<=", call.Self, Other(call)))),
            new("issuperset(other)", call => BoolValue.Of(call.Machine.Order.Holds(">=", call.Self, Other(call)))),
            new("symmetric_difference(other)", call => Operate(call, "^")),
            new("union(other)", call => Operate(call, "|")),
        ];

    public static Builtin[] Changing() =>
        [
            // A signature is what calls are checked against.
            new("add(x)", call =>
            {
                call.Machine.AddTo(Of(call), call[0]);
                return NoneValue.Instance;
            }),
            new("clear()", call =>
            {
                Of(call).Items.Clear();
                return NoneValue.Instance;
            }),
            new("discard(x)", call =>
            {
                Remove(call);
                return NoneValue.Instance;
            }),
            new("pop()", call =>
            {
                if (!call.Self.IsTrue)
                {
                    throw Raised.Of("KeyError", "pop from an empty set");
                }
                var (first, _) = Of(call).Items.GetAt(0);
                call.Machine.Budget.Step(Of(call).Items.Count / 16);
                Of(call).Items.RemoveAt(0);
                return first;
            }),
            new("remove(x)", call =>
                Remove(call) ? NoneValue.Instance : throw new Raised(new ExceptionValue(ExceptionType.Find("KeyError")!, [call[0]]))
            ),
            new("update(other)", call =>
            {
                foreach (var item in call.Machine.Iteration.ToList(call[0]))
                {
                    call.Machine.AddTo(Of(call), item);
                }
                return NoneValue.Instance;
            }),
        ];

    private static SetValue Of(Arguments call) => (SetValue)call.Self;

    private static SetValue Other(Arguments call) => call[0] as SetValue ?? call.Machine.NewSet(call.Machine.Iteration.Of(call[0]));

    private static Value Operate(Arguments call, string symbol) => call.Machine.Operators.Binary(symbol, call.Self, Other(call));

    private static bool Remove(Arguments call)
    {
        call.Machine.Budget.Step(Of(call).Items.Count / 16);
        return Of(call).Items.Remove(call[0]);
    }
}
