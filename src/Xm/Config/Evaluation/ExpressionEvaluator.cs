using Xm.Config.Language;
using Xm.Config.Values;

namespace Xm.Config.Evaluation;

/// <summary>Works out expressions.</summary>
internal sealed class ExpressionEvaluator(Machine machine)
{
    public Value Evaluate(Expression expression, Scope scope)
    {
        machine.Budget.Nest();
        switch (expression)
        {
            case Literal literal:
                return literal.Value;
            case NameUse name:
                return Look(name, scope);
            case ListDisplay list:
                return new ListValue(EvaluateAll(list.Items, scope));
            case TupleDisplay tuple:
                return new TupleValue(EvaluateAll(tuple.Items, scope));
            case SetDisplay set:
                return machine.NewSet(EvaluateAll(set.Items, scope));
            case DictDisplay dict:
                return EvaluateDict(dict, scope);
            case Unary { Operator: "not" } not:
                return BoolValue.Of(!Evaluate(not.Operand, scope).IsTrue);
            case Unary unary:
                var operand = Evaluate(unary.Operand, scope);
                machine.At = unary.At;
                return machine.Operators.Unary(unary.Operator, operand);
            case Binary { Operator: "and" } and:
                var first = Evaluate(and.Left, scope);
                return first.IsTrue ? Evaluate(and.Right, scope) : first;
            case Binary { Operator: "or" } or:
                var one = Evaluate(or.Left, scope);
                return one.IsTrue ? one : Evaluate(or.Right, scope);
            case Binary binary:
                var left = Evaluate(binary.Left, scope);
                var right = Evaluate(binary.Right, scope);
                machine.At = binary.At;
                return machine.Operators.Binary(binary.Operator, left, right);
            case Comparison comparison:
                return Compare(comparison, scope);
            case Conditional choice:
                return Evaluate(Evaluate(choice.Condition, scope).IsTrue ? choice.Then : choice.Otherwise, scope);
            case AttributeUse attribute:
                var holder = Evaluate(attribute.Target, scope);
                machine.At = attribute.At;
                return machine.Attributes.Get(holder, attribute.Name);
            case Subscript subscript:
                var target = Evaluate(subscript.Target, scope);
                var index = Evaluate(subscript.Index, scope);
                machine.At = subscript.At;
                return machine.Sequences.Get(target, index);
            case Slice slice:
                var sliced = Evaluate(slice.Target, scope);
                var bounds = Bounds(slice, scope);
                return machine.Sequences.Get(sliced, bounds);
            case Call call:
                return EvaluateCall(call, scope);
            case LambdaExpression lambda:
                return Define("<lambda>", lambda.Parameters, FunctionNames.Body(lambda.Parameters, []), lambda.Body, scope);
            case Comprehension comprehension:
                return new Comprehensions(machine).Evaluate(comprehension, scope);
            case ReprOf repr:
                return machine.NewText(machine.Texts.Repr(Evaluate(repr.Operand, scope)));
            case FormattedString formatted:
                return machine.NewText(Format(formatted, scope));
            case YieldExpression give:
                return Yield(give, scope);
            case RefusedExpression refused:
                machine.At = refused.At;
                throw new Refused(refused.Why);
            default:
                throw new Refused("this is not understood by xm: write the value out");
        }
    }

    public FunctionValue Define(string name, Parameters parameters, FunctionBody body, Expression? result, Scope scope)
    {
        var defaults = parameters.Named.Select(parameter => parameter.Default is null ? null : Evaluate(parameter.Default, scope)).ToList();
        return new FunctionValue(name, parameters, defaults, body, result, scope, machine.Source);
    }

    public void Assign(Expression target, Value value, Scope scope)
    {
        machine.Budget.Nest();
        switch (target)
        {
            case NameUse name:
                scope.Set(name.Name, value, name.At);
                break;
            case TupleDisplay tuple:
                Unpack(tuple.Items, value, tuple.At, scope);
                break;
            case ListDisplay list:
                Unpack(list.Items, value, list.At, scope);
                break;
            case Subscript subscript:
                var holder = Evaluate(subscript.Target, scope);
                var index = Evaluate(subscript.Index, scope);
                machine.At = subscript.At;
                machine.Sequences.Set(holder, index, value);
                break;
            case Slice slice:
                var list2 = Evaluate(slice.Target, scope);
                machine.Sequences.Set(list2, Bounds(slice, scope), value);
                break;
            case AttributeUse attribute:
                var owner = Evaluate(attribute.Target, scope);
                machine.At = attribute.At;
                machine.Classes.Set(owner, attribute.Name, value);
                break;
            default:
                Evaluate(target, scope);
                break;
        }
    }

