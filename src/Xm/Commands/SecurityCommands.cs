namespace Xm.Commands;

/// <summary>The commands for security modules and for transcendent memory, most of which Xen itself has lost.</summary>
internal static class SecurityCommands
{
    private const string NoAcm = "Xen has no ACM security module any more.";
    private const string NoTmem = "Xen has no transcendent memory since version 4.13.";

    public static CommandEntry[] Entries =>
        [
            new("setpolicy", "<policytype> <policyfile> [options]", "Load a security policy."),
            new("labels", "[policy] [type=dom|res|any]", "List the labels of a security policy.", Absence: NoAcm),
            new(
                "addlabel",
                "<label> {dom <ConfigFile>|res <resource>|mgt <managed domain>} [<policy>]",
                "Put a security label on a domain or resource.",
                Absence: NoAcm
            ),
            new("rmlabel", "{dom <ConfigFile>|res <Resource>|mgt<managed domain>}", "Take a security label off.", Absence: NoAcm),
            new("getlabel", "{dom <ConfigFile>|res <Resource>|mgt <managed domain>}", "Print a security label.", Absence: NoAcm),
            new("dry-run", "<ConfigFile>", "Check whether a domain may use its resources.", static () => new DryRunCommand()),
            new("resources", "", "List the resources with security labels.", Absence: NoAcm),
            new("dumppolicy", "", "Print what the hypervisor knows of the policy.", Absence: NoAcm),
            new("resetpolicy", "", "Go back to the security policy that is built in.", Absence: NoAcm),
            new("getpolicy", "[options]", "Print the security policy.", Absence: NoAcm),
            new("getenforce", "", "Print whether FLASK forbids (Enforcing) or only reports (Permissive)."),
            new("setenforce", "[ (Enforcing|1) | (Permissive|0) ]", "Set whether FLASK forbids or only reports."),
            new("tmem-list", "[-l|--long] [<Domain>|-a|--all]", "List tmem pools.", Absence: NoTmem),
            new("tmem-thaw", "[<Domain>|-a|--all]", "Thaw tmem pools.", Absence: NoTmem),
            new("tmem-freeze", "[<Domain>|-a|--all]", "Freeze tmem pools.", Absence: NoTmem),
            new("tmem-destroy", "[<Domain>|-a|--all]", "Remove tmem pools.", Absence: NoTmem),
            new(
                "tmem-set",
                "[<Domain>|-a|--all] [weight=<weight>] [cap=<cap>] [compress=<compress>]",
                "Set parameters of tmem.",
                Absence: NoTmem
            ),
            new(
                "tmem-shared-auth",
                "[<Domain>|-a|--all] [--uuid=<uuid>] [--auth=<0|1>]",
                "Let domains share a tmem pool.",
                Absence: NoTmem
            ),
            new("tmem-freeable", "", "Print how much memory tmem could give back.", Absence: NoTmem) { IsHidden = true },
            new("tmem-flush", "[<Domain>|-a|--all]", "Empty tmem pools.", Absence: NoTmem) { IsHidden = true },
        ];
}
