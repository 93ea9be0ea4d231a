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
            if (Find(argument, null) is { } found)
            {
                return Error(found.Setting, found.Text);
            }
        }
        return null;
    }

    private static (string? Setting, string Text)? Find(SValue value, string? setting)
    {
        switch (value)
        {
            case SString text:
                return XmlCharacters.AllowsAll(text.Value) ? null : (setting, text.Value);
            case SList list:
                var inner = Setting(list, setting);
                return list.Items.Select(item => Find(item, inner)).FirstOrDefault(found => found is not null);
            case SStruct members:
                return members.Members.Select(member => Find(member.Value, member.Key)).FirstOrDefault(found => found is not null);
            default:
                return null;
        }
    }

    /// <summary>What a user calls the setting that a list of a domain's configuration has.</summary>
    private static string? Setting(SList list, string? outer) =>
        list.Items is not [SString { Value: var word }, _, ..]
            ? outer
            : word switch
            {
                "vm" or "domain" or "image" or "linux" or "hvm" or "device" => outer,
                "args" => "extra",
                "vbd" or "tap" or "tap2" => "disk",
                _ => outer is "disk" or "vif" or "vfb" ? outer : word,
            };

    private static CommandError Error(string? setting, string text)
    {
        var at = Enumerable.Range(0, text.Length).First(i => !IsSendable(text, i));
        var code = (int)text[at];
        // A byte that is no UTF-8 travels as U+DC00 + byte; see Sxp.ByteText.
        var cause =
            code is >= 0xDC80 and <= 0xDCFF ? $"byte 0x{Hexadecimal(code - 0xDC00)}, which is no UTF-8"
            : code < ' ' ? $"control character 0x{Hexadecimal(code)}"
            : $"character U+{code.ToString("X4", CultureInfo.InvariantCulture)}";
        return new CommandError(
            $"{setting ?? "The argument"} has the {cause}: {PythonString.Repr(text)}\n  Nothing was sent: xend takes text without "
                + $"such characters only."
        );
    }

    private static bool IsSendable(string text, int index) =>
        char.IsSurrogatePair(text, Math.Max(0, index - 1)) || XmlCharacters.AllowsAll(PairAt(text, index));

    private static string PairAt(string text, int index) =>
        index + 1 < text.Length && char.IsSurrogatePair(text, index) ? text.Substring(index, 2) : text.Substring(index, 1);

    private static string Hexadecimal(int value) => value.ToString("x2", CultureInfo.InvariantCulture);
}
