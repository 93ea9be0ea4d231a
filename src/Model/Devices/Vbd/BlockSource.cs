namespace Model.Devices;

/// <summary>Where a disk's data is, from the <c>uname</c> of its configuration.</summary>
/// <param name="Path">Absolute path of the block device or of the raw image file in dom0.</param>
public sealed record BlockSource(string Path)
{
    /// <summary>Reads <c>phy:NAME</c> (with or without /dev/), <c>file:/PATH</c> and the old spellings of a raw image.</summary>
    /// <remarks>
    /// What the block script does with it depends on what the path is, not on the prefix; so it is with the stock script.
    /// </remarks>
    public static BlockSource Parse(string uname)
    {
        var colon = uname.IndexOf(':');
        var type = colon < 0 ? "" : uname[..colon];
        var rest = colon < 0 ? uname : uname[(colon + 1)..];
        switch (type)
        {
            case "phy":
                return new BlockSource(Absolute(rest.StartsWith('/') ? rest : "/dev/" + rest, uname));
            case "file":
                return new BlockSource(Absolute(rest, uname));
            case "tap" or "tap2":
                foreach (var raw in new[] { "tapdisk:aio:", "aio:", "sync:" })
                {
                    if (rest.StartsWith(raw, StringComparison.Ordinal))
                    {
                        return new BlockSource(Absolute(rest[raw.Length..], uname));
                    }
                }
                throw new XendError(
                    ErrorCode.Unsupported,
                    $"{DomainConfigReader.Printable(uname)}: only raw images can be connected yet (tap:aio:/PATH)."
                );
            default:
                throw DomainConfigReader.Invalid($"Block device type \"{DomainConfigReader.Printable(type)}\" is invalid.");
        }
    }

    private static string Absolute(string path, string uname) =>
        path.Length > 1 && path[0] == '/'
            ? path
            : throw DomainConfigReader.Invalid(
                "Block device must have physical details specified",
                $"'{DomainConfigReader.Printable(uname)}' needs an absolute path."
            );
}
