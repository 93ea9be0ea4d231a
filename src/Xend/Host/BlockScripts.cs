namespace Xend.Host;

/// <summary>The scripts that connect disks of other kinds: block-iscsi, block-nbd, block-drbd...</summary>
internal static class BlockScripts
{
    private const string Prefix = "block-";

    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>What may stand before the colon of a disk. No name has a dot: block-common.sh is only sourced.</summary>
    public static IReadOnlyList<string> Find(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return [];
        }
        return
        [
            .. Directory
                .EnumerateFiles(directory, Prefix + "*")
                .Where(file => (File.GetUnixFileMode(file) & Executable) != 0)
                .Select(file => Path.GetFileName(file)[Prefix.Length..])
                .Where(BlockSource.IsScriptName)
                .Order(StringComparer.Ordinal),
        ];
    }
}
