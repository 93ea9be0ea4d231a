namespace Xm.Config.Language;

/// <summary>Reads the statements that have blocks.</summary>
internal sealed class BlockParser(TokenStream tokens, ExpressionParser expressions, StatementParser statements)
{
    private static readonly IReadOnlyList<Statement> Nothing = [];

    private int _loops;
    private int _functions;

    /// <summary>Whether <c>break</c> has a loop here.</summary>
    public bool InLoop => _loops > 0;

    /// <summary>Whether <c>return</c> has a function here.</summary>
    public bool InFunction => _functions > 0;

    /// <summary>A statement with blocks, or null where none starts here.</summary>
    public Statement? TryRead()
    {
        var here = tokens.Here;
        if (here.IsOperator("@"))
        {
            return ReadDecorated(here.At);
        }
        if (IsOfPython3(here))
        {
            tokens.SkipStatement();
            return new RefusedStatement($"'{here.Text}' is not understood: use if, for and def as Python 2 has them", here.At);
        }
        if (here.Kind != TokenKind.Keyword || here.Text is not ("if" or "while" or "for" or "def" or "class" or "try" or "with"))
        {
            return null;
        }
        tokens.Take();
        tokens.Enter();
        var statement = here.Text switch
        {
            "if" => ReadIf(here.At),
            "while" => ReadWhile(here.At),
            "for" => ReadFor(here.At),
            "def" => ReadDefinition(here.At),
            "class" => ReadClass(here.At),
            "try" => ReadTry(here.At),
            _ => ReadWith(here.At),
        };
        tokens.Leave();
        return statement;
    }

    /// <summary>Statements that begin with a word which is a name in Python 2.</summary>
    private bool IsOfPython3(Token here) =>
        here.Kind == TokenKind.Name
        && here.Text switch
        {
            "async" => tokens.Ahead is { Kind: TokenKind.Keyword, Text: "def" or "for" or "with" },
            "match" => tokens.Ahead.Kind is not (TokenKind.Newline or TokenKind.End) && tokens.OpensBlock(),
            "type" => tokens.Ahead.Kind == TokenKind.Name,
            _ => false,
        };

    private DecoratedDefinition ReadDecorated(Position at)
    {
        var decorators = new List<Expression>();
        while (tokens.TryOperator("@"))
        {
            decorators.Add(expressions.Read());
            if (tokens.Here.Kind != TokenKind.Newline)
            {
                throw tokens.Unexpected("The end of the line");
            }
            tokens.Take();
        }
        var definition = TryRead();
        return definition is FunctionDefinition or ClassDefinition or RefusedStatement
            ? new DecoratedDefinition(decorators, definition, at)
            : throw tokens.Unexpected("'def' or 'class'");
    }

    private ClassDefinition ReadClass(Position at)
    {
        var name = tokens.ExpectName();
        var bases = new List<Expression>();
        if (tokens.TryOperator("("))
        {
            foreach (var (keyword, value) in expressions.ReadArguments())
            {
                bases.Add(keyword is null ? value : new RefusedExpression("classes of Python 3 are not understood", value.At));
            }
        }
        // Neither a loop nor a function around the class is one of its body.
        var (loops, functions) = (_loops, _functions);
        (_loops, _functions) = (0, 0);
        var body = ReadBlock();
        (_loops, _functions) = (loops, functions);
        return new ClassDefinition(name, bases, FunctionNames.Body(new Parameters([], null, null), body), at);
    }

    private IfStatement ReadIf(Position at)
    {
        var branches = new List<(Expression, IReadOnlyList<Statement>)>();
        do
        {
            var condition = expressions.Read();
            branches.Add((condition, ReadBlock()));
        } while (tokens.TryKeyword("elif"));
        return new IfStatement(branches, ReadBlockOf("else"), at);
    }

    private WhileStatement ReadWhile(Position at)
    {
        var condition = expressions.Read();
        return new WhileStatement(condition, ReadLoop(), ReadBlockOf("else"), at);
    }

    private ForStatement ReadFor(Position at)
    {
        var target = expressions.ReadTargets();
        Targets.Require(target, isAugmented: false);
        if (!tokens.TryKeyword("in"))
        {
            throw tokens.Unexpected("'in'");
        }
        var source = expressions.ReadList();
        return new ForStatement(target, source, ReadLoop(), ReadBlockOf("else"), at);
    }

    private IReadOnlyList<Statement> ReadLoop()
    {
        _loops++;
        var body = ReadBlock();
        _loops--;
        return body;
    }

