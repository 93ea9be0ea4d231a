using System.Text;
using Sxp;

namespace Xend.Build.Bootloaders;

/// <summary>
/// Reads what a boot loader answers. Parts of it are the words of the guest's disk, so nothing is taken that is not quite right.
/// </summary>
/// <remarks>
/// Two forms: <c>linux (kernel '/path')(ramdisk '/path')(args 'words')</c>, which old xend knew, and items that end with a zero byte,
/// <c>kernel /path</c>, <c>ramdisk /path</c>, <c>args words</c> (libxl's simple0). In the first, a loader that quotes carelessly lets a
/// command
/// line add further parts; therefore no part may come twice, and nothing may follow the command line.
/// </remarks>
internal static class BootloaderAnswer
{
    /// <summary>Bytes. A command line has at most 4 KiB, and there are two paths.</summary>
    public const int Longest = 16 * 1024;

    private const int LongestValue = 4096;

    private static readonly string[] Keys = ["kernel", "ramdisk", "args"];

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The choice, or null; then <paramref name="why"/> says what is wrong.</summary>
    public static BootChoice? Read(ReadOnlySpan<byte> answer, out string why)
    {
        try
        {
            var text = Strict.GetString(answer);
            why = "";
            return Choose(text.Contains('\0') ? ReadItems(text) : ReadExpression(text), out why);
        }
        catch (DecoderFallbackException)
        {
            why = "it is not text";
        }
        catch (SxpException error)
        {
            why = error.Message;
        }
        return null;
    }

    private static List<(string Key, string? Value)> ReadItems(string text) =>
        [
            .. text.Split('\0', StringSplitOptions.RemoveEmptyEntries)
                .Select(item => item.IndexOf(' ') is > 0 and var blank ? (item[..blank], item[(blank + 1)..]) : (item, (string?)null)),
        ];

    private static List<(string Key, string? Value)> ReadExpression(string text)
    {
        IEnumerable<SValue> values = SxpReader.ReadMany(text);
        if (values.ToList() is [SList { Name: "linux" } whole])
        {
            values = whole.Items;
        }
        return
        [
            .. values
                .Select(
                    (value, index) =>
                        value switch
                        {
                            SString { Value: "linux" } when index == 0 => ("linux", ""),
                            SList { Count: 2, Name: { } key } part when part[1] is SString content => (key, content.Value),
                            _ => ("?", (string?)null),
                        }
                )
                .Where(part => part.Item1 != "linux"),
        ];
    }

    private static BootChoice? Choose(List<(string Key, string? Value)> parts, out string why)
    {
        var chosen = new Dictionary<string, string>();
        foreach (var (key, value) in parts)
        {
            why = (key, value) switch
            {
                _ when !Keys.Contains(key) || value is null => "it has a part that is none of kernel, ramdisk and args",
                _ when chosen.ContainsKey(key) => $"it has two parts {key}",
                _ when chosen.ContainsKey("args") => $"{key} follows the command line",
                _ when value.Length > LongestValue => $"{key} is longer than {LongestValue} characters",
                _ when value.Any(char.IsControl) => $"{key} has a control character",
                _ when key != "args" && (!value.StartsWith('/') || value != Path.GetFullPath(value)) => $"{key} is not an absolute path",
                _ => "",
            };
            if (why.Length > 0)
            {
                return null;
            }
            chosen[key] = value!;
        }
        why = "it names no kernel";
        return chosen.TryGetValue("kernel", out var kernel)
            ? new BootChoice(kernel, chosen.GetValueOrDefault("ramdisk", ""), chosen.GetValueOrDefault("args", "").Trim())
            : null;
    }
}
