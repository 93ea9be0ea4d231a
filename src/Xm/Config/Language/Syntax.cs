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
internal sealed record Comparison(Expression First, IReadOnlyList<(string Operator, Expression Operand)> Rest, Position At) : Expression(At);

/// <summary><c>then if condition else otherwise</c></summary>
internal sealed record Conditional(Expression Condition, Expression Then, Expression Otherwise, Position At) : Expression(At);

internal sealed record AttributeUse(Expression Target, string Name, Position At) : Expression(At);

internal sealed record Subscript(Expression Target, Expression Index, Position At) : Expression(At);

/// <summary><c>target[start:stop:step]</c>, any of them left out.</summary>
internal sealed record Slice(Expression Target, Expression? Start, Expression? Stop, Expression? Step, Position At) : Expression(At);

/// <summary>A call; a named argument has a name, <c>*list</c> and <c>**dict</c> have their stars as name.</summary>
internal sealed record Call(Expression Target, IReadOnlyList<(string? Name, Expression Value)> Arguments, Position At) : Expression(At);

/// <summary><c>lambda a, b=1: body</c></summary>
internal sealed record LambdaExpression(IReadOnlyList<Parameter> Parameters, Expression Body, Position At) : Expression(At);

internal sealed record Parameter(string Name, Expression? Default);

/// <summary><c>[element for target in source if condition]</c>; with parentheses it is a generator.</summary>
internal sealed record Comprehension(Expression Element, IReadOnlyList<ComprehensionClause> Clauses, bool IsGenerator, Position At) : Expression(At);

internal sealed record ComprehensionClause(Expression Target, Expression Source, IReadOnlyList<Expression> Conditions);

/// <summary><c>`x`</c></summary>
internal sealed record ReprOf(Expression Operand, Position At) : Expression(At);

/// <summary>Something that is done.</summary>
internal abstract record Statement(Position At) : Node(At);

internal sealed record ExpressionStatement(Expression Expression, Position At) : Statement(At);

/// <summary><c>a = b = value</c>: the targets from left to right.</summary>
internal sealed record Assignment(IReadOnlyList<Expression> Targets, Expression Value, Position At) : Statement(At);

/// <summary><c>a += value</c>; the operator is without its equals sign.</summary>
internal sealed record AugmentedAssignment(Expression Target, string Operator, Expression Value, Position At) : Statement(At);

internal sealed record PassStatement(Position At) : Statement(At);
