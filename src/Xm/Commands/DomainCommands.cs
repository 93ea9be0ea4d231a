namespace Xm.Commands;

/// <summary>The commands for domains.</summary>
internal static class DomainCommands
{
    private const string HostUsbUsage = "<domain> <[host:bus.addr] [host:vendor_id:product_id]>";

    public static CommandEntry[] Entries =>
        [
            new("console", "[-q|--quiet] <Domain>", "Talk to a domain's console. Ctrl-] ends it.", static () => new ConsoleCommand()),
            new("vncviewer", "[--[vncviewer-]autopass] <Domain>", "Show a domain's display in a VNC viewer.", static () =>
                new VncViewerCommand()
            ),
            new("create", "<ConfigFile> [options] [vars]", "Start a domain as a configuration file describes it.", static () =>
                new CreateCommand()
            ),
            new("new", "<ConfigFile> [options] [vars]", "Give a domain into xend's keeping without starting it.", static () =>
                new NewCommand()
            ),
            new("delete", "<DomainName>", "Take a domain out of xend's keeping.", static () => new DeleteCommand()),
            new("destroy", "<Domain>", "End a domain at once, as by pulling its plug.", static () => new DestroyCommand()),
            new("domid", "<DomainName>", "Print the id of a domain.", static () => new DomidCommand()),
            new("domname", "<DomId>", "Print the name of a domain.", static () => new DomnameCommand()),
            new("dump-core", "[-L|--live] [-C|--crash] [-R|--reset] <Domain> [Filename]", "Write a domain's memory to a file.", static () =>
                new DumpCoreCommand()
            ),
            new("list", "[options] [Domain, ...]", "List domains.", static () => new ListCommand()),
            new("mem-max", "<Domain> <Mem>", "Set the most memory that a domain may be given.", static () => MemoryCommand.Max),
            new("mem-set", "<Domain> <Mem>", "Set the memory that a domain has now.", static () => MemoryCommand.Set),
            new("migrate", "<Domain> <Host>", "Move a domain to another host.", static () => new MigrateCommand()),
            new("pause", "<Domain>", "Stop a domain until it is unpaused.", static () => new PauseCommand()),
            new("reboot", "<Domain> [-wa]", "Ask a domain to reboot.", static () => new RebootCommand()),
            new("rename", "<Domain> <NewDomainName>", "Give a domain another name.", static () => new RenameCommand()),
            new("reset", "<Domain>", "End a domain and start it again, as by its reset button.", static () => new ResetCommand()),
            new("restore", "<CheckpointFile> [-p]", "Let a saved domain go on.", static () => new RestoreCommand()),
            new("resume", "<DomainName>", "Let a suspended domain go on.", static () => new ResumeCommand()),
            new("save", "[-c] <Domain> <CheckpointFile>", "Save a domain to a file, to go on from later.", static () => new SaveCommand()),
            new("shutdown", "<Domain> [-waRH]", "Ask a domain to shut itself down.", static () => new ShutdownCommand()),
            new("start", "[-p|--paused] [-c|--console_autoconnect] <DomainName>", "Start a domain that xend keeps.", static () =>
                new StartCommand()
            ),
            new("suspend", "<DomainName>", "Save a domain that xend keeps, to go on from later.", static () => new SuspendCommand()),
            new("sysrq", "<Domain> <letter>", "Press a magic SysRq key in a domain.", static () => new SysrqCommand()),
            new("trigger", "<Domain> <nmi|reset|init|s3resume|power> [<VCPU>]", "Send a hardware event to a domain."),
            new("top", "", "Watch the host and its domains.", static () => new TopCommand()),
            new("unpause", "<Domain>", "Let a paused domain go on.", static () => new UnpauseCommand()),
            new("uptime", "[-s] [Domain, ...]", "Print how long domains have been running.", static () => new UptimeCommand()),
            new("usb-add", HostUsbUsage, "Plug a USB device of the host into a domain.", static () => new UsbAddCommand()),
            new("usb-del", HostUsbUsage, "Unplug a USB device of the host from a domain.", static () => new UsbDelCommand()),
            new("domstate", "<domain> ", "Print the state of a domain as a word.", static () => new DomstateCommand()),
            new("vcpu-list", "[Domain, ...]", "List the virtual CPUs of domains.", static () => new VcpuListCommand()),
            new("vcpu-pin", "<Domain> <VCPU|all> <CPUs|all>", "Set which CPUs a virtual CPU may run on.", static () =>
                new VcpuPinCommand()
            ),
            new("vcpu-set", "<Domain> <vCPUs>", "Set how many virtual CPUs a domain uses.", static () => new VcpuSetCommand()),
            new("lint", "<ConfigFile> [options] [vars]", "Find all that is wrong with a configuration file.", static () =>
                new LintCommand()
            )
            {
                IsNew = true,
            },
        ];
}
