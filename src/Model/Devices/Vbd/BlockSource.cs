namespace Model.Devices;

/// <summary>Where a disk's data is, from the <c>uname</c> of its configuration.</summary>
/// <param name="Path">Absolute path of the block device or image in dom0; for a script what follows the colon.</param>
/// <param name="Format">How the data is laid out there, as the user says. Nobody guesses it.</param>
/// <param name="Script">X where the script block-X connects it; null for a device or a file.</param>
public sealed record BlockSource(string Path, DiskFormat Format = DiskFormat.Raw, string? Script = null)
{
    private const int LongestScriptName = 32;
    private const int LongestWords = 1024;

    /// <summary>Reads <c>phy:NAME</c> (with or without /dev/), <c>file:/PATH</c>, <c>tap:FORMAT:/PATH</c> and <c>X:WORDS</c>.</summary>
    /// <remarks>
    /// What the block script does with a raw one depends on what the path is, not on the prefix; so it is with the stock script.
    /// </remarks>
    public static BlockSource Parse(string uname)
    {
        var colon = uname.IndexOf(':');
        var type = colon < 0 ? "" : uname[..colon];
        var rest = colon < 0 ? uname : uname[(colon + 1)..];
        return type switch
        {
            "phy" => new BlockSource(Absolute(rest.StartsWith('/') ? rest : "/dev/" + rest, uname)),
            "file" => new BlockSource(Absolute(rest, uname)),
            "tap" or "tap2" => ReadTap(rest, uname),
            _ when IsScriptName(type) => ReadScript(type, rest, uname),
            _ => throw DomainConfigReader.Invalid($"Block device type \"{DomainConfigReader.Printable(type)}\" is invalid."),
        };
    }

    /// <summary>Whether a script may be called block-NAME.</summary>
    public static bool IsScriptName(string name) =>
        name.Length is > 0 and <= LongestScriptName
        && char.IsAsciiLetterOrDigit(name[0])
        && name is not ("phy" or "file" or "tap" or "tap2")
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    private static BlockSource ReadTap(string rest, string uname)
    {
        // Who served it once: today that follows from the format.
        foreach (var server in new[] { "tapdisk:", "ioemu:" })
        {
            if (rest.StartsWith(server, StringComparison.Ordinal))
            {
                rest = rest[server.Length..];
                break;
            }
        }
        var colon = rest.IndexOf(':');
        var driver = colon < 0 ? "" : rest[..colon];
        var format = driver switch
        {
            "aio" or "sync" or "raw" => DiskFormat.Raw,
            "qcow2" => DiskFormat.Qcow2,
            "vhd" => DiskFormat.Vhd,
            "vmdk" => DiskFormat.Vmdk,
            "vdi" => DiskFormat.Vdi,
            "qcow" or "ram" or "remus" => throw new XendError(
                ErrorCode.Unsupported,
                $"{DomainConfigReader.Printable(uname)}: disks of type tap:{driver} cannot be had any more.",
                "Of tap: there are aio, sync, raw, qcow2, vhd, vmdk and vdi.",
                driver == "qcow" ? "Convert it: qemu-img convert -f qcow -O qcow2 OLD NEW" : null
            ),
            _ => throw DomainConfigReader.Invalid(
                $"tap:{DomainConfigReader.Printable(driver)} not a valid disk type",
                "Of tap: there are aio, sync, raw, qcow2, vhd, vmdk and vdi."
            ),
        };
        return new BlockSource(Absolute(rest[(colon + 1)..], uname), format);
    }

    private static BlockSource ReadScript(string type, string words, string uname) =>
        words.Length is > 0 and <= LongestWords && !words.Any(char.IsControl)
            ? new BlockSource(words, Script: type)
            : throw DomainConfigReader.Invalid(
                "Block device must have physical details specified",
                $"'{DomainConfigReader.Printable(uname)}' needs words for the script block-{type} after its colon, {LongestWords} characters at most."
            );

    private static string Absolute(string path, string uname) =>
        path.Length > 1 && path[0] == '/'
            ? path
            : throw DomainConfigReader.Invalid(
                "Block device must have physical details specified",
                $"'{DomainConfigReader.Printable(uname)}' needs an absolute path."
            );
}
