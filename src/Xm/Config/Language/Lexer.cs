namespace Xm.Config.Language;

/// <summary>Splits a configuration file into tokens by Python 2's rules: indentation makes blocks, brackets join lines.</summary>
internal sealed class Lexer
{
    private const int TabStop = 8;
    private const int MaxBlocks = 100;

    private readonly Cursor _cursor;
    private readonly List<Token> _tokens = [];
    private readonly Stack<int> _indents = new([0]);
    private readonly Stack<Token> _brackets = new();
    private bool _atLineStart = true;

    private Lexer(string text) => _cursor = new Cursor(text);

    /// <summary>All tokens, the last of them <see cref="TokenKind.End"/>.</summary>
    /// <exception cref="ConfigError">The text has something that is no token, or blocks or brackets that do not match.</exception>
    public static IReadOnlyList<Token> Tokenize(string text)
    {
        var lexer = new Lexer(text);
        lexer.Run();
        return lexer._tokens;
    }

    private void Run()
    {
        while (!_cursor.AtEnd)
        {
            if (_atLineStart)
            {
                ReadIndentation();
                continue;
            }
            var c = _cursor.Here;
            if (c is ' ' or '\t' or '\f')
            {
                _cursor.Next();
            }
            else if (c == '#')
            {
                SkipComment();
            }
            else if (c == '\n')
            {
                ReadNewline();
            }
            else if (c == '\\')
            {
                ReadContinuation();
            }
            else
            {
                ReadToken();
            }
        }
        if (_brackets.TryPeek(out var open))
        {
            throw ConfigError.Syntax($"'{open.Text}' is never closed.", open.At);
        }
        EndLine();
        while (_indents.Pop() > 0)
        {
            Add(TokenKind.Dedent, "", _cursor.Position);
        }
        Add(TokenKind.End, "", _cursor.Position);
    }

    /// <summary>Blank lines and comment lines have no indentation; all others may open or close blocks.</summary>
    private void ReadIndentation()
    {
        _atLineStart = false;
        var width = 0;
        for (; _cursor.Here is ' ' or '\t' or '\f'; _cursor.Next())
        {
            width = _cursor.Here switch
            {
                ' ' => width + 1,
                '\t' => (width / TabStop + 1) * TabStop,
                _ => 0,
            };
        }
        if (_cursor.AtEnd || _cursor.Here is '\n' or '#')
        {
            SkipComment();
            if (!_cursor.AtEnd)
            {
                _cursor.Next();
                _atLineStart = true;
            }
            return;
        }
        if (width > _indents.Peek())
        {
            if (_indents.Count > MaxBlocks)
            {
                throw ConfigError.Syntax("Too many blocks within each other.", _cursor.Position);
            }
            _indents.Push(width);
            Add(TokenKind.Indent, "", _cursor.Position);
            return;
        }
        while (width < _indents.Peek())
        {
            _indents.Pop();
            Add(TokenKind.Dedent, "", _cursor.Position);
        }
        if (width != _indents.Peek())
        {
            throw ConfigError.Syntax("This line is indented like no block around it.", _cursor.Position);
        }
    }

    private void SkipComment() => _cursor.TakeWhile(static c => c != '\n');

    private void ReadNewline()
    {
        if (_brackets.Count == 0)
        {
            EndLine();
            _atLineStart = true;
        }
        _cursor.Next();
    }

    private void EndLine()
    {
        if (_tokens.Count > 0 && _tokens[^1].Kind is not (TokenKind.Newline or TokenKind.Indent or TokenKind.Dedent))
        {
            Add(TokenKind.Newline, "", _cursor.Position);
        }
    }

    private void ReadContinuation()
    {
        var at = _cursor.Position;
        _cursor.Next();
        if (_cursor.AtEnd)
        {
            throw ConfigError.Syntax("The file ends where the line was to be continued.", at);
        }
        if (_cursor.Here != '\n')
        {
            throw ConfigError.Syntax("A backslash continues a line only as its very last character.", at);
        }
        _cursor.Next();
    }

    private void ReadToken()
    {
        var at = _cursor.Position;
        var c = _cursor.Here;
        if (StringLiteral.StartsHere(_cursor))
        {
            var isFormatted = StringLiteral.IsFormatted(_cursor);
            _tokens.Add(new Token(isFormatted ? TokenKind.FormattedString : TokenKind.Literal, "", at, StringLiteral.Read(_cursor)));
        }
        else if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(_cursor.Ahead(1))))
        {
            _tokens.Add(
                NumberLiteral.Read(_cursor) is { } number
                    ? new Token(TokenKind.Literal, "", at, number)
                    : new Token(TokenKind.Refused, "Imaginary numbers mean nothing in a configuration.", at)
            );
        }
        else if (char.IsAsciiLetter(c) || c == '_')
        {
            var name = _cursor.TakeWhile(static c => char.IsAsciiLetterOrDigit(c) || c == '_');
            Add(Keywords.Contains(name) ? TokenKind.Keyword : TokenKind.Name, name, at);
        }
        else
        {
            ReadOperator(at);
        }
    }

    private void ReadOperator(Position at)
    {
        var length = OperatorLength(_cursor.Here, _cursor.Ahead(1), _cursor.Ahead(2));
        if (length == 0)
        {
            var c = _cursor.Here;
            throw ConfigError.Syntax(
                char.IsControl(c) || char.IsSurrogate(c)
                    ? $"A character that has no place here (code {(int)c})."
                    : $"'{c}' has no place here; text belongs in quotes.",
                at
            );
        }
        var start = _cursor.Offset;
        _cursor.Skip(length);
        var token = new Token(TokenKind.Operator, _cursor.From(start), at);
        if (token.Text is "(" or "[" or "{")
        {
            _brackets.Push(token);
        }
        else if (token.Text is ")" or "]" or "}")
        {
            Close(token);
        }
        _tokens.Add(token);
    }

    private static int OperatorLength(char first, char second, char third) =>
        (first, second, third) switch
        {
            ('*', '*', '=') or ('/', '/', '=') or ('<', '<', '=') or ('>', '>', '=') or ('.', '.', '.') => 3,
            ('-', '>', _) or (':', '=', _) or ('@', '=', _) => 2,
            ('*', '*', _) or ('/', '/', _) or ('<', '<' or '>', _) or ('>', '>', _) => 2,
            ('=' or '!' or '<' or '>' or '+' or '-' or '*' or '/' or '%' or '&' or '|' or '^', '=', _) => 2,
            ('+' or '-' or '*' or '/' or '%' or '&' or '|' or '^' or '~' or '<' or '>' or '=', _, _) => 1,
            ('(' or ')' or '[' or ']' or '{' or '}' or ',' or ':' or '.' or '`' or ';' or '@', _, _) => 1,
            _ => 0,
        };

    private void Close(Token closing)
    {
        if (!_brackets.TryPop(out var open))
        {
            throw ConfigError.Syntax($"'{closing.Text}' closes nothing.", closing.At);
        }
        var fits = (open.Text, closing.Text) is ("(", ")") or ("[", "]") or ("{", "}");
        if (!fits)
        {
            throw ConfigError.Syntax($"'{closing.Text}' cannot close the '{open.Text}' of line {open.At.Line}.", closing.At);
        }
    }

    private void Add(TokenKind kind, string text, Position at) => _tokens.Add(new Token(kind, text, at));
}
