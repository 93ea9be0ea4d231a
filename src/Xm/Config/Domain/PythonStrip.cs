namespace Xm.Config.Domain;

/// <summary>Python 2's <c>strip()</c>: the six blanks of ASCII and no other.</summary>
/// <remarks>
/// A letter of a guest file is a byte, so that .NET's <c>Trim</c>, which takes 0x85 and 0xA0 for blanks too, would cut letters of UTF-8 in
/// two.
/// </remarks>
internal static class PythonStrip
{
    private static char[] Blanks => [' ', '\t', '\n', '\r', '\v', '\f'];

    public static string Strip(string text) => text.Trim(Blanks);
}
