using System.Globalization;
using Sxp;
using Xm.CommandLine;
using XmlRpc;

namespace Xm.Connection;

/// <summary>
/// A call has a text that XML-RPC cannot carry: a control character, or a byte that is no UTF-8. Says which setting, and which character.
/// </summary>
internal static class UnsendableText
{
    /// <summary>The error that names the first such text; null where there is none.</summary>
    public static CommandError? In(ReadOnlySpan<SValue> arguments)
    {
        foreach (var argument in arguments)
        {
            foreach (var (setting, text) in Find(argument, null))
            {
                return new CommandError($"{Sentence(setting, text)}\n  Nothing was sent: xend takes text without such characters only.");
            }
        }
        return null;
    }

    /// <summary>All such texts of a domain's configuration: the setting, where one is known, and a sentence.</summary>
    public static IEnumerable<(string? Setting, string Sentence)> AllIn(SValue domain) =>
        Find(domain, null).Select(found => (found.Setting, Sentence(found.Setting, found.Text)));

    private static IEnumerable<(string? Setting, string Text)> Find(SValue value, string? setting) =>
        value switch
        {
            SString text => XmlCharacters.AllowsAll(text.Value) ? [] : [(setting, text.Value)],
            SList list => list.Items.SelectMany(item => Find(item, Setting(list, setting))),
            SStruct members => members.Members.SelectMany(member => Find(member.Value, member.Key)),
            _ => [],
        };

    /// <summary>What a user calls the setting that a list of a domain's configuration has.</summary>
    private static string? Setting(SList list, string? outer) =>
        list.Items is not [SString { Value: var word }, _, ..] || !IsKey(word)
            ? outer
            : word switch
            {
                // What it is of stands first in it, without a key.
                "image" => "builder",
                "vm" or "domain" or "linux" or "hvm" or "pvh" or "device" => outer,
                "args" => "extra",
                "vbd" or "tap" or "tap2" => "disk",
                _ => outer is "disk" or "vif" or "vfb" ? outer : word,
            };

    /// <summary>What stands first in a list may be a value, too.</summary>
    private static bool IsKey(string word) =>
        word.Length > 0 && char.IsAsciiLetter(word[0]) && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-');

    private static string Sentence(string? setting, string text)
    {
        var at = Enumerable.Range(0, text.Length).First(i => !IsSendable(text, i));
        var code = (int)text[at];
        // A byte that is no UTF-8 travels as U+DC00 + byte; see Sxp.ByteText.
        var cause =
            code is >= 0xDC80 and <= 0xDCFF ? $"byte 0x{Hexadecimal(code - 0xDC00)}, which is no UTF-8"
            : code < ' ' ? $"control character 0x{Hexadecimal(code)}"
            : $"character U+{code.ToString("X4", CultureInfo.InvariantCulture)}";
        return $"{setting ?? "The argument"} has the {cause}: {PythonString.Repr(text)}";
    }

    private static bool IsSendable(string text, int index) =>
        char.IsSurrogatePair(text, Math.Max(0, index - 1)) || XmlCharacters.AllowsAll(PairAt(text, index));

    private static string PairAt(string text, int index) =>
        index + 1 < text.Length && char.IsSurrogatePair(text, index) ? text.Substring(index, 2) : text.Substring(index, 1);

    private static string Hexadecimal(int value) => value.ToString("x2", CultureInfo.InvariantCulture);
}
