namespace Xm.Commands;

/// <summary>All commands of xm, in the order of its help. The groups stand in files of their own.</summary>
internal sealed class CommandTable
{
    public IReadOnlyList<CommandEntry> Entries { get; } =
    [
        .. DomainCommands.Entries,
        .. HostCommands.Entries,
        .. DeviceCommands.Entries,
        .. SecurityCommands.Entries,
        .. PoolCommands.Entries,
        .. OwnCommands.Entries.Select(static entry => entry with { IsNew = true }),
    ];

    /// <summary>The commands of the short help, in its order.</summary>
    public static IReadOnlyList<string> Common =>
        [
            "console",
            "vncviewer",
            "create",
            "new",
            "delete",
            "destroy",
            "dump-core",
            "help",
            "list",
            "mem-set",
            "migrate",
            "pause",
            "reboot",
            "reset",
            "restore",
            "resume",
            "save",
            "shell",
            "shutdown",
            "start",
            "suspend",
            "top",
            "unpause",
            "uptime",
            "usb-add",
            "usb-del",
            "domstate",
            "vcpu-set",
        ];

    public CommandEntry? Find(string name)
    {
        foreach (var entry in Entries)
        {
            if (entry.Name == name)
            {
                return entry;
            }
        }
        return null;
    }

    /// <summary>
    /// The command that a name, an old name, or a beginning of at least two letters that only one command has, stands for.
    /// </summary>
    /// <param name="isAlias">Whether it is an old name.</param>
    public CommandEntry? Resolve(string word, out bool isAlias)
    {
        isAlias = false;
        if (word != "help" && Find(word) is { } exact)
        {
            return exact;
        }
        if (NewName(word) is { } newName)
        {
            isAlias = true;
            return Find(newName);
        }
        CommandEntry? match = null;
        foreach (var entry in Entries)
        {
            if (word.Length < 2 || entry.Name == "help" || entry.IsNew || !entry.Name.StartsWith(word, StringComparison.Ordinal))
            {
                continue;
            }
            if (match is not null)
            {
                return null;
            }
            match = entry;
        }
        return match;
    }

    private static string? NewName(string word) =>
        word switch
        {
            "balloon" => "mem-set",
            "set-vcpus" => "vcpu-set",
            "vif-list" => "network-list",
            "vbd-create" => "block-attach",
            "vbd-destroy" => "block-detach",
            "vbd-list" => "block-list",
            "pool-create"
            or "pool-new"
            or "pool-start"
            or "pool-list"
            or "pool-destroy"
            or "pool-delete"
            or "pool-cpu-add"
            or "pool-cpu-remove"
            or "pool-migrate" => "cpu" + word,
            _ => null,
        };
}
