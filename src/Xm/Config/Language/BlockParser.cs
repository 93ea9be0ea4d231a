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
            throw ConfigError.Syntax("Decorators are not understood: call the function where it is needed.", here.At);
        }
        if (here.Kind != TokenKind.Keyword || here.Text is not ("if" or "while" or "for" or "def" or "try" or "with"))
        {
            return null;
        }
        tokens.Take();
        tokens.Enter();
        Statement statement = here.Text switch
        {
            "if" => ReadIf(here.At),
            "while" => ReadWhile(here.At),
            "for" => ReadFor(here.At),
            "def" => ReadDefinition(here.At),
            "try" => ReadTry(here.At),
            _ => ReadWith(here.At),
        };
        tokens.Leave();
        return statement;
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

    private FunctionDefinition ReadDefinition(Position at)
    {
        var name = tokens.ExpectName();
        tokens.Expect("(");
        var parameters = expressions.ReadParameters(")");
        tokens.Expect(")");
        var loops = _loops;
        _loops = 0;
        _functions++;
        var body = ReadBlock();
        _functions--;
        _loops = loops;
        return new FunctionDefinition(name, parameters, FunctionNames.Body(parameters, body), at);
    }

    private TryStatement ReadTry(Position at)
    {
        var body = ReadBlock();
        var handlers = new List<ExceptionHandler>();
        while (tokens.Here.IsKeyword("except"))
        {
            handlers.Add(ReadHandler(tokens.Take().At));
        }
        var otherwise = handlers.Count > 0 ? ReadBlockOf("else") : Nothing;
        var last = ReadBlockOf("finally");
        if (handlers.Count == 0 && last.Count == 0)
        {
            throw tokens.Unexpected("'except' or 'finally'");
        }
        return new TryStatement(body, handlers, otherwise, last, at);
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

    private WithStatement ReadWith(Position at)
    {
        var source = expressions.Read();
        Expression? target = null;
        if (tokens.TryKeyword("as"))
        {
            target = expressions.Read();
            Targets.Require(target, isAugmented: false);
        }
        if (tokens.Here.IsOperator(","))
        {
            throw ConfigError.Syntax("Only one value can stand behind 'with': put one 'with' within the other.", tokens.Here.At);
        }
        return new WithStatement(source, target, ReadBlock(), at);
    }

    private IReadOnlyList<Statement> ReadBlockOf(string keyword) => tokens.TryKeyword(keyword) ? ReadBlock() : Nothing;

    /// <summary>What follows a colon: an indented block, or statements on the same line.</summary>
    private IReadOnlyList<Statement> ReadBlock()
    {
        tokens.Expect(":");
        var body = new List<Statement>();
        if (tokens.Here.Kind != TokenKind.Newline)
        {
            if (tokens.Here.Kind == TokenKind.Keyword && tokens.Here.Text is "if" or "while" or "for" or "def" or "try" or "with")
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
