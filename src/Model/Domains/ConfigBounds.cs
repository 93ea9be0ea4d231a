using Sxp;

namespace Model.Domains;

/// <summary>
/// What holds for every value of a configuration, whatever it means: it is text, and neither too long nor too deep. Else it could not be
/// read again when it is written down.
/// </summary>
public static class ConfigBounds
{
    /// <summary>No value of a configuration is longer, in characters.</summary>
    private const int LongestValue = 4096;

    private const int MostDevices = 256;
    private const int Deepest = 32;

    /// <summary>No key of ours is longer; what is cannot name a value in an error.</summary>
    private const int LongestKey = 32;

    /// <summary>Refuses a value that is out of bounds, by the name of its setting.</summary>
    public static void Check(SValue value) => Check(value, null, 0);

    /// <summary>The same for a whole domain, part by part.</summary>
    public static void Check(SList domain, PartReader parts)
    {
        parts.Check("device", () => CheckDeviceCount(domain));
        var device = 0;
        foreach (var item in domain.Items)
        {
            if (item is SList { Name: "image", Count: > 1 } image && image[1] is SList body)
            {
                CheckEach(body, parts, 3);
                continue;
            }
            var isDevice = item is SList { Name: "device" };
            (isDevice ? parts.ForDevice(device++) : parts).Check(KeyOf(item) ?? "", () =>
                Check(item is SList { Name: "device", Count: > 1 } outer ? outer[1] : item, null, 2)
            );
        }
    }

    private static void CheckEach(SList list, PartReader parts, int depth)
    {
        foreach (var item in list.Items)
        {
            parts.Check(KeyOf(item) ?? "", () => Check(item, null, depth));
        }
    }

    private static void Check(SValue value, string? setting, int depth)
    {
        switch (value)
        {
            case SString { Value: var text } when text.Length > LongestValue:
                throw DomainConfigReader.Invalid(
                    $"{setting ?? "A value"} is longer than {LongestValue} characters: '{DomainConfigReader.Printable(text)}'"
                );
            case SString { Value: var text } when text.Any(letter => char.IsControl(letter) && letter is not ('\t' or '\n')):
                throw DomainConfigReader.Invalid($"{setting ?? "A value"} has a control character: '{DomainConfigReader.Printable(text)}'");
            case SList or SStruct when depth > Deepest:
                throw DomainConfigReader.Invalid($"{setting ?? "The configuration"} is nested too deeply.");
            case SList list:
                CheckDeviceCount(list);
                foreach (var item in list.Items)
                {
                    Check(item, KeyOf(list) ?? setting, depth + 1);
                }
                break;
            case SStruct members:
                foreach (var (key, member) in members.Members)
                {
                    Check(key, setting, depth + 1);
                    Check(member, IsKey(key) ? key : setting, depth + 1);
                }
                break;
        }
    }

    private static void CheckDeviceCount(SList list)
    {
        if (list.Children("device").Take(MostDevices + 1).Count() > MostDevices)
        {
            throw DomainConfigReader.Invalid($"The configuration has more than {MostDevices} devices.");
        }
    }

    /// <summary>What a list's first word says of its values; null where that is a value itself.</summary>
    private static string? KeyOf(SValue value) =>
        value is SList { Count: > 1, Name: { } name } && IsKey(name) && name is not ("vm" or "domain" or "device" or "image") ? name : null;

    private static bool IsKey(string word) =>
        word.Length is > 0 and <= LongestKey
        && char.IsAsciiLetter(word[0])
        && word.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '_' or '-');
}
