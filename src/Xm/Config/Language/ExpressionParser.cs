namespace Xm.Config.Language;

/// <summary>
/// Reads expressions by the grammar of Python 2. What binds tighter than operators is read by <see cref="PrimaryParser"/>.
/// </summary>
internal sealed class ExpressionParser
{
    private readonly TokenStream _tokens;
    private readonly PrimaryParser _primaries;

    public ExpressionParser(TokenStream tokens)
    {
        _tokens = tokens;
        _primaries = new PrimaryParser(tokens, this);
    }

    /// <summary>One expression, or several with commas between them, which make a tuple.</summary>
    public Expression ReadList() => ReadTuple(ReadItem);

    /// <summary>As <see cref="ReadList"/>, where <c>yield</c> may stand, too.</summary>
    public Expression ReadListOrYield()
    {
        if (!_tokens.Here.IsKeyword("yield"))
        {
            return ReadList();
        }
        var at = _tokens.Take().At;
        _tokens.HasYield = true;
        if (_tokens.TryKeyword("from"))
        {
            return new YieldExpression(Read(), IsAll: true, at);
        }
        return new YieldExpression(StartsExpression(_tokens.Here) ? ReadList() : null, IsAll: false, at);
    }

    /// <summary>An element of a list or tuple, which in Python 3 may be several: <c>*x</c>.</summary>
    public Expression ReadItem()
    {
        if (!_tokens.Here.IsOperator("*"))
        {
            return Read();
        }
        var at = _tokens.Take().At;
        ReadBinary(BitOrLevel);
        return new RefusedExpression("a star before an element is not understood: add lists with +, and take parts of them by [1:]", at);
    }

    /// <summary>The targets of <c>for</c>: as a list, but <c>in</c> ends it.</summary>
    public Expression ReadTargets() => ReadTuple(() => _tokens.Here.IsOperator("*") ? ReadItem() : ReadBinary(BitOrLevel));

    /// <summary>One target, which commas end.</summary>
    public Expression ReadTarget() => ReadBinary(BitOrLevel);

    public List<(string? Name, Expression Value)> ReadArguments() => _primaries.ReadArguments();

    /// <summary>One expression without commas.</summary>
    public Expression Read()
    {
        _tokens.Enter();
        var expression = _tokens.Here.IsKeyword("lambda") ? ReadLambda() : ReadConditional();
        if (_tokens.Here.IsOperator(":=") && expression is NameUse)
        {
            _tokens.Take();
            Read();
            expression = new RefusedExpression("':=' is not understood: give the name its value on a line of its own", expression.At);
        }
        _tokens.Leave();
        return expression;
    }

    /// <summary>An expression that is no <c>x if y else z</c>: the source and the conditions of a comprehension.</summary>
    public Expression ReadWithoutConditional()
    {
        _tokens.Enter();
        var expression = _tokens.Here.IsKeyword("lambda") ? ReadLambda() : ReadOr();
        _tokens.Leave();
        return expression;
    }

    private Expression ReadTuple(Func<Expression> readItem)
    {
        var first = readItem();
        if (!_tokens.Here.IsOperator(","))
        {
            return first;
        }
        var items = new List<Expression> { first };
        while (_tokens.TryOperator(",") && StartsExpression(_tokens.Here))
        {
            items.Add(readItem());
        }
        return new TupleDisplay(items, first.At);
    }

    private static bool StartsExpression(Token token) =>
        token.Kind switch
        {
            TokenKind.Name or TokenKind.Literal or TokenKind.FormattedString or TokenKind.Refused => true,
            TokenKind.Keyword => token.Text is "not" or "lambda" or "print" or "exec",
            TokenKind.Operator => token.Text is "(" or "[" or "{" or "-" or "+" or "~" or "`" or "*" or "...",
            _ => false,
        };

    private Expression ReadLambda()
    {
        var at = _tokens.Take().At;
        var parameters = ReadParameters(":");
        _tokens.Expect(":");
        var body = Read();
        return parameters.Refusal is { } why ? new RefusedExpression(why, at) : new LambdaExpression(parameters, body, at);
    }

    /// <summary>The parameters of a function, up to the token that ends them.</summary>
    public Parameters ReadParameters(string end)
    {
        var named = new List<Parameter>();
        string? rest = null;
        string? keywords = null;
        string? refusal = null;
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (!_tokens.Here.IsOperator(end))
        {
            var at = _tokens.Here.At;
            var star = _tokens.Here is { Kind: TokenKind.Operator, Text: "*" or "**" } ? _tokens.Take().Text : "";
            if (_tokens.TryOperator("/") || (star == "*" && _tokens.Here.IsOperator(",")))
            {
                refusal = "parameters that go only by place or only by name are not understood: leave the / or * among them out";
                _tokens.TryOperator(",");
                continue;
            }
            var pattern = star.Length == 0 && _tokens.Here.IsOperator("(") ? ReadPattern() : null;
            // No name in a file can look like this one.
            var name = pattern is null ? _tokens.ExpectName() : $".{names.Count}";
            if (!names.Add(name))
            {
                throw ConfigError.Syntax($"duplicate argument '{name}' in function definition", at);
            }
            if (keywords is not null)
            {
                throw ConfigError.Syntax("Behind **name nothing can stand.", at);
            }
            if (rest is not null && star.Length == 0)
            {
                refusal = "parameters behind *name are not understood: put them before it";
            }
            if (end == ")" && _tokens.TryOperator(":"))
            {
                // What Python 3 says of the kind of a parameter has no effect.
                Read();
            }
            if (star == "*")
            {
                rest = name;
            }
            else if (star == "**")
            {
                keywords = name;
            }
            else
            {
                var parameter = new Parameter(name, _tokens.TryOperator("=") ? Read() : null, pattern);
                if (parameter.Default is null && named.Count > 0 && named[^1].Default is not null && refusal is null)
                {
                    throw ConfigError.Syntax("non-default argument follows default argument", at);
                }
                named.Add(parameter);
            }
            if (!_tokens.TryOperator(","))
            {
                break;
            }
        }
        return new Parameters(named, rest, keywords, refusal);
    }

