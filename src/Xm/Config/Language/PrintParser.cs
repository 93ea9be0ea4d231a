namespace Xm.Config.Language;

/// <summary>
/// Reads what stands behind <c>print</c>: Python 2's statement, in which <c>print (a, b)</c> shows a tuple; or Python 3's function where
/// the
/// arguments in its parentheses have names (<c>print(a, file=sys.stderr)</c>).
/// </summary>
internal sealed class PrintParser(TokenStream tokens, ExpressionParser expressions)
{
    public Statement Read(Position at)
    {
        if (IsCall())
        {
            return new ExpressionStatement(expressions.ReadCallOf(new NameUse("print", at)), at);
        }
        Expression? destination = null;
        var values = new List<Expression>();
        if (tokens.TryOperator(">>"))
        {
            destination = expressions.Read();
            if (!AtEnd)
            {
                tokens.Expect(",");
            }
        }
        var endsLine = true;
        while (!AtEnd)
        {
            values.Add(expressions.Read());
            endsLine = !tokens.TryOperator(",");
            if (endsLine)
            {
                break;
            }
        }
        return new PrintStatement(destination, values, endsLine, at);
    }

    private bool AtEnd => tokens.Here.Kind == TokenKind.Newline || tokens.Here.IsOperator(";");

    /// <summary>Whether a name and =, or an argument with a star, stand directly within parentheses that come next.</summary>
    private bool IsCall()
    {
        if (!tokens.Here.IsOperator("("))
        {
            return false;
        }
        var depth = 0;
        for (var ahead = 0; ; ahead++)
        {
            var token = tokens.Peek(ahead);
            if (token.Kind is TokenKind.End or TokenKind.Newline)
            {
                return false;
            }
            if (token.Kind != TokenKind.Operator)
            {
                continue;
            }
            if (token.Text is "(" or "[" or "{")
            {
                depth++;
            }
            else if (token.Text is ")" or "]" or "}")
            {
                if (--depth == 0)
                {
                    return false;
                }
            }
            else if (
                depth == 1
                && (
                    (token.Text == "=" && tokens.Peek(ahead - 1).Kind == TokenKind.Name)
                    || (token.Text is "*" or "**" && tokens.Peek(ahead - 1) is { Kind: TokenKind.Operator, Text: "(" or "," })
                )
            )
            {
                return true;
            }
        }
    }
}
