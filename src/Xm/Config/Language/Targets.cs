namespace Xm.Config.Language;

/// <summary>What can be given a value.</summary>
internal static class Targets
{
    /// <exception cref="ConfigError">The expression is nothing that can be given a value.</exception>
    public static void Require(Expression expression, bool isAugmented)
    {
        switch (expression)
        {
            case NameUse { Name: "None" }:
                throw ConfigError.Syntax("None cannot be given a value.", expression.At);
            case NameUse or Subscript or AttributeUse or Slice or RefusedExpression:
                return;
            case TupleDisplay tuple when !isAugmented:
                Require(tuple.Items);
                return;
            case ListDisplay list when !isAugmented:
                Require(list.Items);
                return;
            default:
                throw ConfigError.Syntax("Only a name can be given a value; the left side of '=' is none.", expression.At);
        }
    }

    private static void Require(IReadOnlyList<Expression> items)
    {
        foreach (var item in items)
        {
            Require(item, isAugmented: false);
        }
    }
}
