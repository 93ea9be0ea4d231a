"""What is on this Xen host, section by section, for HostSnapshot.cs. Left out is what changes without anybody's doing.

Read from /proc and /sys where that says it: a process costs more in the emulator than all that it would print.
"""
import glob
import os
import re
import subprocess

# Made by whichever toolstack, or dom0's kernel, is the first to need them, and kept for the next: what counts is what stands below.
SHARED_NODES = re.compile(r'^/(libxl|vm|local/domain/0/error|local/domain/0/(error/)?backend(/(console|vbd|vif|qdisk|qusb|pci|vfb|vkbd|9pfs|vscsi))?) = ""')

# The scripts' lock directory stays for the next script; domid-history is xl's note of ids not to use again soon.
SHARED_FILES = re.compile(
    r"^(/run/xen-hotplug d|/run/xen/domid-history f|/run/xend/(domains|journal|loops) d|/var/lib/xend(/domains)? d)$"
)

# Workers of udev and of systemd's sessions come and go, and so do those of the connection that serves the tests.
SHARED_PROCESSES = re.compile(r"^sshd: |^\(udev-worker\)|udevd$|^\(sd-pam\)|^\[")


def start(*words):
    return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors="replace")


def lines_of(process):
    return process.communicate()[0].splitlines()


def read(path):
    try:
        with open(path, errors="replace") as file:
            return file.read().rstrip("\n")
    except OSError:
        return None


def loop_devices():
    for directory in glob.glob("/sys/block/loop*/loop"):
        file = read(directory + "/backing_file")
        if file is not None:
            yield "/dev/%s %s" % (directory.split("/")[3], file)


def interfaces():
    for name in os.listdir("/sys/class/net"):
        try:
            yield "%s master %s" % (name, os.path.basename(os.readlink("/sys/class/net/%s/master" % name)))
        except OSError:
            yield name


def scsi_targets():
    """What dom0's kernel serves of SCSI devices; the fabric's own directory stays, as its driver does."""
    for kind in ("core/*_*", "core/*_*/*", "xen-pvscsi/naa.*", "xen-pvscsi/naa.*/tpgt_*/lun/lun_*/*"):
        for path in glob.glob("/sys/kernel/config/target/" + kind):
            if os.path.isdir(path):
                yield path


def processes(own):
    for number in filter(str.isdigit, os.listdir("/proc")):
        stat, command = read("/proc/%s/stat" % number), read("/proc/%s/cmdline" % number)
        if stat is None or command is None or int(number) in own:
            continue
        parent = stat.rpartition(")")[2].split()[1]
        arguments = command.rstrip("\0").replace("\0", " ")
        # Kernel threads (children of 2) come and go.
        if arguments and parent != "2" and not SHARED_PROCESSES.search(arguments):
            yield arguments


def files():
    for top in ("/run/xend", "/run/xen", "/run/xen-hotplug", "/var/lib/xend", "/var/lib/xen"):
        if os.path.isdir(top):
            yield top + " d"
        for directory, below, names in os.walk(top):
            for name in below + names:
                path = os.path.join(directory, name)
                yield "%s %s" % (path, kind(path))


def kind(path):
    if os.path.islink(path):
        return "l"
    return "d" if os.path.isdir(path) else "f" if os.path.isfile(path) else "s"


def take():
    asked = {
        "store": start("xenstore-ls", "-fp"),
        "domains": start("xl", "list"),
        "volumes": start("dmsetup", "info", "-c", "--noheadings", "-o", "name,open"),
    }
    own = {os.getpid()} | {process.pid for process in asked.values()}
    sections = {
        "loop devices": list(loop_devices()),
        "interfaces": list(interfaces()),
        "SCSI targets": list(scsi_targets()),
        "mounts": [" ".join(line.split()[:3]) for line in read("/proc/mounts").splitlines()],
        "processes": list(processes(own)),
        "files": [line for line in files() if not SHARED_FILES.match(line)],
    }
    sections["store"] = [line for line in lines_of(asked["store"]) if not SHARED_NODES.match(line)]
    sections["domains"] = [" ".join(line.split()[:2]) for line in lines_of(asked["domains"])[1:]]
    sections["volumes"] = lines_of(asked["volumes"])
    return sections
