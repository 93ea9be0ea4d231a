using Xm.Config.Values;

namespace Xm.Config.Language;

/// <summary>A part of a configuration file as it was read, before it is worked out.</summary>
internal abstract record Node(Position At);

/// <summary>Something that has a value.</summary>
internal abstract record Expression(Position At) : Node(At);

internal sealed record Literal(Value Value, Position At) : Expression(At);

internal sealed record NameUse(string Name, Position At) : Expression(At);

internal sealed record ListDisplay(IReadOnlyList<Expression> Items, Position At) : Expression(At);

internal sealed record TupleDisplay(IReadOnlyList<Expression> Items, Position At) : Expression(At);

internal sealed record DictDisplay(IReadOnlyList<(Expression Key, Expression Value)> Items, Position At) : Expression(At);

/// <summary><c>-x</c>, <c>+x</c>, <c>~x</c>, <c>not x</c></summary>
internal sealed record Unary(string Operator, Expression Operand, Position At) : Expression(At);

/// <summary>Arithmetic, bits, comparisons, <c>and</c>, <c>or</c>; <paramref name="At"/> is the operator's place.</summary>
internal sealed record Binary(string Operator, Expression Left, Expression Right, Position At) : Expression(At);

/// <summary><c>a &lt; b &lt;= c</c>: each operand is worked out once.</summary>
internal sealed record Comparison(Expression First, IReadOnlyList<(string Operator, Expression Operand)> Rest, Position At)
    : Expression(At);

/// <summary><c>then if condition else otherwise</c></summary>
internal sealed record Conditional(Expression Condition, Expression Then, Expression Otherwise, Position At) : Expression(At);

internal sealed record AttributeUse(Expression Target, string Name, Position At) : Expression(At);

internal sealed record Subscript(Expression Target, Expression Index, Position At) : Expression(At);

/// <summary><c>target[start:stop:step]</c>, any of them left out.</summary>
internal sealed record Slice(Expression Target, Expression? Start, Expression? Stop, Expression? Step, Position At) : Expression(At);

/// <summary>A call; a named argument has a name, <c>*list</c> and <c>**dict</c> have their stars as name.</summary>
internal sealed record Call(Expression Target, IReadOnlyList<(string? Name, Expression Value)> Arguments, Position At) : Expression(At);

/// <summary><c>lambda a, b=1: body</c></summary>
internal sealed record LambdaExpression(Parameters Parameters, Expression Body, Position At) : Expression(At);

/// <param name="Pattern">Python 2's <c>def f((a, b))</c>: what is given is unpacked into it.</param>
internal sealed record Parameter(string Name, Expression? Default, Expression? Pattern = null);

/// <summary>What a function takes: named ones, the rest (<c>*list</c>), and what has other names (<c>**dict</c>).</summary>
/// <param name="Refusal">Why the function is refused where its definition is reached; null where it is not.</param>
internal sealed record Parameters(IReadOnlyList<Parameter> Named, string? Rest, string? Keywords, string? Refusal = null)
{
    public IEnumerable<string> Names => Named.Select(parameter => parameter.Name).Concat(new[] { Rest, Keywords }.OfType<string>());
}

internal enum ComprehensionKind
{
    List,
    Set,
    Dict,
    Generator,
}

/// <summary>
/// <c>[element for target in source if condition]</c>, and the same in other brackets; of a dictionary, <paramref name="Key"/> comes first.
/// </summary>
internal sealed record Comprehension(
    ComprehensionKind Kind,
    Expression? Key,
    Expression Element,
    IReadOnlyList<ComprehensionClause> Clauses,
    Position At
) : Expression(At);

internal sealed record ComprehensionClause(Expression Target, Expression Source, IReadOnlyList<Expression> Conditions);

/// <summary><c>yield value</c>, or <c>yield from values</c>.</summary>
internal sealed record YieldExpression(Expression? Value, bool IsAll, Position At) : Expression(At);

/// <summary>What is read and not understood: it is refused where it is reached.</summary>
internal sealed record RefusedExpression(string Why, Position At) : Expression(At);

internal sealed record SetDisplay(IReadOnlyList<Expression> Items, Position At) : Expression(At);

/// <summary><c>`x`</c></summary>
internal sealed record ReprOf(Expression Operand, Position At) : Expression(At);

/// <summary><c>f'text {value!r:>5} text'</c></summary>
internal sealed record FormattedString(IReadOnlyList<FormattedPart> Parts, Position At) : Expression(At);

/// <summary>Text as it is, or a value with its conversion (<c>r</c>, <c>s</c> or none) and its format.</summary>
internal sealed record FormattedPart(string Text, Expression? Value = null, char Conversion = '\0', FormattedString? Format = null);
