namespace Xm.Config.Language;

/// <summary>Which names are a function's own: those that its body gives a value anywhere, unless they are declared global.</summary>
internal sealed class FunctionNames
{
    private readonly HashSet<string> _assigned = new(StringComparer.Ordinal);
    private readonly HashSet<string> _others = new(StringComparer.Ordinal);

    public static FunctionBody Body(Parameters parameters, IReadOnlyList<Statement> statements, bool yields = false)
    {
        var names = new FunctionNames();
        names._assigned.UnionWith(parameters.Names);
        foreach (var parameter in parameters.Named)
        {
            names.Bind(parameter.Pattern);
        }
        names.Visit(statements);
        names._assigned.ExceptWith(names._others);
        return new FunctionBody(statements, names._assigned, yields);
    }

    private void Visit(IReadOnlyList<Statement> statements)
    {
        foreach (var statement in statements)
        {
            Visit(statement);
        }
    }

    private void Visit(Statement statement)
    {
        switch (statement)
        {
            case Assignment assignment:
                assignment.Targets.ToList().ForEach(Bind);
                Leak(assignment.Value);
                break;
            case AugmentedAssignment augmented:
                Bind(augmented.Target);
                break;
            case ExpressionStatement bare:
                Leak(bare.Expression);
                break;
            case ReturnStatement { Value: { } value }:
                Leak(value);
                break;
            case IfStatement branches:
                foreach (var (_, body) in branches.Branches)
                {
                    Visit(body);
                }
                Visit(branches.Otherwise);
                break;
            case WhileStatement loop:
                Visit(loop.Body);
                Visit(loop.Otherwise);
                break;
            case ForStatement loop:
                Bind(loop.Target);
                Visit(loop.Body);
                Visit(loop.Otherwise);
                break;
            case TryStatement attempt:
                Visit(attempt.Body);
                foreach (var handler in attempt.Handlers)
                {
                    Bind(handler.Target);
                    Visit(handler.Body);
                }
                Visit(attempt.Otherwise);
                Visit(attempt.Finally);
                break;
            case WithStatement with:
                Bind(with.Target);
                Visit(with.Body);
                break;
            case FunctionDefinition function:
                _assigned.Add(function.Name);
                break;
            case DeleteStatement delete:
                delete.Targets.ToList().ForEach(Bind);
                break;
            case ImportStatement import:
                _assigned.UnionWith(import.Modules.Select(module => module.Alias ?? module.Module.Split('.')[0]));
                break;
            case FromImportStatement from:
                _assigned.UnionWith(from.Names.Select(name => name.Alias ?? name.Name));
                break;
            case ScopeStatement scope:
                _others.UnionWith(scope.Names);
                break;
            case ClassDefinition definition:
                _assigned.Add(definition.Name);
                break;
            case DecoratedDefinition decorated:
                Visit(decorated.Definition);
                break;
        }
    }

    private void Bind(Expression? target)
    {
        switch (target)
        {
            case NameUse name:
                _assigned.Add(name.Name);
                break;
            case TupleDisplay tuple:
                tuple.Items.ToList().ForEach(Bind);
                break;
            case ListDisplay list:
                list.Items.ToList().ForEach(Bind);
                break;
        }
    }

    /// <summary>In Python 2 the names of a list comprehension stay behind where it stands.</summary>
    private void Leak(Expression? expression)
    {
        switch (expression)
        {
            case Comprehension { Kind: ComprehensionKind.List } list:
                foreach (var clause in list.Clauses)
                {
                    Bind(clause.Target);
                }
                break;
            case Call call:
                foreach (var (_, value) in call.Arguments)
                {
                    Leak(value);
                }
                break;
            case Binary binary:
                Leak(binary.Left);
                Leak(binary.Right);
                break;
        }
    }
}
