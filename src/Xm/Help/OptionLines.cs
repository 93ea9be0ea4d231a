namespace Xm.Help;

/// <summary>One option in the usage of a command.</summary>
internal sealed record OptionLine(string Short, string Long, string Use)
{
    public string Keys => Short.Length > 0 && Long.Length > 0 ? $"{Short}, {Long}" : Short + Long;
}

/// <summary>The options of those commands whose usage lists them.</summary>
internal static class OptionLines
{
    /// <summary>The lines, or null where the usage has no such list.</summary>
    public static IReadOnlyList<OptionLine>? Of(string command) =>
        command switch
        {
            "audit" => [new("", "--fix", "Remove what is found")],
            "uptime" => [new("-s", "--short", "Leave the words out")],
            "console" =>
            [
                new("-q", "--quiet", "Say nothing where there is no such domain"),
                new("-n NUM", "--num=NUM", "The console's number, 0 where it is not given"),
            ],
            "vncviewer" =>
            [
                new("", "--autopass", "Give the viewer the password on stdin (its option -autopass)"),
                new("", "--vncviewer-autopass", "The same"),
            ],
            "list" =>
            [
                new("-l", "--long", "Print all that is known, as s-expressions"),
                new("", "--label", "Print security labels too"),
                new("", "--state=<state>", "Only domains in this state: all, halted, paused, running, suspended, crashed or unknown"),
                new("", "--pool=<pool>", "Only domains in this CPU pool"),
            ],
            "dmesg" => [new("-c", "--clear", "Clear the messages once they are printed")],
            "info" =>
            [
                new("-c", "--config", "Print the configuration of xend instead"),
                new("-n", "--numa", "Print the topology of CPUs and memory too"),
            ],
            "dump-core" =>
            [
                new("-L", "--live", "Let the domain run meanwhile"),
                new("-C", "--crash", "End the domain afterwards"),
                new("-R", "--reset", "Reset the domain afterwards"),
            ],
            "start" =>
            [
                new("-p", "--paused", "Leave the domain paused"),
                new("-c", "--console_autoconnect", "Go to the domain's console"),
                new("", "--vncviewer", "Show the domain's display"),
                new("", "--vncviewer-autopass", "Give the viewer the password on stdin (its option -autopass)"),
            ],
            "resume" or "restore" => [new("-p", "--paused", "Leave the domain paused")],
            "save" => [new("-c", "--checkpoint", "Let the domain go on afterwards")],
            "sched-credit" =>
            [
                new("-d DOMAIN", "--domain=DOMAIN", "The domain"),
                new("-w WEIGHT", "--weight=WEIGHT", "Its weight, 1 to 65535"),
                new("-c CAP", "--cap=CAP", "The most that it gets, in percent of one CPU"),
            ],
            "sched-credit2" =>
            [
                new("-d DOMAIN", "--domain=DOMAIN", "The domain"),
                new("-w WEIGHT", "--weight=WEIGHT", "Its weight, 1 to 65535"),
            ],
            "vnet-list" or "network-list" => [new("-l", "--long", "Print s-expressions")],
            "cpupool-list" =>
            [
                new("-l", "--long", "Print all that is known, as s-expressions"),
                new("-c", "--cpus", "Print the CPUs of each pool"),
            ],
            _ => null,
        };
}
