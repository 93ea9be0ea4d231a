using Xm.CommandLine;
using static Xm.CommandLine.OptionKind;
using static Xm.Config.Domain.GuestVariables;

namespace Xm.Config.Domain;

/// <summary>
/// Variables that guest files may have although old xm never declared them: they are in no help. What the command line gives of them is a
/// string that the
/// file can read, and goes before what the file says.
/// </summary>
internal static class LaterVariables
{
    public static OptionSpec[] All =>
        [
            Var(
                "maxvcpus",
                Integer,
                "VCPUS",
                null,
                "The most virtual CPUs that the domain may be given later; vcpus of them are online at first. Beside it vcpus is a "
                    + "number from 1 to 62, without quotes."
            ),
            Var("nestedhvm", OptionKind.Boolean, "no|yes", null, "1 if the domain may run virtual machines of its own."),
            Var("xen_extended_power_mgmt", Integer, "0|1|2", null, "Without effect: it belonged to an older hypervisor."),
            Var("type", Text, "pv|pvh|hvm", null, "What kind of domain to build; the successor of builder."),
            Var(
                "bios",
                Text,
                "seabios|rombios|ovmf",
                null,
                "The firmware that a fully virtualized domain starts with; rombios means seabios. Default: seabios."
            ),
            Var(
                "p9",
                List,
                "tag=TAG,path=DIRECTORY,security_model=MODEL",
                null,
                "A directory of dom0 that the domain mounts by its tag: mount -t 9p -o trans=xen TAG /mnt. MODEL is none (the default), "
                    + "passthrough, mapped-xattr or mapped-file. May be repeated."
            ),
            Var(
                "channel",
                List,
                "name=NAME,connection=pty|socket,path=FILE",
                null,
                "A stream of bytes between the domain, where programs find it by NAME, and a terminal (pty) or Unix socket of dom0. May be "
                    + "repeated."
            ),
            Var("hdtype", Text, "ide|ahci", null, "How the disks hda to hdd of a fully virtualized domain are attached. Default: ide."),
            Var(
                "start_order",
                Integer,
                "NUMBER",
                null,
                "Where xend starts the domain among those with on_xend_start = 'start': lower numbers first. At the host's shutdown "
                    + "the reverse. Default: 0."
            ),
            Var("start_delay", Integer, "SECONDS", null, "Seconds that xend waits before it starts the next one. Default: 0."),
            Var(
                "start_wait",
                Text,
                "connected|shutdown-capable",
                null,
                "What of the domain xend waits for before that, 120 seconds at most. Default: nothing."
            ),
        ];
}
