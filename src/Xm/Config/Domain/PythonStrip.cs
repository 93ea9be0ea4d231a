namespace Xm.Config.Domain;

/// <summary>Python 2's <c>strip()</c>: the six blanks of ASCII and no other.</summary>
/// <remarks>
/// Its strings were bytes, of which those of a no-break space (U+00A0), which .NET's <c>Trim</c> takes away, are no blanks.
/// </remarks>
internal static class PythonStrip
{
    private static char[] Blanks => [' ', '\t', '\n', '\r', '\v', '\f'];

    public static string Strip(string text) => text.Trim(Blanks);
}
