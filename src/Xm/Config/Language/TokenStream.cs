namespace Xm.Config.Language;

/// <summary>The tokens with a place in them, and the limit on how deep expressions may nest.</summary>
internal sealed class TokenStream(IReadOnlyList<Token> tokens)
{
    /// <summary>As deep as Python's own parser goes.</summary>
    private const int MaxDepth = 90;

    /// <summary>More than any sum of strings that a person writes.</summary>
    private const int MaxChain = 1000;

    private int _at;

    /// <summary>Whether a <c>yield</c> was taken in the function that is being read.</summary>
    public bool HasYield { get; set; }

    /// <summary>Where the stream is, to come back to by <see cref="Return"/>.</summary>
    public (int At, int Depth) Place => (_at, _depth);

    public void Return((int At, int Depth) place) => (_at, _depth) = place;

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

    /// <summary>A name behind a dot, which in Python 3 may be <c>print</c> or <c>exec</c>.</summary>
    public string ExpectAttribute() => Here is { Kind: TokenKind.Keyword, Text: "print" or "exec" } ? Take().Text : ExpectName();

    /// <summary>Goes on behind the line, and behind the block that follows it.</summary>
    public void SkipStatement()
    {
        while (Here.Kind is not (TokenKind.Newline or TokenKind.End))
        {
            Take();
        }
        Take();
        for (var depth = Here.Kind == TokenKind.Indent ? 1 : 0; depth > 0; )
        {
            Take();
            depth +=
                Here.Kind == TokenKind.Indent ? 1
                : Here.Kind == TokenKind.Dedent ? -1
                : 0;
            if (depth == 0)
            {
                Take();
            }
        }
    }

    /// <summary>Whether the line that starts here ends in a colon and a block.</summary>
    public bool OpensBlock()
    {
        var ahead = 0;
        while (Peek(ahead).Kind is not (TokenKind.Newline or TokenKind.End))
        {
            ahead++;
        }
        return ahead > 0 && Peek(ahead - 1).IsOperator(":") && Peek(ahead + 1).Kind == TokenKind.Indent;
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