    private Statement ReadDefinition(Position at)
    {
        var name = tokens.ExpectName();
        tokens.Expect("(");
        var parameters = expressions.ReadParameters(")");
        tokens.Expect(")");
        if (tokens.TryOperator("->"))
        {
            expressions.Read();
        }
        var (loops, functions, hadYield) = (_loops, _functions, tokens.HasYield);
        (_loops, _functions, tokens.HasYield) = (0, 1, false);
        var body = ReadBlock();
        var yields = tokens.HasYield;
        (_loops, _functions, tokens.HasYield) = (loops, functions, hadYield);
        return parameters.Refusal is { } why
            ? new RefusedStatement(why, at)
            : new FunctionDefinition(name, parameters, FunctionNames.Body(parameters, body, yields), at);
    }

    private Statement ReadTry(Position at)
    {
        var body = ReadBlock();
        var handlers = new List<ExceptionHandler>();
        var hasGroups = false;
        while (tokens.Here.IsKeyword("except"))
        {
            var place = tokens.Take().At;
            hasGroups |= tokens.TryOperator("*");
            handlers.Add(ReadHandler(place));
        }
        var otherwise = handlers.Count > 0 ? ReadBlockOf("else") : Nothing;
        var last = ReadBlockOf("finally");
        if (handlers.Count == 0 && last.Count == 0)
        {
            throw tokens.Unexpected("'except' or 'finally'");
        }
        return hasGroups
            ? new RefusedStatement("'except*' is not understood: use 'except'", at)
            : new TryStatement(body, handlers, otherwise, last, at);
    }

    private ExceptionHandler ReadHandler(Position at)
    {
        if (tokens.Here.IsOperator(":"))
        {
            return new ExceptionHandler(null, null, ReadBlock(), at);
        }
        var type = expressions.Read();
        Expression? target = null;
        if (tokens.TryOperator(",") || tokens.TryKeyword("as"))
        {
            target = expressions.Read();
            Targets.Require(target, isAugmented: false);
        }
        return new ExceptionHandler(type, target, ReadBlock(), at);
    }

    private Statement ReadWith(Position at)
    {
        var place = tokens.Place;
        List<(Expression Source, Expression? Target)> items;
        try
        {
            items = ReadContexts(")");
            if (!tokens.Here.IsOperator(":"))
            {
                throw tokens.Unexpected("':'");
            }
        }
        catch (ConfigError) when (Reopened(place))
        {
            items = ReadContexts(")");
            tokens.TryOperator(",");
            tokens.Expect(")");
        }
        var body = ReadBlock();
        for (var i = items.Count - 1; i > 0; i--)
        {
            body = [new WithStatement(items[i].Source, items[i].Target, body, at)];
        }
        return new WithStatement(items[0].Source, items[0].Target, body, at);
    }

    /// <summary>Goes back to a parenthesis behind <c>with</c>, within which Python 3 takes what else stands there bare.</summary>
    private bool Reopened((int At, int Depth) place)
    {
        tokens.Return(place);
        return tokens.TryOperator("(");
    }

    private List<(Expression Source, Expression? Target)> ReadContexts(string end)
    {
        var items = new List<(Expression, Expression?)>();
        do
        {
            var source = expressions.Read();
            Expression? target = null;
            if (tokens.TryKeyword("as"))
            {
                target = expressions.ReadTarget();
                Targets.Require(target, isAugmented: false);
            }
            items.Add((source, target));
        } while (tokens.TryOperator(",") && !tokens.Here.IsOperator(end));
        return items;
    }

    private IReadOnlyList<Statement> ReadBlockOf(string keyword) => tokens.TryKeyword(keyword) ? ReadBlock() : Nothing;

    /// <summary>What follows a colon: an indented block, or statements on the same line.</summary>
    private IReadOnlyList<Statement> ReadBlock()
    {
        tokens.Expect(":");
        var body = new List<Statement>();
        if (tokens.Here.Kind != TokenKind.Newline)
        {
            if (
                tokens.Here.Kind == TokenKind.Keyword
                && tokens.Here.Text is "if" or "while" or "for" or "def" or "class" or "try" or "with"
            )
            {
                throw ConfigError.Syntax($"'{tokens.Here.Text}' must start a line of its own.", tokens.Here.At);
            }
            statements.ReadLine(body);
            return body;
        }
        tokens.Take();
        if (tokens.Here.Kind != TokenKind.Indent)
        {
            throw ConfigError.Syntax("An indented line was expected here.", tokens.Here.At);
        }
        tokens.Take();
        while (tokens.Here.Kind != TokenKind.Dedent)
        {
            statements.ReadLine(body);
        }
        tokens.Take();
        return body;
    }
}
