namespace Xm.Config.Language;

/// <summary>Reads the statements of a configuration file.</summary>
internal sealed class StatementParser
{
    private readonly TokenStream _tokens;
    private readonly ExpressionParser _expressions;

    private StatementParser(IReadOnlyList<Token> tokens)
    {
        _tokens = new TokenStream(tokens);
        _expressions = new ExpressionParser(_tokens);
    }

    /// <exception cref="ConfigError">The text is no configuration, or uses a statement that xm does not understand.</exception>
    public static IReadOnlyList<Statement> Parse(string text)
    {
        var parser = new StatementParser(Lexer.Tokenize(text));
        var statements = new List<Statement>();
        while (parser._tokens.Here.Kind != TokenKind.End)
        {
            parser.ReadLine(statements);
        }
        return statements;
    }

    /// <summary>One line: statements with semicolons between them, and perhaps one at the end.</summary>
    private void ReadLine(List<Statement> statements)
    {
        do
        {
            statements.Add(ReadStatement());
        }
        while (_tokens.TryOperator(";") && _tokens.Here.Kind != TokenKind.Newline);
        if (_tokens.Here.Kind != TokenKind.Newline)
        {
            throw _tokens.Unexpected("The end of the line");
        }
        _tokens.Take();
    }

    private Statement ReadStatement()
    {
        var here = _tokens.Here;
        if (here.Kind == TokenKind.Indent)
        {
            throw ConfigError.Syntax("This line must not be indented.", here.At);
        }
        if (here.Kind == TokenKind.Keyword && here.Text is not ("not" or "lambda"))
        {
            return ReadKeywordStatement();
        }
        var expression = _expressions.ReadList();
        if (_tokens.Here.Kind != TokenKind.Operator || !_tokens.Here.Text.EndsWith('='))
        {
            return new ExpressionStatement(expression, here.At);
        }
        if (!_tokens.Here.IsOperator("=") && _tokens.Here.Text is not ("==" or "<=" or ">=" or "!="))
        {
            RequireTarget(expression, isAugmented: true);
            var symbol = _tokens.Take().Text;
            return new AugmentedAssignment(expression, symbol.Substring(0, symbol.Length - 1), _expressions.ReadList(), here.At);
        }
        var targets = new List<Expression>();
        while (_tokens.TryOperator("="))
        {
            RequireTarget(expression, isAugmented: false);
            targets.Add(expression);
            expression = _expressions.ReadList();
        }
        return new Assignment(targets, expression, here.At);
    }

    private PassStatement ReadKeywordStatement()
    {
        var keyword = _tokens.Here;
        if (keyword.Text != "pass")
        {
            throw ConfigError.Syntax(
                $"'{keyword.Text}' is not understood by this version of xm: a configuration file consists of lines like name = value.", keyword.At);
        }
        _tokens.Take();
        return new PassStatement(keyword.At);
    }

    private static void RequireTarget(Expression expression, bool isAugmented)
    {
        switch (expression)
        {
            case NameUse or Subscript or AttributeUse or Slice:
                return;
            case TupleDisplay { Items.Count: > 0 } tuple when !isAugmented:
                RequireTargets(tuple.Items);
                return;
            case ListDisplay { Items.Count: > 0 } list when !isAugmented:
                RequireTargets(list.Items);
                return;
            default:
                throw ConfigError.Syntax("Only a name can be given a value; the left side of '=' is none.", expression.At);
        }
    }

    private static void RequireTargets(IReadOnlyList<Expression> items)
    {
        foreach (var item in items)
        {
            RequireTarget(item, isAugmented: false);
        }
    }
}
