using System.Text;

namespace Xm.Config.Language;

/// <summary>Splits the body of an f'' string into text and expressions.</summary>
internal sealed class FormattedStringParser
{
    private readonly string _body;
    private readonly Position _at;
    private readonly TokenStream _outer;
    private int _place;

    private FormattedStringParser(string body, Position at, TokenStream outer)
    {
        _body = body;
        _at = at;
        _outer = outer;
    }

    /// <param name="body">The string, its escapes resolved.</param>
    /// <param name="at">Where the string starts; all that is wrong within it is told there.</param>
    /// <param name="outer">The tokens around it, whose depth counts.</param>
    public static FormattedString Read(string body, Position at, TokenStream outer) =>
        new FormattedStringParser(body, at, outer).Read(isFormat: false);

    private FormattedString Read(bool isFormat)
    {
        var parts = new List<FormattedPart>();
        var text = new StringBuilder();
        _outer.Enter();
        while (_place < _body.Length && !(isFormat && _body[_place] == '}'))
        {
            var c = _body[_place++];
            if (c is '{' or '}' && !isFormat && _place < _body.Length && _body[_place] == c)
            {
                _place++;
                text.Append(c);
            }
            else if (c == '{')
            {
                parts.Add(new FormattedPart(text.ToString()));
                text.Clear();
                parts.Add(ReadValue());
            }
            else if (c == '}')
            {
                throw ConfigError.Syntax("f-string: single '}' is not allowed", _at);
            }
            else
            {
                text.Append(c);
            }
        }
        _outer.Leave();
        parts.Add(new FormattedPart(text.ToString()));
        return new FormattedString(parts, _at);
    }

    private FormattedPart ReadValue()
    {
        var start = _place;
        SkipExpression();
        var text = _body.Substring(start, _place - start);
        if (string.IsNullOrWhiteSpace(text))
        {
            throw ConfigError.Syntax("f-string: empty expression not allowed", _at);
        }
        var value = Parse(text);
        var conversion = '\0';
        if (_place < _body.Length && _body[_place] == '!')
        {
            conversion = _place + 1 < _body.Length ? _body[_place + 1] : '\0';
            if (conversion is not ('r' or 's' or 'a'))
            {
                throw ConfigError.Syntax("f-string: behind '!' must stand r, s or a", _at);
            }
            _place += 2;
        }
        FormattedString? format = null;
        if (_place < _body.Length && _body[_place] == ':')
        {
            _place++;
            format = Read(isFormat: true);
        }
        if (_place >= _body.Length || _body[_place] != '}')
        {
            throw ConfigError.Syntax("f-string: expecting '}'", _at);
        }
        _place++;
        return new FormattedPart("", value, conversion, format);
    }

    /// <summary>Goes on to what ends the expression: <c>!</c>, <c>:</c> or <c>}</c> outside of brackets and quotes.</summary>
    private void SkipExpression()
    {
        var depth = 0;
        var quote = '\0';
        for (; _place < _body.Length; _place++)
        {
            var c = _body[_place];
            if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }
            else if (c is '(' or '[' or '{')
            {
                depth++;
            }
            else if (c is ')' or ']' or '}' && depth > 0)
            {
                depth--;
            }
            else if (depth == 0 && (c is ':' or '}' || (c == '!' && !(_place + 1 < _body.Length && _body[_place + 1] == '='))))
            {
                return;
            }
        }
    }

    private Expression Parse(string text)
    {
        try
        {
            var tokens = new TokenStream([.. Lexer.Tokenize("(" + text + ")").Select(token => token with { At = _at })]);
            tokens.Deepen(_outer);
            var expression = new ExpressionParser(tokens).ReadList();
            return tokens.Here.Kind == TokenKind.Newline ? expression : throw tokens.Unexpected("'}'");
        }
        catch (ConfigError error)
        {
            throw ConfigError.Syntax("f-string: " + error.Message, _at);
        }
    }
}
