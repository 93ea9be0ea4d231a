using Sxp;

namespace Xm.Output;

/// <summary>The lines <c>key : value</c> of <c>xm info</c>.</summary>
internal static class InfoLine
{
    /// <summary>A pair of xend's answer; a key without value shows <c>(none)</c>.</summary>
    public static string Of(SValue pair, int width)
    {
        var items = pair as SList ?? SList.Of(pair);
        var key = items.Count > 0 ? items[0].AsText() ?? "" : "";
        return items.Count < 2 ? $"{PythonText.Left(key, width)}: (none)" : $"{PythonText.Left(key, width)}: {Text(items[1])}";
    }

    private static string Text(SValue value) =>
        value switch
        {
            SNone => "None",
            SList => SxpWriter.OneLine(value),
            _ => value.AsText() ?? SxpWriter.OneLine(value),
        };
}