    public void Augment(AugmentedAssignment augmented, Scope scope)
    {
        if (augmented.Target is AttributeUse attribute)
        {
            var owner = Evaluate(attribute.Target, scope);
            var before = machine.Attributes.Get(owner, attribute.Name);
            var added = Evaluate(augmented.Value, scope);
            machine.At = augmented.At;
            machine.Classes.Set(owner, attribute.Name, machine.Operators.InPlace(augmented.Operator, before, added));
            return;
        }
        // What stands before the brackets is worked out once.
        var (holder, index) = augmented.Target switch
        {
            Subscript subscript => (Evaluate(subscript.Target, scope), Evaluate(subscript.Index, scope)),
            Slice slice => (Evaluate(slice.Target, scope), Bounds(slice, scope)),
            _ => ((Value?)null, (Value?)null),
        };
        var old = holder is null ? Evaluate(augmented.Target, scope) : machine.Sequences.Get(holder, index!);
        var operand = Evaluate(augmented.Value, scope);
        machine.At = augmented.At;
        var value = machine.Operators.InPlace(augmented.Operator, old, operand);
        if (holder is null)
        {
            Assign(augmented.Target, value, scope);
        }
        else
        {
            machine.Sequences.Set(holder, index!, value);
        }
    }

    public void Delete(Expression target, Scope scope)
    {
        machine.At = target.At;
        switch (target)
        {
            case NameUse name:
                if (!scope.Remove(name.Name))
                {
                    throw Raised.Of("NameError", $"name '{name.Name}' is not defined");
                }
                break;
            case TupleDisplay tuple:
                tuple.Items.ToList().ForEach(item => Delete(item, scope));
                break;
            case ListDisplay list:
                list.Items.ToList().ForEach(item => Delete(item, scope));
                break;
            case Subscript subscript:
                machine.Sequences.Delete(Evaluate(subscript.Target, scope), Evaluate(subscript.Index, scope));
                break;
            case Slice slice:
                machine.Sequences.Delete(Evaluate(slice.Target, scope), Bounds(slice, scope));
                break;
            case AttributeUse attribute:
                machine.Classes.Set(Evaluate(attribute.Target, scope), attribute.Name, null);
                break;
            default:
                Evaluate(target, scope);
                break;
        }
    }

    /// <summary>A formatted string's text.</summary>
    private string Format(FormattedString formatted, Scope scope)
    {
        var text = new System.Text.StringBuilder();
        foreach (var part in formatted.Parts)
        {
            text.Append(part.Text);
            if (part.Value is not null)
            {
                var value = Evaluate(part.Value, scope);
                var format = part.Format is null ? "" : Format(part.Format, scope);
                machine.At = formatted.At;
                text.Append(machine.Texts.Formats.Field(value, part.Conversion, format));
            }
            machine.Budget.Text(text.Length);
        }
        return text.ToString();
    }

    /// <summary>Nothing is ever sent into a generator, so that <c>yield</c> itself is None.</summary>
    private NoneValue Yield(YieldExpression give, Scope scope)
    {
        machine.At = give.At;
        var received = scope.Receiver ?? throw new Refused("'yield' is understood in functions that def makes only");
        var value = give.Value is null ? NoneValue.Instance : Evaluate(give.Value, scope);
        foreach (var item in give.IsAll ? machine.Iteration.Of(value) : [value])
        {
            machine.Add(received, item);
        }
        return NoneValue.Instance;
    }

    private Value Look(NameUse name, Scope scope)
    {
        machine.At = name.At;
        return scope.Find(name.Name)
            ?? machine.Modules.Builtin(name.Name, scope)
            ?? throw Raised.Of(
                "NameError",
                scope.IsTop ? $"name '{name.Name}' is not defined" : $"global name '{name.Name}' is not defined"
            );
    }

