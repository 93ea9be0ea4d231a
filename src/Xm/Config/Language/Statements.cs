namespace Xm.Config.Language;

/// <summary>Something that is done.</summary>
internal abstract record Statement(Position At) : Node(At);

internal sealed record ExpressionStatement(Expression Expression, Position At) : Statement(At);

/// <summary><c>a = b = value</c>: the targets from left to right.</summary>
internal sealed record Assignment(IReadOnlyList<Expression> Targets, Expression Value, Position At) : Statement(At);

/// <summary><c>a += value</c>; the operator is without its equals sign.</summary>
internal sealed record AugmentedAssignment(Expression Target, string Operator, Expression Value, Position At) : Statement(At);

internal sealed record PassStatement(Position At) : Statement(At);

/// <summary><c>if</c> and <c>elif</c> with their blocks, and the block of <c>else</c>.</summary>
internal sealed record IfStatement(
    IReadOnlyList<(Expression Condition, IReadOnlyList<Statement> Body)> Branches,
    IReadOnlyList<Statement> Otherwise,
    Position At
) : Statement(At);

internal sealed record WhileStatement(Expression Condition, IReadOnlyList<Statement> Body, IReadOnlyList<Statement> Otherwise, Position At)
    : Statement(At);

internal sealed record ForStatement(
    Expression Target,
    Expression Source,
    IReadOnlyList<Statement> Body,
    IReadOnlyList<Statement> Otherwise,
    Position At
) : Statement(At);

internal sealed record BreakStatement(Position At) : Statement(At);

internal sealed record ContinueStatement(Position At) : Statement(At);

internal sealed record FunctionDefinition(string Name, Parameters Parameters, FunctionBody Body, Position At) : Statement(At);

/// <summary>The statements of a function and what they mean for names; see <see cref="FunctionNames"/>.</summary>
internal sealed record FunctionBody(IReadOnlyList<Statement> Statements, IReadOnlySet<string> Locals, bool IsGenerator);

/// <summary><c>class name(bases):</c>; what the body sets are the class's members.</summary>
internal sealed record ClassDefinition(string Name, IReadOnlyList<Expression> Bases, FunctionBody Body, Position At) : Statement(At);

/// <summary>A function or class with lines <c>@decorator</c> before it.</summary>
internal sealed record DecoratedDefinition(IReadOnlyList<Expression> Decorators, Statement Definition, Position At) : Statement(At);

/// <summary>What is read and not understood: it is refused where it is reached.</summary>
internal sealed record RefusedStatement(string Why, Position At) : Statement(At);

internal sealed record ReturnStatement(Expression? Value, Position At) : Statement(At);

internal sealed record TryStatement(
    IReadOnlyList<Statement> Body,
    IReadOnlyList<ExceptionHandler> Handlers,
    IReadOnlyList<Statement> Otherwise,
    IReadOnlyList<Statement> Finally,
    Position At
) : Statement(At);

/// <summary><c>except type, target:</c>, either of them left out.</summary>
internal sealed record ExceptionHandler(Expression? Type, Expression? Target, IReadOnlyList<Statement> Body, Position At);

/// <summary><c>raise</c>, <c>raise type</c>, <c>raise type, value</c></summary>
internal sealed record RaiseStatement(Expression? Type, Expression? Value, Position At) : Statement(At);

internal sealed record AssertStatement(Expression Condition, Expression? Message, Position At) : Statement(At);

internal sealed record DeleteStatement(IReadOnlyList<Expression> Targets, Position At) : Statement(At);

/// <summary><c>print &gt;&gt;destination, a, b,</c>: a comma at the end keeps the line open.</summary>
internal sealed record PrintStatement(Expression? Destination, IReadOnlyList<Expression> Values, bool EndsLine, Position At)
    : Statement(At);

/// <summary><c>global</c> and <c>nonlocal</c></summary>
internal sealed record ScopeStatement(IReadOnlyList<string> Names, bool IsGlobal, Position At) : Statement(At);

/// <summary><c>import a.b as c</c></summary>
internal sealed record ImportStatement(IReadOnlyList<(string Module, string? Alias)> Modules, Position At) : Statement(At);

/// <summary><c>from module import a as b</c>; no names at all stand for the star.</summary>
internal sealed record FromImportStatement(string Module, IReadOnlyList<(string Name, string? Alias)> Names, Position At) : Statement(At);

internal sealed record WithStatement(Expression Source, Expression? Target, IReadOnlyList<Statement> Body, Position At) : Statement(At);
