namespace Xm.Commands;

/// <summary>The commands for the host and its schedulers.</summary>
internal static class HostCommands
{
    public static CommandEntry[] Entries =>
        [
            new("debug-keys", "<Keys>", "Press keys on the hypervisor's own console.", static () => new DebugKeysCommand()),
            new("dmesg", "[-c|--clear]", "Print the hypervisor's messages.", static () => new DmesgCommand()),
            new("info", "[-c|--config] [-n|--numa]", "Print what is known about the host.", static () => new InfoCommand()),
            new("log", "", "Print the log of xend.", static () => new LogCommand()),
            new("serve", "", "Pass XML-RPC between stdin, stdout and xend."),
            new("sched-credit2", "[-d <Domain> [-w[=WEIGHT]]", "Show or set the parameters of the credit2 scheduler.", static () =>
                SchedulerCommand.Credit2
            ),
            new("sched-credit", "[-d <Domain> [-w[=WEIGHT]|-c[=CAP]]]", "Show or set the parameters of the credit scheduler.", static () =>
                SchedulerCommand.Credit
            ),
            new(
                "sched-sedf",
                "<Domain> [options]",
                "Show or set the parameters of the EDF scheduler.",
                Absence: "Xen has no EDF scheduler since version 4.6."
            ),
        ];
}
