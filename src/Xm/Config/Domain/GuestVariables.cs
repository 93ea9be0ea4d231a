using Xm.CommandLine;
using static Xm.CommandLine.OptionKind;

namespace Xm.Config.Domain;

/// <summary>
/// The variables of a domain's configuration, in the order of <c>xm create --help_config</c>. The table is the one place that knows a
/// variable's name, how the command line gives it, its default and its meaning.
/// </summary>
internal static class GuestVariables
{
    public static IEnumerable<OptionSpec> All => [.. Guest(), .. DeviceVariables.All, .. MachineVariables.All];

    private static OptionSpec[] Guest() =>
        [
            Var(
                "vncpasswd",
                Text,
                "NAME",
                null,
                "Password of the VNC display; that of a vfb stands there. An empty one asks for none, whatever xend's default is."
            ),
            Var("vncviewer", OptionKind.Boolean, "no|yes", null, "Without effect; use vncconsole.\nDEPRECATED"),
            Var("vncconsole", OptionKind.Boolean, "no|yes", null, "Start a VNC viewer once the domain runs.\nNeeds vnc=1."),
            Var(
                "name",
                Text,
                "NAME",
                null,
                "Name of the domain, which no other domain may have. Default: the name of the configuration file."
            ),
            Var(
                "bootloader",
                Text,
                "FILE",
                null,
                "Program that takes the kernel from the domain's first disk, such as pygrub, which is also taken where neither kernel "
                    + "nor bootloader is set."
            ),
            Var("bootargs", Text, "NAME", null, "Arguments of the boot loader."),
            Var("bootentry", Text, "NAME", null, "Without effect; use bootargs.\nDEPRECATED"),
            Var("kernel", Text, "FILE", null, "Kernel image, or hvmloader for a fully virtualized domain."),
            Var("ramdisk", Text, "FILE", "", "Initial RAM disk of the kernel."),
            Var("loader", Text, "FILE", "", "Firmware of a fully virtualized domain."),
            Var("features", Text, "FEATURES", "", "Features that the kernel must have or must not use, as in a|b|!c."),
            Var("builder", Text, "FUNCTION", "linux", "What kind of domain to build: linux (paravirtualized), hvm or pvh."),
            Var("memory", Integer, "MEMORY", 128, "Memory of the domain in MiB."),
            Var("maxmem", Integer, "MEMORY", null, "The most memory that the domain may be given later, in MiB."),
            Var(
                "shadow_memory",
                Integer,
                "MEMORY",
                0,
                "Memory for the domain's shadow page tables, in MiB; more is taken where more is needed."
            ),
            Var("memory_sharing", OptionKind.Boolean, "no|yes", 0, "Let the domain share equal pages with others."),
            Var("cpu", Integer, "CPU", null, "A CPU that all VCPUs may run on, beside those of a string in cpus; use cpus."),
            Var(
                "cpus",
                Text,
                "CPUS",
                null,
                "The CPUs that the domain may run on: \"0-3,5,^1\", or a list with such a string for each VCPU."
            ),
            Var("rtc_timeoffset", Integer, "RTC_TIMEOFFSET", 0, "Seconds by which the domain's clock differs from the host's."),
            Var("pae", Integer, "PAE", 1, "1 if the domain may use PAE."),
            Var("hpet", Integer, "HPET", 0, "1 if the domain has a high precision event timer."),
            Var(
                "timer_mode",
                Integer,
                "TIMER_MODE",
                1,
                "What becomes of timer ticks that the domain missed: 0 they delay its time, 1 none does, 2 they are dropped, 3 one is kept."
            ),
            Var(
                "tsc_mode",
                Integer,
                "TSC_MODE",
                0,
                "Time stamp counter: 0 as fits, 1 always emulated, 2 never emulated. 3 is taken for 0."
            ),
            Var(
                "nomigrate",
                Integer,
                "NOMIGRATE",
                0,
                "1 if the domain is never to be saved nor moved to another host: its time stamp counter is said to be invariant."
            ),
            Var("vpt_align", Integer, "VPT_ALIGN", 1, "1 if periodic timers fire together, which costs fewer interrupts."),
            Var("viridian", Integer, "VIRIDIAN", 0, "1 if the domain is offered the interface that Windows knows from Hyper-V."),
            Var("acpi", Integer, "ACPI", 1, "1 if the domain has ACPI."),
            Var("apic", Integer, "APIC", 1, "1 if the domain has an APIC."),
            Var("vcpus", Integer, "VCPUS", 1, "Number of virtual CPUs. Xen itself gives domains that are not paravirtualized 128 at most."),
            Var("vcpu_avail", Integer, "VCPUS", null, "Without effect: the virtual CPUs that are online at first are vcpus of maxvcpus."),
            Var("vhpt", Integer, "VHPT", 0, "Without effect: size of a table that only IA-64 domains had."),
            Var("cpu_cap", Integer, "CAP", null, "The most CPU time that the domain gets, in percent of one CPU."),
            Var(
                "cpu_weight",
                Integer,
                "WEIGHT",
                null,
                "The domain's share of CPU time against the others' weights (1 to 65535, usually 256)."
            ),
            Var(
                "restart",
                Text,
                "onreboot|always|never",
                null,
                "What holds where on_poweroff, on_reboot and on_crash say nothing: onreboot restarts the domain after a reboot only, "
                    + "always after "
                    + "any end, never after none. Use these three.\nDEPRECATED"
            ),
            Var(
                "on_poweroff",
                Text,
                "destroy|restart|preserve|rename-restart",
                null,
                "What becomes of the domain when it has shut itself down:\n"
                    + "- destroy: it is removed;\n- restart: a new one is started in its place;\n"
                    + "- preserve: it is kept until xm destroy;\n- rename-restart: it is kept under another name, and a new one started.\n"
                    + "Default: destroy."
            ),
            Var("on_reboot", Text, "destroy|restart|preserve|rename-restart", null, "The same, when it reboots itself. Default: restart."),
            Var(
                "on_crash",
                Text,
                "destroy|restart|preserve|rename-restart|coredump-destroy|coredump-restart",
                null,
                "The same, when it has crashed; coredump-destroy and coredump-restart write its memory to a file first. Default: restart."
            ),
            Var("blkif", OptionKind.Boolean, "no|yes", 0, "The domain serves block devices to others."),
            Var("netif", OptionKind.Boolean, "no|yes", 0, "The domain serves network interfaces to others."),
            Var("tpmif", List, "no|yes", 0, "The domain serves TPMs to others."),
        ];

    internal static OptionSpec Var(string name, OptionKind kind, string argument, object? value, string use) =>
        OptionSpec.Variable(name, kind, argument, value, use);
}
