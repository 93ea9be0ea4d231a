using Xm.Config.Language;
using Xm.Config.Values;

namespace Xm.Config.Evaluation;

/// <summary>Works out comprehensions. As in Python 2 the names of a list's stay behind, those of the others do not.</summary>
internal sealed class Comprehensions(Machine machine)
{
    public Value Evaluate(Comprehension comprehension, Scope outer)
    {
        var scope = comprehension.Kind == ComprehensionKind.List ? outer : new Scope(outer, NamesOf(comprehension));
        // The first source belongs to what is around, and is worked out at once.
        var source = machine.Iteration.Of(machine.Expressions.Evaluate(comprehension.Clauses[0].Source, outer));
        var elements = Elements(comprehension, 0, source, scope);
        switch (comprehension.Kind)
        {
            case ComprehensionKind.List:
                return machine.NewList(elements);
            case ComprehensionKind.Set:
                return machine.NewSet(elements);
            case ComprehensionKind.Dict:
                var dict = machine.NewDict();
                foreach (var value in elements)
                {
                    // The element comes first, then the key, as Python 2 works them out.
                    machine.Put(dict, machine.Expressions.Evaluate(comprehension.Key!, scope), value);
                }
                return dict;
            default:
                return new IteratorValue(elements.GetEnumerator(), "generator");
        }
    }

    private IEnumerable<Value> Elements(Comprehension comprehension, int level, IEnumerable<Value> source, Scope scope)
    {
        var clause = comprehension.Clauses[level];
        foreach (var item in source)
        {
            machine.Budget.Nest();
            Bind(clause.Target, item, scope);
            if (!clause.Conditions.All(condition => machine.Expressions.Evaluate(condition, scope).IsTrue))
            {
                continue;
            }
            if (level + 1 == comprehension.Clauses.Count)
            {
                yield return machine.Expressions.Evaluate(comprehension.Element, scope);
                continue;
            }
            var inner = machine.Iteration.Of(machine.Expressions.Evaluate(comprehension.Clauses[level + 1].Source, scope));
            foreach (var element in Elements(comprehension, level + 1, inner, scope))
            {
                yield return element;
            }
        }
    }

    private void Bind(Expression target, Value value, Scope scope)
    {
        if (target is NameUse name)
        {
            scope.SetHere(name.Name, value, name.At);
        }
        else
        {
            machine.Expressions.Assign(target, value, scope);
        }
    }

    private static HashSet<string> NamesOf(Comprehension comprehension)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var clause in comprehension.Clauses)
        {
            Collect(clause.Target, names);
        }
        return names;
    }

    private static void Collect(Expression target, HashSet<string> names)
    {
        switch (target)
        {
            case NameUse name:
                names.Add(name.Name);
                break;
            case TupleDisplay tuple:
                tuple.Items.ToList().ForEach(item => Collect(item, names));
                break;
            case ListDisplay list:
                list.Items.ToList().ForEach(item => Collect(item, names));
                break;
        }
    }
}
