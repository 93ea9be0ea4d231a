using Xm.Config.Language;
using Xm.Config.Values;

namespace Xm.Config.Evaluation;

/// <summary>Runs what has to do with exceptions: <c>try</c>, <c>raise</c>, <c>assert</c>.</summary>
internal sealed class ExceptionRunner(Machine machine, StatementRunner statements)
{
    /// <summary>To raise costs about this many times a simple step.</summary>
    private const int StepsOfRaise = 200;

    public Flow RunTry(TryStatement attempt, Scope scope)
    {
        var flow = Flow.Next;
        Raised? pending = null;
        try
        {
            flow = RunHandled(attempt, scope);
        }
        catch (Raised error)
        {
            NotePlace(error);
            pending = error;
        }
        var result = scope.Result;
        var last = statements.Run(attempt.Finally, scope);
        if (last != Flow.Next)
        {
            return last;
        }
        scope.Result = result;
        // Thrown again out here: within the catch the stack of what failed would still be there, for each level of the file's own calls.
        return pending is null ? flow : throw pending;
    }

    private Flow RunHandled(TryStatement attempt, Scope scope)
    {
        Raised? caught = null;
        try
        {
            var flow = statements.Run(attempt.Body, scope);
            if (flow != Flow.Next)
            {
                return flow;
            }
        }
        catch (Raised error)
        {
            NotePlace(error);
            caught = error;
        }
        if (caught is null)
        {
            return statements.Run(attempt.Otherwise, scope);
        }
        machine.Budget.Step(StepsOfRaise);
        foreach (var handler in attempt.Handlers)
        {
            if (handler.Type is not null && !Matches(machine.Expressions.Evaluate(handler.Type, scope), caught.Value))
            {
                continue;
            }
            if (handler.Target is not null)
            {
                machine.Expressions.Assign(handler.Target, caught.Value, scope);
            }
            machine.Handled.Push(caught);
            try
            {
                return statements.Run(handler.Body, scope);
            }
            finally
            {
                machine.Handled.TryPop(out _);
            }
        }
        throw caught;
    }

    public Raised Raise(RaiseStatement raise, Scope scope)
    {
        machine.Budget.Step(StepsOfRaise);
        if (raise.Type is null)
        {
            return machine.Handled.TryPeek(out var handled)
                ? handled
                : Raised.Type("exceptions must be old-style classes or derived from BaseException, not NoneType");
        }
        var type = machine.Expressions.Evaluate(raise.Type, scope);
        var value = raise.Value is null ? null : machine.Expressions.Evaluate(raise.Value, scope);
        machine.At = raise.At;
        return (type, value) switch
        {
            (ExceptionValue error, _) => new Raised(error),
            (ExceptionType, ExceptionValue error) => new Raised(error),
            (ExceptionType of, null or NoneValue) => new Raised(new ExceptionValue(of, [])),
            (ExceptionType of, TupleValue several) => new Raised(new ExceptionValue(of, several.Items)),
            (ExceptionType of, _) => new Raised(new ExceptionValue(of, [value])),
            _ => Raised.Type($"exceptions must be old-style classes or derived from BaseException, not {type.TypeName}"),
        };
    }

    public Flow Assert(AssertStatement assert, Scope scope)
    {
        if (machine.Expressions.Evaluate(assert.Condition, scope).IsTrue)
        {
            return Flow.Next;
        }
        IReadOnlyList<Value> arguments = assert.Message is null ? [] : [machine.Expressions.Evaluate(assert.Message, scope)];
        machine.At = assert.At;
        throw new Raised(new ExceptionValue(ExceptionType.Find("AssertionError")!, arguments));
    }

    private void NotePlace(Raised error)
    {
        error.At ??= machine.At;
        error.File ??= machine.Source;
    }

    private static bool Matches(Value type, ExceptionValue error) =>
        type switch
        {
            ExceptionType one => error.Type.Is(one),
            TupleValue several => several.Items.Any(one => Matches(one, error)),
            _ => false,
        };
}
