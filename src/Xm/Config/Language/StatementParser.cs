namespace Xm.Config.Language;

/// <summary>Reads the statements of a configuration file, of either Python: what both spell differently may be spelled both ways.</summary>
internal sealed class StatementParser
{
    private readonly TokenStream _tokens;
    private readonly ExpressionParser _expressions;
    private readonly ImportParser _imports;
    private readonly BlockParser _blocks;

    private StatementParser(IReadOnlyList<Token> tokens)
    {
        _tokens = new TokenStream(tokens);
        _expressions = new ExpressionParser(_tokens);
        _imports = new ImportParser(_tokens);
        _blocks = new BlockParser(_tokens, _expressions, this);
    }

    /// <exception cref="ConfigError">The text is no configuration, or uses a statement that xm does not understand.</exception>
    public static IReadOnlyList<Statement> Parse(string text) => Parse(text, out _);

    /// <param name="text">The file.</param>
    /// <param name="isPython3">Whether something is in it that Python 2 cannot read.</param>
    /// <exception cref="ConfigError">The text is no configuration, or uses a statement that xm does not understand.</exception>
    public static IReadOnlyList<Statement> Parse(string text, out bool isPython3)
    {
        var tokens = Lexer.Tokenize(text);
        isPython3 = tokens.Any(token => token.Kind == TokenKind.FormattedString || token is { Kind: TokenKind.Name, Text: "nonlocal" });
        var parser = new StatementParser(tokens);
        var statements = new List<Statement>();
        while (parser._tokens.Here.Kind != TokenKind.End)
        {
            parser.ReadLine(statements);
        }
        return statements;
    }

    /// <summary>One line: statements with semicolons between them, and perhaps one at the end; or a statement with blocks.</summary>
    public void ReadLine(List<Statement> statements)
    {
        if (_tokens.Here.Kind == TokenKind.Indent)
        {
            throw ConfigError.Syntax("This line must not be indented.", _tokens.Here.At);
        }
        if (_blocks.TryRead() is { } compound)
        {
            statements.Add(compound);
            return;
        }
        do
        {
            statements.Add(ReadSimple());
        } while (_tokens.TryOperator(";") && _tokens.Here.Kind != TokenKind.Newline);
        if (_tokens.Here.Kind != TokenKind.Newline)
        {
            throw _tokens.Unexpected("The end of the line");
        }
        _tokens.Take();
    }

    private Statement ReadSimple()
    {
        var here = _tokens.Here;
        if (here.Kind == TokenKind.Keyword && here.Text is not ("not" or "lambda" or "yield"))
        {
            return ReadKeywordStatement(here);
        }
        if (here is { Kind: TokenKind.Name, Text: "nonlocal" } && _tokens.Ahead.Kind == TokenKind.Name)
        {
            _tokens.Take();
            return new ScopeStatement(ReadNames(), IsGlobal: false, here.At);
        }
        var expression = _expressions.ReadListOrYield();
        if (expression is YieldExpression && !_blocks.InFunction)
        {
            throw ConfigError.Syntax("'yield' outside function", here.At);
        }
        if (_tokens.TryOperator(":"))
        {
            return ReadAnnotated(expression, here.At);
        }
        if (_tokens.Here.Kind != TokenKind.Operator || !_tokens.Here.Text.EndsWith('='))
        {
            return new ExpressionStatement(expression, here.At);
        }
        if (!_tokens.Here.IsOperator("=") && _tokens.Here.Text is not ("==" or "<=" or ">=" or "!="))
        {
            Targets.Require(expression, isAugmented: true);
            var symbol = _tokens.Take().Text;
            return new AugmentedAssignment(expression, symbol.Substring(0, symbol.Length - 1), _expressions.ReadListOrYield(), here.At);
        }
        var targets = new List<Expression>();
        while (_tokens.TryOperator("="))
        {
            Targets.Require(expression, isAugmented: false);
            targets.Add(expression);
            expression = _expressions.ReadListOrYield();
        }
        return new Assignment(targets, expression, here.At);
    }

    /// <summary>A name with what Python 3 says of its kind, which has no effect, and perhaps with a value.</summary>
    private Statement ReadAnnotated(Expression target, Position at)
    {
        Targets.Require(target, isAugmented: true);
        _expressions.Read();
        return _tokens.TryOperator("=") ? new Assignment([target], _expressions.ReadListOrYield(), at) : new PassStatement(at);
    }

    private Statement ReadKeywordStatement(Token keyword)
    {
        _tokens.Take();
        switch (keyword.Text)
        {
            case "pass":
                return new PassStatement(keyword.At);
            case "break":
                return _blocks.InLoop ? new BreakStatement(keyword.At) : throw ConfigError.Syntax("'break' outside loop", keyword.At);
            case "continue":
                return _blocks.InLoop
                    ? new ContinueStatement(keyword.At)
                    : throw ConfigError.Syntax("'continue' not properly in loop", keyword.At);
            case "return":
                return _blocks.InFunction
                    ? new ReturnStatement(AtEnd ? null : _expressions.ReadList(), keyword.At)
                    : throw ConfigError.Syntax("'return' outside function", keyword.At);
            case "raise":
                return ReadRaise(keyword.At);
            case "assert":
                var condition = _expressions.Read();
                return new AssertStatement(condition, _tokens.TryOperator(",") ? _expressions.Read() : null, keyword.At);
            case "del":
                return ReadDelete(keyword.At);
            case "print":
                return new PrintParser(_tokens, _expressions).Read(keyword.At);
            case "global":
                return new ScopeStatement(ReadNames(), IsGlobal: true, keyword.At);
            case "import":
                return _imports.ReadImport(keyword.At);
            case "from":
                return _imports.ReadFrom(keyword.At);
            case "exec":
                return ReadExec(keyword.At);
            default:
                throw ConfigError.Syntax($"'{keyword.Text}' has no place here.", keyword.At);
        }
    }

    private bool AtEnd => _tokens.Here.Kind == TokenKind.Newline || _tokens.Here.IsOperator(";");

    private RaiseStatement ReadRaise(Position at)
    {
        if (AtEnd)
        {
            return new RaiseStatement(null, null, at);
        }
        var type = _expressions.Read();
        var value = _tokens.TryOperator(",") ? _expressions.Read() : null;
        if (value is not null && _tokens.TryOperator(","))
        {
            // The third is a traceback, which there is none of.
            _expressions.Read();
        }
        if (_tokens.TryKeyword("from"))
        {
            _expressions.Read();
        }
        return new RaiseStatement(type, value, at);
    }

    private RefusedStatement ReadExec(Position at)
    {
        _expressions.ReadTarget();
        if (_tokens.TryKeyword("in"))
        {
            _expressions.ReadList();
        }
        return new RefusedStatement("'exec' is refused: a configuration does not run text as a program. Write the statements out.", at);
    }

    private DeleteStatement ReadDelete(Position at)
    {
        var target = _expressions.ReadList();
        Targets.Require(target, isAugmented: false);
        return new DeleteStatement([target], at);
    }

    private List<string> ReadNames()
    {
        var names = new List<string>();
        do
        {
            names.Add(_tokens.ExpectName());
        } while (_tokens.TryOperator(","));
        return names;
    }
}
