namespace Xm.Commands;

/// <summary>The commands for CPU pools, and the few that stand behind all groups.</summary>
internal static class PoolCommands
{
    private const string OnlyXenApi = "it was part of the Xen-API, which this xm does not speak.";

    public static CommandEntry[] Entries =>
        [
            new("cpupool-create", "<ConfigFile> [vars]", "Make a CPU pool as a configuration file describes it."),
            new("cpupool-new", "<ConfigFile> [vars]", "Give a CPU pool into xend's keeping without starting it."),
            new("cpupool-start", "<CPU Pool>", "Start a CPU pool that xend keeps."),
            new("cpupool-list", "[<CPU Pool>] [-l|--long] [-c|--cpus]", "List CPU pools."),
            new("cpupool-destroy", "<CPU Pool>", "End a CPU pool."),
            new("cpupool-delete", "<CPU Pool>", "Take a CPU pool out of xend's keeping."),
            new("cpupool-cpu-add", "<CPU Pool> <CPU nr>", "Add a CPU to a pool."),
            new("cpupool-cpu-remove", "<CPU Pool> <CPU nr>", "Take a CPU out of a pool."),
            new("cpupool-migrate", "<Domain> <CPU Pool>", "Move a domain to another pool."),
            new("shell", "", "Take commands one by one from a prompt."),
            new("help", "", "Print this list.") { IsHidden = true },
            new("event-monitor", "", "Watch events.", Absence: OnlyXenApi) { IsHidden = true },
            new("network-new", "<name>", "Make a network.", Absence: OnlyXenApi) { IsHidden = true },
            new("network-del", "<name>", "Remove a network.", Absence: OnlyXenApi) { IsHidden = true },
            new("network-show", "", "List networks.", Absence: OnlyXenApi) { IsHidden = true },
        ];
}
