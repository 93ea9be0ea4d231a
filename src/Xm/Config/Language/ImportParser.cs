namespace Xm.Config.Language;

/// <summary>Reads both forms of <c>import</c>.</summary>
internal sealed class ImportParser(TokenStream tokens)
{
    public ImportStatement ReadImport(Position at)
    {
        var modules = new List<(string, string?)>();
        do
        {
            modules.Add((ReadModule(), ReadAlias()));
        } while (tokens.TryOperator(","));
        return new ImportStatement(modules, at);
    }

    public FromImportStatement ReadFrom(Position at)
    {
        var module = ReadModule();
        if (!tokens.TryKeyword("import"))
        {
            throw tokens.Unexpected("'import'");
        }
        var names = new List<(string, string?)>();
        if (tokens.TryOperator("*"))
        {
            return new FromImportStatement(module, names, at);
        }
        var inParentheses = tokens.TryOperator("(");
        do
        {
            names.Add((tokens.ExpectName(), ReadAlias()));
        } while (tokens.TryOperator(",") && !tokens.Here.IsOperator(")"));
        if (inParentheses)
        {
            tokens.Expect(")");
        }
        return new FromImportStatement(module, names, at);
    }

    private string ReadModule()
    {
        // Dots before the name: a package's own module. There is no package.
        var dots = "";
        while (tokens.Here is { Kind: TokenKind.Operator, Text: "." or "..." })
        {
            dots += tokens.Take().Text;
        }
        if (dots.Length > 0 && tokens.Here.IsKeyword("import"))
        {
            return dots;
        }
        var name = dots + tokens.ExpectName();
        while (tokens.TryOperator("."))
        {
            name += "." + tokens.ExpectName();
        }
        return name;
    }

    private string? ReadAlias() => tokens.TryKeyword("as") ? tokens.ExpectName() : null;
}
