using Xm.Config.Values;

namespace Xm.Config.Xl;

/// <summary>Tells a file of xl from one of xm.</summary>
/// <remarks>
/// Most names mean the same to both, and are no evidence. A file is xl's only if it has something that xm could not have understood: a name
/// that only xl has, or a value in a form that only xl has. A file without any is xm's, as it always was.
/// </remarks>
internal static class XlDetection
{
    /// <summary>What shows that the file is xl's, in words; null where nothing does.</summary>
    public static string? Evidence(IEnumerable<KeyValuePair<string, Value>> values)
    {
        foreach (var (name, value) in values)
        {
            if (!value.IsSetting)
            {
                continue;
            }
            if (XlNames.Has(name))
            {
                return $"only xl has the name {name}";
            }
            if (Strange(name, value) is { } text)
            {
                return $"only xl writes {name} like '{Shortened(text)}'";
            }
        }
        return null;
    }

    /// <summary>The value, or its element, that only xl understands.</summary>
    private static string? Strange(string name, Value value) =>
        (name, value) switch
        {
            ("disk", ListValue list) => Texts(list).FirstOrDefault(XlDisk.IsXl),
            ("vif", ListValue list) => Texts(list).FirstOrDefault(XlVif.IsXl),
            ("pci", ListValue list) => Texts(list).FirstOrDefault(XlPci.IsXl),
            ("tsc_mode" or "timer_mode", StrValue mode) when XlTranslation.ModeNumber(name, mode.Text) is not null => mode.Text,
            ("viridian", ListValue { Items: [StrValue first, ..] }) => first.Text,
            ("cpus", StrValue { Text: var cpus }) when cpus == "all" || cpus.Contains("node") => cpus,
            ("cpuid", StrValue { Text: var policy }) when policy.StartsWith("host", StringComparison.Ordinal) => policy,
            ("builder", StrValue { Text: "generic" }) => "generic",
            _ => null,
        };

    private static IEnumerable<string> Texts(ListValue list) => list.Items.OfType<StrValue>().Select(item => item.Text);

    private static string Shortened(string text) =>
        string.Concat(text.Take(60).Select(letter => char.IsControl(letter) ? '?' : letter)) + (text.Length > 60 ? "..." : "");
}