    /// <summary>A parameter of Python 2 that is unpacked: names in parentheses.</summary>
    private Expression ReadPattern()
    {
        _tokens.Expect("(");
        var pattern = ReadTargets();
        Targets.Require(pattern, isAugmented: false);
        _tokens.Expect(")");
        return pattern;
    }

    /// <summary>The call of what the next parentheses belong to.</summary>
    public Expression ReadCallOf(Expression target)
    {
        var at = _tokens.Here.At;
        _tokens.Expect("(");
        return new Call(target, _primaries.ReadArguments(), at);
    }

    private Expression ReadConditional()
    {
        var then = ReadOr();
        if (!_tokens.Here.IsKeyword("if"))
        {
            return then;
        }
        var at = _tokens.Take().At;
        var condition = ReadOr();
        if (!_tokens.TryKeyword("else"))
        {
            throw _tokens.Unexpected("'else'");
        }
        return new Conditional(condition, then, Read(), at);
    }

    private Expression ReadOr()
    {
        var left = ReadAnd();
        var links = 0;
        while (_tokens.Here.IsKeyword("or"))
        {
            _tokens.Chain(ref links);
            left = new Binary("or", left, At(_tokens.Take(), ReadAnd, out var at), at);
        }
        return left;
    }

    private Expression ReadAnd()
    {
        var left = ReadNot();
        var links = 0;
        while (_tokens.Here.IsKeyword("and"))
        {
            _tokens.Chain(ref links);
            left = new Binary("and", left, At(_tokens.Take(), ReadNot, out var at), at);
        }
        return left;
    }

    private Expression ReadNot()
    {
        if (!_tokens.Here.IsKeyword("not"))
        {
            return ReadComparison();
        }
        var at = _tokens.Take().At;
        _tokens.Enter();
        var operand = ReadNot();
        _tokens.Leave();
        return new Unary("not", operand, at);
    }

    private Expression ReadComparison()
    {
        var first = ReadBinary(BitOrLevel);
        List<(string, Expression)>? rest = null;
        var at = _tokens.Here.At;
        while (TryComparison() is { } comparison)
        {
            (rest ??= []).Add((comparison, ReadBinary(BitOrLevel)));
        }
        return rest is null ? first : new Comparison(first, rest, at);
    }

    private string? TryComparison()
    {
        var here = _tokens.Here;
        switch (here.Kind, here.Text)
        {
            case (TokenKind.Operator, "<" or ">" or "<=" or ">=" or "==" or "!=" or "<>"):
                return _tokens.Take().Text == "<>" ? "!=" : here.Text;
            case (TokenKind.Keyword, "in"):
                _tokens.Take();
                return "in";
            case (TokenKind.Keyword, "not") when _tokens.Ahead.IsKeyword("in"):
                _tokens.Take();
                _tokens.Take();
                return "not in";
            case (TokenKind.Keyword, "is"):
                _tokens.Take();
                return _tokens.TryKeyword("not") ? "is not" : "is";
            default:
                return null;
        }
    }

    private const int BitOrLevel = 1;
    private const int ProductLevel = 6;

    /// <summary>How tight an operator binds; 0 for what is no binary operator of these levels.</summary>
    private static int Level(Token token) =>
        token.Kind != TokenKind.Operator
            ? 0
            : token.Text switch
            {
                "|" => BitOrLevel,
                "^" => 2,
                "&" => 3,
                "<<" or ">>" => 4,
                "+" or "-" => 5,
                "*" or "/" or "//" or "%" or "@" => ProductLevel,
                _ => 0,
            };

    private Expression ReadBinary(int level)
    {
        if (level > ProductLevel)
        {
            return ReadSigned();
        }
        var left = ReadBinary(level + 1);
        var links = 0;
        while (Level(_tokens.Here) == level)
        {
            _tokens.Chain(ref links);
            var symbol = _tokens.Take();
            left = new Binary(symbol.Text, left, ReadBinary(level + 1), symbol.At);
        }
        return left;
    }

    private Expression ReadSigned()
    {
        var here = _tokens.Here;
        if (!here.IsOperator("-") && !here.IsOperator("+") && !here.IsOperator("~"))
        {
            return ReadPower();
        }
        _tokens.Take();
        _tokens.Enter();
        var operand = ReadSigned();
        _tokens.Leave();
        return new Unary(here.Text, operand, here.At);
    }

    /// <summary>A power binds tighter than a sign at its left and less tight than one at its right.</summary>
    private Expression ReadPower()
    {
        var left = _primaries.Read();
        if (!_tokens.Here.IsOperator("**"))
        {
            return left;
        }
        var at = _tokens.Take().At;
        _tokens.Enter();
        var right = ReadSigned();
        _tokens.Leave();
        return new Binary("**", left, right, at);
    }

    private static Expression At(Token symbol, Func<Expression> read, out Position at)
    {
        at = symbol.At;
        return read();
    }
}
