using System.Text;
using Xm.Config.Values;

namespace Xm.Config.Language;

/// <summary>
/// Reads what binds tightest: names, literals, everything in brackets, and the calls, indexes and attributes behind them.
/// </summary>
internal sealed class PrimaryParser(TokenStream tokens, ExpressionParser expressions)
{
    public Expression Read()
    {
        var expression = ReadAtom();
        for (var links = 0; ; tokens.Chain(ref links))
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
                expression = new AttributeUse(expression, tokens.ExpectAttribute(), at);
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
            case TokenKind.Name when here.Text == "await" && tokens.Ahead.Kind == TokenKind.Name:
                tokens.Take();
                Read();
                return new RefusedExpression("'await' is not understood: call the function as it is", here.At);
            case TokenKind.Name:
            case TokenKind.Keyword when here.Text is "print" or "exec":
                tokens.Take();
                return new NameUse(here.Text, here.At);
            case TokenKind.Refused:
                return new RefusedExpression(tokens.Take().Text, here.At);
            case TokenKind.Operator when here.Text is "...":
                tokens.Take();
                return new NameUse("Ellipsis", here.At);
            case TokenKind.FormattedString:
                return ReadStringsWithFormats();
            case TokenKind.Literal when StringsHaveFormats():
                return ReadStringsWithFormats();
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
                return ReadBraces(here.At);
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

    /// <summary>Whether an f'' string is among the strings side by side that start here.</summary>
    private bool StringsHaveFormats()
    {
        var ahead = 0;
        while (tokens.Peek(ahead) is { Kind: TokenKind.Literal, Literal: StrValue or UnicodeValue })
        {
            ahead++;
        }
        return ahead > 0 && tokens.Peek(ahead).Kind == TokenKind.FormattedString;
    }

    private FormattedString ReadStringsWithFormats()
    {
        var at = tokens.Here.At;
        var parts = new List<FormattedPart>();
        while (
            tokens.Here.Kind == TokenKind.FormattedString || tokens.Here is { Kind: TokenKind.Literal, Literal: StrValue or UnicodeValue }
        )
        {
            var token = tokens.Take();
            if (token.Kind == TokenKind.FormattedString)
            {
                parts.AddRange(FormattedStringParser.Read(((StrValue)token.Literal!).Text, token.At, tokens).Parts);
            }
            else
            {
                parts.Add(new FormattedPart(Text.Of(token.Literal!)));
            }
        }
        return new FormattedString(parts, at);
    }

    private Expression ReadParenthesis(Position at)
    {
        if (tokens.TryOperator(")"))
        {
            return new TupleDisplay([], at);
        }
        var expression = expressions.ReadListOrYield();
        if (tokens.Here.IsKeyword("for"))
        {
            expression = new Comprehension(ComprehensionKind.Generator, null, expression, ReadClauses(), at);
        }
        tokens.Expect(")");
        return expression;
    }

    private Expression ReadListDisplay(Position at)
    {
        var items = new List<Expression>();
        while (!tokens.Here.IsOperator("]"))
        {
            items.Add(expressions.ReadItem());
            if (items.Count == 1 && tokens.Here.IsKeyword("for"))
            {
                var comprehension = new Comprehension(ComprehensionKind.List, null, items[0], ReadClauses(isList: true), at);
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

    /// <summary>Behind <c>{</c>: a dictionary or, without colons, a set.</summary>
    private Expression ReadBraces(Position at)
    {
        var entries = new List<(Expression, Expression)>();
        var elements = new List<Expression>();
        RefusedExpression? refusal = null;
        while (!tokens.Here.IsOperator("}"))
        {
            if (tokens.TryOperator("**"))
            {
                expressions.Read();
                refusal ??= new RefusedExpression("'**' within braces is not understood: use dict(a, **b)", at);
                tokens.TryOperator(",");
                continue;
            }
            var key = expressions.ReadItem();
            if (elements.Count > 0 || (entries.Count == 0 && !tokens.Here.IsOperator(":")))
            {
                elements.Add(key);
            }
            else
            {
                tokens.Expect(":");
                entries.Add((key, expressions.Read()));
            }
            if (entries.Count + elements.Count == 1 && tokens.Here.IsKeyword("for"))
            {
                Expression comprehension =
                    elements.Count > 0
                        ? new Comprehension(ComprehensionKind.Set, null, key, ReadClauses(), at)
                        : new Comprehension(ComprehensionKind.Dict, key, entries[0].Item2, ReadClauses(), at);
                tokens.Expect("}");
                return comprehension;
            }
            if (!tokens.TryOperator(","))
            {
                break;
            }
        }
        if (!tokens.TryOperator("}"))
        {
            throw tokens.Unexpected("',' or '}'");
        }
        return refusal is not null ? refusal
            : elements.Count > 0 ? new SetDisplay(elements, at)
            : new DictDisplay(entries, at);
    }

    /// <param name="isList">Within square brackets, where Python 2 takes <c>for x in 1, 2</c>.</param>
    private List<ComprehensionClause> ReadClauses(bool isList = false)
    {
        var clauses = new List<ComprehensionClause>();
        while (tokens.TryKeyword("for"))
        {
            var target = expressions.ReadTargets();
            Targets.Require(target, isAugmented: false);
            if (!tokens.TryKeyword("in"))
            {
                throw tokens.Unexpected("'in'");
            }
            var source = expressions.ReadWithoutConditional();
            if (isList && tokens.Here.IsOperator(","))
            {
                var sources = new List<Expression> { source };
                while (tokens.TryOperator(",") && !tokens.Here.IsOperator("]"))
                {
                    sources.Add(expressions.ReadWithoutConditional());
                }
                source = new TupleDisplay(sources, source.At);
            }
            var conditions = new List<Expression>();
            while (tokens.TryKeyword("if"))
            {
                conditions.Add(expressions.ReadWithoutConditional());
            }
            clauses.Add(new ComprehensionClause(target, source, conditions));
        }
        return clauses;
    }

    public List<(string? Name, Expression Value)> ReadArguments()
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
        return (
            null,
            tokens.Here.IsKeyword("for") ? new Comprehension(ComprehensionKind.Generator, null, value, ReadClauses(), at) : value
        );
    }

    private Expression ReadSubscript(Expression target, Position at)
    {
        var first = ReadIndex(target, at, out var isSlice);
        if (isSlice && !tokens.Here.IsOperator(","))
        {
            tokens.Expect("]");
            return first;
        }
        if (!tokens.Here.IsOperator(","))
        {
            tokens.Expect("]");
            return new Subscript(target, first, at);
        }
        var items = new List<Expression> { first };
        while (tokens.TryOperator(",") && !tokens.Here.IsOperator("]"))
        {
            items.Add(ReadIndex(target, at, out var isAnother));
            isSlice |= isAnother;
        }
        tokens.Expect("]");
        return isSlice
            ? new RefusedExpression("several slices side by side are not understood: nothing in a configuration has them", at)
            : new Subscript(target, new TupleDisplay(items, first.At), at);
    }

    /// <summary>An index, or a slice of the target.</summary>
    private Expression ReadIndex(Expression target, Position at, out bool isSlice)
    {
        var start = AtSliceEnd() ? null : expressions.ReadItem();
        isSlice = start is null || tokens.Here.IsOperator(":");
        if (start is not null && !isSlice)
        {
            return start;
        }
        tokens.Expect(":");
        var stop = AtSliceEnd() ? null : expressions.Read();
        Expression? step = null;
        if (tokens.TryOperator(":"))
        {
            step = AtSliceEnd() ? null : expressions.Read();
        }
        return new Slice(target, start, stop, step, at);
    }

    private bool AtSliceEnd() => tokens.Here is { Kind: TokenKind.Operator, Text: ":" or "]" or "," };
}
