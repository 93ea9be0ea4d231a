using Xm.Config.Language;

namespace Xm.Config.Lint;

/// <summary>Where the names of a guest file stand.</summary>
internal sealed class NamesInFile
{
    private readonly IReadOnlyDictionary<string, Position> _positions;
    private readonly HashSet<string> _reads = new(StringComparer.Ordinal);

    /// <param name="text">The file, which the lexer takes.</param>
    /// <param name="positions">Where each name of the top level was given its last value.</param>
    public NamesInFile(string text, IReadOnlyDictionary<string, Position> positions)
    {
        _positions = positions;
        var tokens = Lexer.Tokenize(text);
        var brackets = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (token.Kind == TokenKind.Operator)
            {
                brackets +=
                    token.Text is "(" or "[" or "{" ? 1
                    : token.Text is ")" or "]" or "}" ? -1
                    : 0;
            }
            else if (
                token.Kind == TokenKind.Name
                && !(brackets == 0 && tokens[i + 1].IsOperator("=") && !(i > 0 && tokens[i - 1].IsOperator(".")))
            )
            {
                _reads.Add(token.Text);
            }
        }
    }

    /// <summary>The line that set a name for the last time; null where none did.</summary>
    public int? LineOf(string name) => _positions.TryGetValue(name, out var at) ? at.Line : null;

    /// <summary>Whether the file reads the name somewhere, so that it is a variable of the file's own.</summary>
    public bool IsRead(string name) => _reads.Contains(name);
}
