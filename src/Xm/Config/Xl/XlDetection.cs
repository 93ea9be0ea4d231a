using Xm.Config.Values;

namespace Xm.Config.Xl;

/// <summary>Whose a file is.</summary>
/// <param name="IsXl">Whether it is xl's.</param>
/// <param name="Reason">The word that decided; null for a file of xm's in which nothing speaks for xl.</param>
/// <param name="Ignored">Of a file of xm's: xl's names in it.</param>
internal sealed record XlVerdict(bool IsXl, string? Reason, IReadOnlyList<string> Ignored);

/// <summary>Tells a file of xl from one of xm.</summary>
/// <remarks>
/// Most names mean the same to both, and are no evidence. What decides is what only one of the two can mean. A value in a form that only xl
/// has goes first, for xm could do nothing with it. A name that only xl has decides where nothing is there that xl would refuse: xm passed
/// over names that it did not know, so that files for both have them. A file without any of this is xm's, as it always was.
/// </remarks>
internal static class XlDetection
{
    /// <param name="values">What the file sets.</param>
    /// <param name="text">The file.</param>
    public static XlVerdict Decide(IEnumerable<KeyValuePair<string, Value>> values, string text)
    {
        var settings = values.Where(pair => pair.Value.IsSetting).ToList();
        if (First(settings, XlForm) is { } form)
        {
            return new XlVerdict(true, "only xl writes " + form, []);
        }
        var names = settings.Select(pair => pair.Key).Where(name => XlNames.Has(name) && !XlNames.IsInFilesOfXm(name)).ToList();
        if (names.Count == 0)
        {
            return new XlVerdict(false, null, []);
        }
        if (First(settings, XmForm) is { } old)
        {
            return new XlVerdict(false, "only xm reads " + old, names);
        }
        return XlSyntax.Read(text, out var failure) is null
            ? new XlVerdict(false, $"only xm reads line {failure.Line}, which is a program's", names)
            : new XlVerdict(true, "only xl has the name " + names[0], []);
    }

    private static string? First(IEnumerable<KeyValuePair<string, Value>> settings, Func<string, Value, string?> find)
    {
        foreach (var (name, value) in settings)
        {
            if (find(name, value) is { } text)
            {
                return $"{name} like '{Shortened(text)}'";
            }
        }
        return null;
    }

    /// <summary>The value, or its element, that only xl understands.</summary>
    private static string? XlForm(string name, Value value) =>
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

    /// <summary>The value, or its element, that xl refuses and xm understands.</summary>
    private static string? XmForm(string name, Value value) =>
        (name, value) switch
        {
            ("disk", ListValue list) => Texts(list).FirstOrDefault(XlDisk.IsXm),
            ("vif", ListValue list) => Texts(list).FirstOrDefault(XlVif.IsXm),
            ("builder", StrValue { Text: "linux" }) => "linux",
            _ => null,
        };

    private static IEnumerable<string> Texts(ListValue list) => list.Items.OfType<StrValue>().Select(item => item.Text);

    private static string Shortened(string text) =>
        string.Concat(text.Take(60).Select(letter => char.IsControl(letter) ? '?' : letter)) + (text.Length > 60 ? "..." : "");
}