    private List<Value> EvaluateAll(IReadOnlyList<Expression> expressions, Scope scope)
    {
        machine.Budget.Elements(expressions.Count);
        var values = new List<Value>(expressions.Count);
        foreach (var expression in expressions)
        {
            values.Add(Evaluate(expression, scope));
        }
        return values;
    }

    private DictValue EvaluateDict(DictDisplay display, Scope scope)
    {
        var dict = machine.NewDict();
        if (display.Items.Count > 5)
        {
            dict.Items.Resize(display.Items.Count);
        }
        foreach (var (key, value) in display.Items)
        {
            var element = Evaluate(value, scope);
            machine.Put(dict, Evaluate(key, scope), element);
        }
        return dict;
    }

    private SliceValue Bounds(Slice slice, Scope scope)
    {
        Value Bound(Expression? bound) => bound is null ? NoneValue.Instance : Evaluate(bound, scope);
        var bounds = new SliceValue(Bound(slice.Start), Bound(slice.Stop), Bound(slice.Step));
        machine.At = slice.At;
        return bounds;
    }

    private Value Compare(Comparison comparison, Scope scope)
    {
        var left = Evaluate(comparison.First, scope);
        Value result = BoolValue.Of(true);
        foreach (var (symbol, operand) in comparison.Rest)
        {
            var right = Evaluate(operand, scope);
            machine.At = comparison.At;
            result = BoolValue.Of(machine.Order.Holds(symbol, left, right));
            if (!result.IsTrue)
            {
                return result;
            }
            left = right;
        }
        return result;
    }

    private Value EvaluateCall(Call call, Scope scope)
    {
        var callee = Evaluate(call.Target, scope);
        var arguments = new List<Value>(call.Arguments.Count);
        List<(string, Value)>? named = null;
        DictValue? spread = null;
        foreach (var (name, expression) in call.Arguments)
        {
            var value = Evaluate(expression, scope);
            switch (name)
            {
                case null:
                    arguments.Add(value);
                    break;
                case "*":
                    foreach (var item in machine.Iteration.Of(value))
                    {
                        machine.Add(arguments, item);
                    }
                    break;
                case "**":
                    var dict = value as DictValue ?? throw Raised.Type($"argument after ** must be a mapping, not {value.TypeName}");
                    machine.Merge((spread ??= machine.NewDict()).Items, dict.Items);
                    break;
                default:
                    (named ??= []).Add((name, value));
                    break;
            }
        }
        machine.At = call.At;
        var hasStars = call.Arguments.Any(argument => argument.Name is "*" or "**");
        if (named is not null || spread is not null)
        {
            named = callee is FunctionValue && !hasStars ? named : Gathered(callee, named ?? [], spread ?? machine.NewDict());
        }
        return machine.Calls.Call(callee, arguments, named, scope);
    }

    /// <summary>
    /// Named arguments in the order in which CPython 2 hands them on: of a function of its own, or beside stars, it first puts them into
    /// the dictionary behind the stars, the last one first.
    /// </summary>
    private List<(string, Value)> Gathered(Value callee, List<(string Name, Value Value)> named, DictValue spread)
    {
        foreach (var (name, value) in machine.IsPython3 ? named : Enumerable.Reverse(named))
        {
            if (spread.Items.ContainsKey(name))
            {
                var what = callee is INamedValue known ? known.Name : callee.TypeName;
                throw Raised.Type($"{what}() got multiple values for keyword argument '{name}'");
            }
            machine.Put(spread, name, value);
        }
        return
        [
            .. spread.Items.Select(entry =>
                (Text.Is(entry.Key) ? Text.Of(entry.Key) : throw Raised.Type("keywords must be strings"), entry.Value)
            ),
        ];
    }

    private void Unpack(IReadOnlyList<Expression> targets, Value value, Position at, Scope scope)
    {
        machine.At = at;
        var items = machine.Iteration.Of(value).Take(targets.Count + 1).ToList();
        if (items.Count != targets.Count)
        {
            throw Raised.Argument(
                items.Count > targets.Count
                    ? "too many values to unpack"
                    : $"need more than {items.Count} value{(items.Count == 1 ? "" : "s")} to unpack"
            );
        }
        for (var i = 0; i < targets.Count; i++)
        {
            Assign(targets[i], items[i], scope);
        }
    }
}
