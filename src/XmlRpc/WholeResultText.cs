using Sxp;

namespace XmlRpc;

/// <summary>
/// xend's rule for a string that is the whole result of a call (<c>xend.node.log</c>, <c>xend.node.dmesg.info</c>): it is escaped like
/// the inside of a Python literal, so that it is plain printable ASCII. Strings inside lists and structs are not.
/// </summary>
public static class WholeResultText
{
    /// <summary>
    /// Backslash, newline, tab, return, control and non-ASCII bytes (of the UTF-8 form) become <c>\\ \n \t \r \xNN</c>.
    /// Quotes stay: old xm mistakes an escaped quote.
    /// </summary>
    public static string Encode(string text) => PythonString.EscapeBody(text);

    /// <summary>Undoes <see cref="Encode"/>. Never fails; what is no escape stays.</summary>
    public static string Decode(string text) => PythonString.UnescapeBody(text);
}
