using System.Globalization;
using System.Text;
using Xm.Config.Evaluation;
using Xm.Config.Language;
using Xm.Config.Values;

namespace Xm.Config.Xl;

/// <summary>
/// What a file says in xl's own grammar (libxlu_cfg), which is no programming language: names are given strings, numbers and lists, by
/// <c>=</c> or added to by <c>+=</c>, and blanks mean nothing.
/// </summary>
internal sealed class XlSyntax
{
    private const int MaxDepth = 20;

    private readonly Cursor _cursor;
    private readonly Dictionary<string, Value> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Position> _positions = new(StringComparer.Ordinal);
    private string? _addedTo;
    private bool _isIndented = true;

    private XlSyntax(string text) => _cursor = new Cursor(text);

    /// <summary>What only xl reads in such a file and Python does not, in words; null where nothing is.</summary>
    public string? Peculiarity =>
        _addedTo is not null ? $"only xl adds to a name that is not set: {_addedTo}"
        : _isIndented && _values.Count > 0 ? "only xl reads a file whose lines are all indented"
        : null;

    /// <summary>The file's names, above those that were there before it.</summary>
    public EvaluationResult Result(IReadOnlyDictionary<string, string> given)
    {
        var names = given.ToDictionary(pair => pair.Key, pair => (Value)pair.Value, StringComparer.Ordinal);
        foreach (var (name, value) in _values)
        {
            names[name] = value;
        }
        return new EvaluationResult(names, _positions, [], []);
    }

    /// <summary>Reads a file; null where it is not in xl's grammar.</summary>
    /// <param name="text">The file.</param>
    /// <param name="failure">Where it is not.</param>
    public static XlSyntax? Read(string text, out Position failure)
    {
        var syntax = new XlSyntax(text);
        var isRead = syntax.TryFile();
        failure = syntax._cursor.Position;
        return isRead ? syntax : null;
    }

    private bool TryFile()
    {
        while (true)
        {
            SkipBlanks(newlines: true);
            while (_cursor.Here == ';')
            {
                _cursor.Next();
                SkipBlanks(newlines: true);
            }
            if (_cursor.AtEnd)
            {
                return true;
            }
            _isIndented &= _cursor.Position.Column > 1;
            if (!TryAssignment())
            {
                return false;
            }
            SkipBlanks(newlines: false);
            if (!_cursor.AtEnd && _cursor.Here is not ('\n' or ';'))
            {
                return false;
            }
        }
    }

    private bool TryAssignment()
    {
        var at = _cursor.Position;
        if (!char.IsAsciiLetterLower(_cursor.Here))
        {
            return false;
        }
        var name = _cursor.TakeWhile(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '_' or '.');
        SkipBlanks(newlines: false);
        var adds = _cursor.Here == '+';
        _cursor.Skip(adds ? 1 : 0);
        if (_cursor.Here != '=')
        {
            return false;
        }
        _cursor.Next();
        SkipBlanks(newlines: false);
        return ReadValue(MaxDepth) is { } value && TrySet(name, value, adds, at);
    }

    private bool TrySet(string name, Value value, bool adds, Position at)
    {
        if (adds && _values.TryGetValue(name, out var before))
        {
            switch (before, value)
            {
                case (ListValue list, ListValue more):
                    value = new ListValue([.. list.Items, .. more.Items]);
                    break;
                case (StrValue text, StrValue more):
                    value = text.Text + more.Text;
                    break;
                default:
                    return false;
            }
        }
        else if (adds)
        {
            _addedTo ??= name;
        }
        _values[name] = value;
        _positions[name] = at;
        return true;
    }

    private Value? ReadValue(int depth) =>
        _cursor.Here switch
        {
            '[' => ReadList(depth),
            '\'' or '"' => ReadString() is { } text ? new StrValue(text) : null,
            >= '0' and <= '9' => Number(_cursor.TakeWhile(letter => char.IsAsciiDigit(letter) || letter is >= 'a' and <= 'f' or 'x')),
            _ => null,
        };

    /// <summary>A number as C reads it: a leading 0 makes it octal, 0x hexadecimal. What is none stays a text.</summary>
    private static Value Number(string text)
    {
        if (text.StartsWith("0x", StringComparison.Ordinal))
        {
            return long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex)
                ? new IntValue(hex)
                : text;
        }
        if (text.Length > 1 && text[0] == '0' && text.Length < 20 && text.All(digit => digit is >= '0' and <= '7'))
        {
            return new IntValue(text.Aggregate(0L, (number, digit) => number * 8 + digit - '0'));
        }
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new IntValue(number) : text;
    }

    private ListValue? ReadList(int depth)
    {
        _cursor.Next();
        var items = new List<Value>();
        while (true)
        {
            SkipBlanks(newlines: true);
            if (_cursor.Here == ']')
            {
                _cursor.Next();
                return new ListValue(items);
            }
            if (depth == 0 || ReadValue(depth - 1) is not { } item)
            {
                return null;
            }
            items.Add(item);
            SkipBlanks(newlines: true);
            if (_cursor.Here == ',')
            {
                _cursor.Next();
            }
            else if (_cursor.Here != ']')
            {
                return null;
            }
        }
    }

    /// <summary>A string on one line; null where it does not end, or has an escape that xl does not know.</summary>
    private string? ReadString()
    {
        var quote = _cursor.Next();
        var text = new StringBuilder();
        while (!_cursor.AtEnd && _cursor.Here is not '\n')
        {
            var letter = _cursor.Next();
            if (letter == quote)
            {
                return text.ToString();
            }
            if (letter != '\\')
            {
                text.Append(letter);
            }
            else if (_cursor.AtEnd || ReadEscape() is not { } escaped)
            {
                return null;
            }
            else
            {
                text.Append(escaped);
            }
        }
        return null;
    }

    private char? ReadEscape()
    {
        var letter = _cursor.Next();
        switch (letter)
        {
            case '\'' or '"' or '\\':
                return letter;
            case 'x' when char.IsAsciiHexDigit(_cursor.Here) && char.IsAsciiHexDigit(_cursor.Ahead(1)):
                var digits = new string([_cursor.Next(), _cursor.Next()]);
                return (char)byte.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            default:
                return "abfnrtv".IndexOf(letter) is >= 0 and var known ? "\a\b\f\n\r\t\v"[known] : null;
        }
    }

    /// <summary>Blanks and comments, and where they mean nothing the ends of lines.</summary>
    private void SkipBlanks(bool newlines)
    {
        while (!_cursor.AtEnd)
        {
            if (_cursor.Here == '#')
            {
                _cursor.TakeWhile(letter => letter != '\n');
            }
            else if (_cursor.Here is ' ' or '\t' || (newlines && _cursor.Here == '\n'))
            {
                _cursor.Next();
            }
            else
            {
                return;
            }
        }
    }
}
