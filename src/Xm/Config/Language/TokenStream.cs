namespace Xm.Config.Language;

/// <summary>The tokens with a place in them, and the limit on how deep expressions may nest.</summary>
internal sealed class TokenStream(IReadOnlyList<Token> tokens)
{
    /// <summary>As deep as Python's own parser goes.</summary>
    private const int MaxDepth = 90;

    private int _at;
    private int _depth;

    public Token Here => tokens[_at];

    public Token Ahead => tokens[Math.Min(_at + 1, tokens.Count - 1)];

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
        ConfigError.Syntax(Here.Kind == TokenKind.Keyword
            ? $"{expected} was expected here, but '{Here.Text}' is a reserved word."
            : $"{expected} was expected here, not {Here.Describe()}.", Here.At);

    /// <summary>Enters one level of nesting.</summary>
    public void Enter()
    {
        if (++_depth > MaxDepth)
        {
            throw ConfigError.Syntax("Expressions within each other go too deep.", Here.At);
        }
    }

    public void Leave() => _depth--;
}
