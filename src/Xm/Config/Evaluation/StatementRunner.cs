using Xm.Config.Language;
using Xm.Config.Values;

namespace Xm.Config.Evaluation;

/// <summary>Where a block goes on.</summary>
internal enum Flow
{
    Next,
    Break,
    Continue,
    Return,
}

/// <summary>Runs statements.</summary>
internal sealed class StatementRunner
{
    private readonly Machine _machine;
    private readonly ExceptionRunner _exceptions;

    public StatementRunner(Machine machine)
    {
        _machine = machine;
        _exceptions = new ExceptionRunner(machine, this);
    }

    public Flow Run(IReadOnlyList<Statement> statements, Scope scope)
    {
        foreach (var statement in statements)
        {
            var flow = Run(statement, scope);
            if (flow != Flow.Next)
            {
                return flow;
            }
        }
        return Flow.Next;
    }

    public Flow Run(Statement statement, Scope scope)
    {
        _machine.Budget.Nest();
        _machine.At = statement.At;
        switch (statement)
        {
            case ExpressionStatement bare:
                Evaluate(bare.Expression, scope);
                return Flow.Next;
            case Assignment assignment:
                var value = Evaluate(assignment.Value, scope);
                foreach (var target in assignment.Targets)
                {
                    _machine.Expressions.Assign(target, value, scope);
                }
                return Flow.Next;
            case AugmentedAssignment augmented:
                _machine.Expressions.Augment(augmented, scope);
                return Flow.Next;
            case IfStatement branches:
                return RunIf(branches, scope);
            case ForStatement loop:
                return RunFor(loop, scope);
            case WhileStatement loop:
                return RunWhile(loop, scope);
            case BreakStatement:
                return Flow.Break;
            case ContinueStatement:
                return Flow.Continue;
            case ReturnStatement giveBack:
                scope.Result = giveBack.Value is null ? NoneValue.Instance : Evaluate(giveBack.Value, scope);
                return Flow.Return;
            case FunctionDefinition or ClassDefinition:
                Define(statement, [], scope);
                return Flow.Next;
            case DecoratedDefinition decorated:
                Define(decorated.Definition, [.. decorated.Decorators.Select(one => Evaluate(one, scope))], scope);
                return Flow.Next;
            case RefusedStatement refused:
                throw new Refused(refused.Why);
            case TryStatement attempt:
                return _exceptions.RunTry(attempt, scope);
            case RaiseStatement raise:
                throw _exceptions.Raise(raise, scope);
            case AssertStatement assert:
                return _exceptions.Assert(assert, scope);
            case WithStatement with:
                return RunWith(with, scope);
            case DeleteStatement delete:
                foreach (var target in delete.Targets)
                {
                    _machine.Expressions.Delete(target, scope);
                }
                return Flow.Next;
            case PrintStatement print:
                Print(print, scope);
                return Flow.Next;
            case ImportStatement import:
                _machine.Modules.Import(import, scope);
                return Flow.Next;
            case FromImportStatement import:
                _machine.Modules.Import(import, scope);
                return Flow.Next;
            default:
                return Flow.Next;
        }
    }

    private void Define(Statement statement, IReadOnlyList<Value> decorators, Scope scope)
    {
        _machine.At = statement.At;
        var (name, value) = statement switch
        {
            FunctionDefinition function => (
                function.Name,
                _machine.Expressions.Define(function.Name, function.Parameters, function.Body, null, scope)
            ),
            ClassDefinition type => (type.Name, _machine.Classes.Define(type, scope)),
            RefusedStatement refused => throw new Refused(refused.Why),
            _ => ("", NoneValue.Instance),
        };
        foreach (var decorator in decorators.Reverse())
        {
            value = _machine.Calls.Call(decorator, value);
        }
        scope.Set(name, value, statement.At);
    }

    private Value Evaluate(Expression expression, Scope scope) => _machine.Expressions.Evaluate(expression, scope);

    private Flow RunIf(IfStatement branches, Scope scope)
    {
        foreach (var (condition, body) in branches.Branches)
        {
            if (Evaluate(condition, scope).IsTrue)
            {
                return Run(body, scope);
            }
        }
        return Run(branches.Otherwise, scope);
    }

    private Flow RunFor(ForStatement loop, Scope scope)
    {
        using var elements = _machine.Iteration.Of(Evaluate(loop.Source, scope)).GetEnumerator();
        while (elements.MoveNext())
        {
            _machine.Expressions.Assign(loop.Target, elements.Current, scope);
            var flow = Run(loop.Body, scope);
            if (flow == Flow.Return)
            {
                return flow;
            }
            if (flow == Flow.Break)
            {
                return Flow.Next;
            }
        }
        return Run(loop.Otherwise, scope);
    }

    private Flow RunWhile(WhileStatement loop, Scope scope)
    {
        while (Evaluate(loop.Condition, scope).IsTrue)
        {
            var flow = Run(loop.Body, scope);
            if (flow == Flow.Return)
            {
                return flow;
            }
            if (flow == Flow.Break)
            {
                return Flow.Next;
            }
            _machine.Budget.Step();
        }
        return Run(loop.Otherwise, scope);
    }

    /// <summary>Only files can stand behind <c>with</c>; there is nothing to close, as they are read when they are opened.</summary>
    private Flow RunWith(WithStatement with, Scope scope)
    {
        var value = Evaluate(with.Source, scope);
        _machine.At = with.At;
        if (value is not FileValue file)
        {
            throw Raised.Attribute(value, "__exit__");
        }
        if (with.Target is not null)
        {
            _machine.Expressions.Assign(with.Target, file, scope);
        }
        return Run(with.Body, scope);
    }

    private void Print(PrintStatement print, Scope scope)
    {
        var destination = print.Destination is null ? NoneValue.Instance : Evaluate(print.Destination, scope);
        var texts = print.Values.Select(value => _machine.Texts.Str(Evaluate(value, scope))).ToList();
        _machine.At = print.At;
        _machine.Files.Write(destination, string.Join(' ', texts) + (print.EndsLine ? "\n" : " "));
    }
}
