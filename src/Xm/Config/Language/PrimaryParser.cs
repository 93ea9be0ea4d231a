using System.Text;
using Xm.Config.Values;

namespace Xm.Config.Language;

/// <summary>Reads what binds tightest: names, literals, everything in brackets, and the calls, indexes and attributes behind them.</summary>
internal sealed class PrimaryParser(TokenStream tokens, ExpressionParser expressions)
{
    public Expression Read()
    {
        var expression = ReadAtom();
        while (true)
        {
            var at = tokens.Here.At;
            if (tokens.TryOperator("("))
            {
                expression = new Call(expression, ReadArguments(), at);
            }
            else if (tokens.TryOperator("["))
            {
                expression = ReadSubscript(expression, at);
            }
            else if (tokens.TryOperator("."))
            {
                expression = new AttributeUse(expression, tokens.ExpectName(), at);
            }
            else
            {
                return expression;
            }
        }
    }

    private Expression ReadAtom()
    {
        var here = tokens.Here;
        switch (here.Kind)
        {
            case TokenKind.Name:
                tokens.Take();
                return new NameUse(here.Text, here.At);
            case TokenKind.Literal:
                return here.Literal is StrValue or UnicodeValue ? ReadStrings() : new Literal(tokens.Take().Literal!, here.At);
            case TokenKind.Operator when here.Text is "(":
                tokens.Take();
                return ReadParenthesis(here.At);
            case TokenKind.Operator when here.Text is "[":
                tokens.Take();
                return ReadListDisplay(here.At);
            case TokenKind.Operator when here.Text is "{":
                tokens.Take();
                return ReadDictDisplay(here.At);
            case TokenKind.Operator when here.Text is "`":
                tokens.Take();
                var operand = expressions.ReadList();
                tokens.Expect("`");
                return new ReprOf(operand, here.At);
            default:
                throw tokens.Unexpected("A value");
        }
    }

    /// <summary>Strings side by side are one string.</summary>
    private Literal ReadStrings()
    {
        var at = tokens.Here.At;
        var text = new StringBuilder();
        var isUnicode = false;
        while (tokens.Here is { Kind: TokenKind.Literal, Literal: StrValue or UnicodeValue })
        {
            var literal = tokens.Take().Literal;
            isUnicode |= literal is UnicodeValue;
            text.Append(literal is UnicodeValue unicode ? unicode.Text : ((StrValue)literal!).Text);
        }
        return new Literal(isUnicode ? new UnicodeValue(text.ToString()) : new StrValue(text.ToString()), at);
    }

    private Expression ReadParenthesis(Position at)
    {
        if (tokens.TryOperator(")"))
        {
            return new TupleDisplay([], at);
        }
        var expression = expressions.ReadList();
        if (tokens.Here.IsKeyword("for"))
        {
            expression = new Comprehension(expression, ReadClauses(), IsGenerator: true, at);
        }
        tokens.Expect(")");
        return expression;
    }

    private Expression ReadListDisplay(Position at)
    {
        var items = new List<Expression>();
        while (!tokens.Here.IsOperator("]"))
        {
            items.Add(expressions.Read());
            if (items.Count == 1 && tokens.Here.IsKeyword("for"))
            {
                var comprehension = new Comprehension(items[0], ReadClauses(), IsGenerator: false, at);
                tokens.Expect("]");
                return comprehension;
            }
            if (!tokens.TryOperator(","))
            {
                break;
            }
        }
        if (!tokens.TryOperator("]"))
        {
            throw tokens.Unexpected("',' or ']'");
        }
        return new ListDisplay(items, at);
    }

    private DictDisplay ReadDictDisplay(Position at)
    {
        var items = new List<(Expression, Expression)>();
        while (!tokens.Here.IsOperator("}"))
        {
            var key = expressions.Read();
            tokens.Expect(":");
            items.Add((key, expressions.Read()));
            if (!tokens.TryOperator(","))
            {
                break;
            }
        }
        if (!tokens.TryOperator("}"))
        {
            throw tokens.Unexpected("',' or '}'");
        }
        return new DictDisplay(items, at);
    }

    private List<ComprehensionClause> ReadClauses()
    {
        var clauses = new List<ComprehensionClause>();
        while (tokens.TryKeyword("for"))
        {
            var target = expressions.ReadTargets();
            if (!tokens.TryKeyword("in"))
            {
                throw tokens.Unexpected("'in'");
            }
            var source = expressions.ReadWithoutConditional();
            var conditions = new List<Expression>();
            while (tokens.TryKeyword("if"))
            {
                conditions.Add(expressions.ReadWithoutConditional());
            }
            clauses.Add(new ComprehensionClause(target, source, conditions));
        }
        return clauses;
    }

    private List<(string? Name, Expression Value)> ReadArguments()
    {
        var arguments = new List<(string?, Expression)>();
        while (!tokens.Here.IsOperator(")"))
        {
            arguments.Add(ReadArgument());
            if (!tokens.TryOperator(","))
            {
                break;
            }
        }
        tokens.Expect(")");
        return arguments;
    }

    private (string? Name, Expression Value) ReadArgument()
    {
        if (tokens.Here is { Kind: TokenKind.Operator, Text: "*" or "**" })
        {
            return (tokens.Take().Text, expressions.Read());
        }
        if (tokens.Here.Kind == TokenKind.Name && tokens.Ahead.IsOperator("="))
        {
            var name = tokens.Take().Text;
            tokens.Take();
            return (name, expressions.Read());
        }
        var at = tokens.Here.At;
        var value = expressions.Read();
        return (null, tokens.Here.IsKeyword("for") ? new Comprehension(value, ReadClauses(), IsGenerator: true, at) : value);
    }

    private Expression ReadSubscript(Expression target, Position at)
    {
        var start = AtSliceEnd() ? null : expressions.ReadList();
        if (start is not null && tokens.TryOperator("]"))
        {
            return new Subscript(target, start, at);
        }
        tokens.Expect(":");
        var stop = AtSliceEnd() ? null : expressions.Read();
        Expression? step = null;
        if (tokens.TryOperator(":"))
        {
            step = AtSliceEnd() ? null : expressions.Read();
        }
        tokens.Expect("]");
        return new Slice(target, start, stop, step, at);
    }

    private bool AtSliceEnd() => tokens.Here.IsOperator(":") || tokens.Here.IsOperator("]");
}
