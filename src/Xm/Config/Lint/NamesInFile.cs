using Xm.Config.Language;

namespace Xm.Config.Lint;

/// <summary>Where the names of a guest file stand.</summary>
internal sealed class NamesInFile
{
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _reads = new(StringComparer.Ordinal);

    /// <exception cref="ConfigError">The text is no configuration.</exception>
    public NamesInFile(string text)
    {
        var tokens = Lexer.Tokenize(text);
        var brackets = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (token.Kind == TokenKind.Operator)
            {
                brackets += token.Text is "(" or "[" or "{" ? 1 : token.Text is ")" or "]" or "}" ? -1 : 0;
            }
            else if (token.Kind == TokenKind.Name)
            {
                var isSet = brackets == 0 && tokens[i + 1].IsOperator("=") && !(i > 0 && tokens[i - 1].IsOperator("."));
                if (isSet)
                {
                    _lines[token.Text] = token.At.Line;
                }
                else
                {
                    _reads[token.Text] = _reads.GetValueOrDefault(token.Text) + 1;
                }
            }
        }
    }

    /// <summary>The line that sets a name for the last time; null where none does.</summary>
    public int? LineOf(string name) => _lines.TryGetValue(name, out var line) ? line : null;

    /// <summary>Whether the file reads the name somewhere, so that it is a variable of the file's own.</summary>
    public bool IsRead(string name) => _reads.ContainsKey(name);
}
