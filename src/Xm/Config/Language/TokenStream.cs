namespace Xm.Config.Language;

/// <summary>The tokens with a place in them, and the limit on how deep expressions may nest.</summary>
internal sealed class TokenStream(IReadOnlyList<Token> tokens)
{
    /// <summary>As deep as Python's own parser goes.</summary>
    private const int MaxDepth = 90;

    /// <summary>More than any sum of strings that a person writes.</summary>
    private const int MaxChain = 1000;

    private int _at;
    private int _depth;

    public Token Here => tokens[_at];

    public Token Ahead => tokens[Math.Min(_at + 1, tokens.Count - 1)];

    /// <summary>A token further on; the last one, where there are no more.</summary>
    public Token Peek(int ahead) => tokens[Math.Clamp(_at + ahead, 0, tokens.Count - 1)];

    public Token Take()
    {
        var token = tokens[_at];
        if (_at < tokens.Count - 1)
        {
            _at++;
        }
        return token;
    }

    public bool TryOperator(string text)
    {
        var found = Here.IsOperator(text);
        if (found)
        {
            Take();
        }
        return found;
    }

    public bool TryKeyword(string text)
    {
        var found = Here.IsKeyword(text);
        if (found)
        {
            Take();
        }
        return found;
    }

    public void Expect(string text)
    {
        if (!TryOperator(text))
        {
            throw Unexpected($"'{text}'");
        }
    }

    public string ExpectName()
    {
        if (Here.Kind != TokenKind.Name)
        {
            throw Unexpected("a name");
        }
        return Take().Text;
    }

    public ConfigError Unexpected(string expected) =>
        ConfigError.Syntax(
            Here.Kind == TokenKind.Keyword
                ? $"{expected} was expected here, but '{Here.Text}' is a reserved word."
                : $"{expected} was expected here, not {Here.Describe()}.",
            Here.At
        );

    /// <summary>Counts one more link of a chain like <c>a + b + c</c>, each of which nests the tree deeper.</summary>
    public void Chain(ref int links)
    {
        if (++links > MaxChain)
        {
            throw ConfigError.Syntax("This expression is too long to be worked out.", Here.At);
        }
    }

    /// <summary>Enters one level of nesting.</summary>
    public void Enter()
    {
        if (++_depth > MaxDepth)
        {
            throw ConfigError.Syntax("Expressions within each other go too deep.", Here.At);
        }
    }

    public void Leave() => _depth--;

    /// <summary>Counts the nesting of another stream, which these tokens stand within, as this one's own.</summary>
    public void Deepen(TokenStream outer) => _depth += outer._depth;
}
