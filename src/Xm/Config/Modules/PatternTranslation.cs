using System.Globalization;
using System.Text;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>
/// Translates a regular expression from Python's spelling to .NET's. Groups get their numbers as names, because .NET would count named ones
/// last; <c>\d \w \s</c> mean ASCII, as in Python 2's byte strings.
/// </summary>
internal sealed class PatternTranslation(string pattern, int flags)
{
    private const int MaxDepth = 50;

    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private readonly StringBuilder _text = new();
    private int _at;

    public int Flags { get; private set; } = flags;

    public int Groups { get; private set; }

    public IReadOnlyDictionary<string, int> Names => _names;

    public string Translate()
    {
        var depth = 0;
        while (_at < pattern.Length)
        {
            var c = pattern[_at];
            switch (c)
            {
                case '\\':
                    Escape(inClass: false);
                    continue;
                case '[':
                    Class();
                    continue;
                case '(':
                    depth += Open() ? 1 : 0;
                    if (depth > MaxDepth)
                    {
                        throw Wrong("groups within each other go too deep");
                    }
                    continue;
                case ')':
                    depth--;
                    break;
                case '{' when Ahead(1) == ',' && char.IsAsciiDigit(Ahead(2)):
                    _text.Append("{0");
                    _at++;
                    continue;
                case '#' when (Flags & Patterns.Verbose) != 0:
                    var end = pattern.IndexOf('\n', _at);
                    _at = end < 0 ? pattern.Length : end + 1;
                    continue;
            }
            _text.Append(c);
            _at++;
        }
        return _text.ToString();
    }

    private char Ahead(int distance) => _at + distance < pattern.Length ? pattern[_at + distance] : '\0';

    private static Raised Wrong(string what) => Raised.Of("re.error", what);

    private void Escape(bool inClass)
    {
        var c = Ahead(1);
        _at += 2;
        switch (c)
        {
            case '\0':
                throw Wrong("bogus escape (end of line)");
            case 'd' or 'w' or 's' or 'D' or 'W' or 'S' when (Flags & Patterns.Unicode) != 0:
                _text.Append('\\').Append(c);
                break;
            case 'd' or 'w' or 's':
                var members = c switch
                {
                    'd' => "0-9",
                    'w' => "a-zA-Z0-9_",
                    _ => " \\t\\n\\r\\f\\v",
                };
                _text.Append(inClass ? members : $"[{members}]");
                break;
            case 'D' or 'W' or 'S':
                var others = c switch
                {
                    'D' => "[^0-9]",
                    'W' => "[^a-zA-Z0-9_]",
                    _ => "[^ \\t\\n\\r\\f\\v]",
                };
                _text.Append(inClass ? "\\" + c : others);
                break;
            case 'Z' when !inClass:
                _text.Append("\\z");
                break;
            case 'A' or 'b' or 'B' or 'a' or 'f' or 'n' or 'r' or 't' or 'v' or 'x':
                _text.Append('\\').Append(c);
                break;
            case >= '0' and <= '9':
                _text.Append('\\').Append(c);
                break;
            default:
                // A letter that means nothing in Python is just that letter; in .NET it might mean something.
                _text.Append(char.IsAsciiLetter(c) ? c.ToString() : "\\" + c);
                break;
        }
    }

    private void Class()
    {
        _text.Append('[');
        _at++;
        if (Ahead(0) == '^')
        {
            _text.Append('^');
            _at++;
        }
        for (var isFirst = true; _at < pattern.Length && (Ahead(0) != ']' || isFirst); isFirst = false)
        {
            switch (Ahead(0))
            {
                case '\\':
                    Escape(inClass: true);
                    continue;
                // A bracket within takes something away in .NET.
                case '[' or ']':
                    _text.Append('\\');
                    break;
            }
            _text.Append(pattern[_at++]);
        }
        if (_at >= pattern.Length)
        {
            throw Wrong("unexpected end of regular expression");
        }
        _text.Append(']');
        _at++;
    }

    /// <summary>An opening parenthesis and what makes it special. False where it is closed again already.</summary>
    private bool Open()
    {
        _at++;
        if (Ahead(0) != '?')
        {
            _text.Append(CultureInfo.InvariantCulture, $"(?<{++Groups}>");
            return true;
        }
        var kind = Ahead(1);
        switch (kind)
        {
            case ':' or '=' or '!':
                _text.Append("(?").Append(kind);
                _at += 2;
                return true;
            case '<' when Ahead(2) is '=' or '!':
                _text.Append("(?<").Append(Ahead(2));
                _at += 3;
                return true;
            case '#':
                _at = pattern.IndexOf(')', _at) is >= 0 and var end ? end + 1 : throw Wrong("unbalanced parenthesis");
                return false;
            case 'P' when Ahead(2) == '<':
                _at += 3;
                var name = Until('>');
                if (!_names.TryAdd(name, ++Groups))
                {
                    throw Wrong($"redefinition of group name {name}");
                }
                _text.Append(CultureInfo.InvariantCulture, $"(?<{Groups}>");
                return true;
            case 'P' when Ahead(2) == '=':
                _at += 3;
                _text.Append(CultureInfo.InvariantCulture, $"\\k<{Known(Until(')'))}>");
                return false;
            case '(':
                _at += 2;
                _text.Append(CultureInfo.InvariantCulture, $"(?({Known(Until(')'))})");
                return true;
            default:
                return InlineFlags();
        }
    }

    private bool InlineFlags()
    {
        _at++;
        var start = _at;
        for (; Ahead(0) != ')'; _at++)
        {
            Flags |= Ahead(0) switch
            {
                'i' => Patterns.IgnoreCase,
                'm' => Patterns.Multiline,
                's' => Patterns.DotAll,
                'x' => Patterns.Verbose,
                'u' => Patterns.Unicode,
                // In the locale C, which xm keeps to, letters are those of ASCII.
                'L' => 0,
                _ => throw Wrong("unknown extension or unexpected end of pattern"),
            };
        }
        _at++;
        return _at - 1 > start ? false : throw Wrong("unexpected end of pattern");
    }

    private string Until(char end)
    {
        var stop = pattern.IndexOf(end, _at);
        var name = stop < 0 ? "" : pattern[_at..stop];
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            throw Wrong("bad character in group name");
        }
        _at = stop + 1;
        return name;
    }

    private int Known(string name) =>
        _names.TryGetValue(name, out var number) ? number
        : int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= Groups && number > 0 ? number
        : throw Wrong($"unknown group name: {name}");
}
