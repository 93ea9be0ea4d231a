"""What xm 4.1 made of a line of a guest file's list of devices, written down once more, from the grammars alone.

stdin has a JSON list of [variable, line]; stdout gets a list with, for each, either ["sxp", value] with the s-expression as nested lists
of strings, or ["error", sentence]; the sentence is null where old xm's own was one of Python's.
"""

import json
import re
import sys


class Refused(Exception):
    def __init__(self, sentence=None):
        self.sentence = sentence


# --- The order of Python 2's dictionaries, by which old xm printed -------------------------------------------------------------------

MASK = (1 << 64) - 1


def text_hash(text):
    """Python 2's strings were bytes."""
    letters = text.encode()
    if not letters:
        return 0
    value = (letters[0] << 7) & MASK
    for letter in letters:
        value = ((1000003 * value) & MASK) ^ letter
    return value ^ len(letters)


def dictionary_order(keys):
    """The keys as a dictionary lists them into which they were put one by one."""
    table = [None] * 8

    def put(key):
        hash_value = text_hash(key)
        at, shift = hash_value, hash_value
        while table[at % len(table)] not in (None, key):
            at = at * 5 + shift + 1
            shift >>= 5
        fresh = table[at % len(table)] is None
        table[at % len(table)] = key
        return fresh

    used = 0
    for key in keys:
        used += put(key)
        if used * 3 >= len(table) * 2:
            old = [key for key in table if key is not None]
            size = 8
            while size <= used * 4:
                size *= 2
            table[:] = [None] * size
            for each in old:
                put(each)
    return [key for key in table if key is not None]


# --- key=value, key=value ------------------------------------------------------------------------------------------------------------

BLANKS = " \t\n\r\v\f"


def pairs(line):
    """The pairs, and the keys as they came."""
    values, came = {}, []
    if not line.strip(BLANKS):
        return values, came
    for part in line.strip(BLANKS).split(","):
        key, equals, value = part.partition("=")
        if not equals:
            raise Refused(part + " should be a pair, separated by an equals sign.")
        values[key.strip(BLANKS)] = value.strip(BLANKS)
        came.append(key.strip(BLANKS))
    return values, came


KEYS = {
    "vif": "backend bridge ip mac script type vifname rate model accel policy label",
    "vif2": "front_mac back_mac backend trusted back_trusted front_filter_mac filter_mac bridge pdev max_bypasses",
    "vfb": "vnclisten vncunused vncdisplay display videoram xauthority sdl vnc vncpasswd opengl keymap serial monitor",
}


def interface(kind, line):
    values, came = pairs(line)
    result = [kind]
    for key in dictionary_order(came):
        if key not in KEYS[kind].split():
            raise Refused(f"Invalid {kind} option: {key}")
        result.append([key, values[key]])
    return result


def framebuffer(line):
    values, came = pairs(line)
    if "type" in values:
        came.append(values["type"])
        values[values["type"]] = "1"
        del values["type"]
    result = ["vfb"]
    for key in dictionary_order(came):
        if key not in values:
            continue
        if key not in KEYS["vfb"].split():
            raise Refused(f"configuration option {key} unknown to vfbs")
        result.append([key, values[key]])
    if "xauthority" not in values:
        result.append(["xauthority", "/root/.Xauthority"])
    return [["vkbd"], result]


# --- Numbers as Python 2's int() read them -------------------------------------------------------------------------------------------


def whole(text, sentence=None):
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        raise Refused(sentence)
    return int(text)


# --- The rest, one function a variable -----------------------------------------------------------------------------------------------


def disk(line):
    fields = line.split(",")
    if not 3 <= len(fields) <= 5:
        raise Refused("Invalid disk specifier: " + line)
    uname = fields[0]
    kind = "tap2" if uname.startswith("tap2:") else "tap" if uname.startswith("tap:") else "vbd"
    result = [kind, ["uname", uname], ["dev", fields[1]], ["mode", fields[2]]]
    for name, value in zip(["backend", "protocol"], fields[3:]):
        if value:
            result.append([name, value])
    return [result]


def usb(line):
    values, _ = pairs(line)
    version = whole(values.get("usbver", "2"))
    if version not in (1, 2):
        raise Refused("Invalid vusb option: usbver")
    ports = values.get("numports", "8")
    if not 1 <= whole(ports) <= 16:
        raise Refused("Invalid vusb option: numports")
    numbers = range(1, whole(ports) + 1)
    return [["vusb", ["usb-ver", str(version)], ["num-ports", ports], ["port", *([str(n), values.get(f"port_{n}", "")] for n in numbers)]]]


def tpm(line):
    values = {}
    for part in line.split(","):
        key, equals, value = part.partition("=")
        if not equals or key.strip(BLANKS) not in ("backend", "instance", "uuid"):
            raise Refused("Invalid vtpm specifier: " + line if equals else None)
        values[key.strip(BLANKS)] = value.strip(BLANKS)
    result = ["vtpm"]
    if "instance" in values:
        instance = values["instance"]
        if instance == "VTPMD":
            instance = "0"
        elif whole(instance, "Vm config error: could not parse instance number.") == 0:
            raise Refused("VM config error: vTPM instance must not be 0.")
        result.append(["pref_instance", instance])
    return [result + [[name, values[name]] for name in ("backend", "uuid") if values.get(name)]]


def ports(line):
    ends = line.split("-")
    if len(ends) > 2:
        raise Refused("Invalid i/o port range specifier: " + line)
    return [["ioports", ["from", "0x" + ends[0]], ["to", "0x" + ends[-1]]]]


def label(line):
    found = re.match(r"policy=(.*),label=(.*)", line, re.S)
    if not found:
        raise Refused("Invalid access_control specifier: " + line)
    return [["access_control", ["policy", found[1]], ["label", found[2]]]]


def function(text, line):
    sides = text.split("=")
    if len(sides) > 2:
        raise Refused("Invalid function: " + text)
    for side, what in zip(sides, ("physical", "virtual")):
        if not side.isdigit():
            raise Refused()
        if int(side, 16) > 7:
            raise Refused(f"Invalid {what} function in: {text}")
    return int(sides[0]), int(sides[-1]), len(sides) == 2


def upwards_or_downwards(a, b):
    return list(range(a, b + 1)) if a <= b else list(range(a, b - 1, -1))


def functions(text, line):
    found = []
    for part in text.split(","):
        ends = [function(end, line) for end in part.split("-")]
        if len(ends) == 1:
            found += ends
        elif len(ends) == 2:
            hosts, guests = (upwards_or_downwards(ends[0][side], ends[1][side]) for side in (0, 1))
            if len(hosts) != len(guests):
                raise Refused("Invalid range in: " + part)
            found += [(host, guest, True) for host, guest in zip(hosts, guests)]
        else:
            # Old xm dropped such a part without a word; docs/compatibility.md says that it is refused.
            raise Refused("Failed to parse pci device: " + line)
    if len({f[0] for f in found}) < len(found) or len({f[1] for f in found}) < len(found):
        raise Refused("Duplicate functions: " + line)
    if all(guest for _, guest, _ in found):
        loose = sorted(f[1] for f in found if not f[2])
        if not loose:
            raise Refused("Virtual device does not include virtual function 0: " + line)
        found = [(host, 0 if not fixed and guest == loose[0] else guest, fixed) for host, guest, fixed in found]
    return sorted(((host, guest) for host, guest, _ in found), key=lambda f: -f[1])


HEX = "[0-9a-fA-F]"
PCI = re.compile(
    rf"(?:({HEX}{{1,4}})[:,])?({HEX}{{1,2}})[:,]({HEX}{{1,2}})[.,](\*|[0-7](?:[,-=][0-7])*)(?:@([01]?{HEX}))?(?:,(.*))?"
)


def pci(line):
    found = PCI.fullmatch(line)
    if not found:
        raise Refused("Failed to parse pci device: " + line)
    domain, bus, slot = (int(found[i] or "0", 16) for i in (1, 2, 3))
    options = []
    for option in (found[6] or "").split(","):
        if not option:
            continue
        parts = option.split("=")
        if len(parts) != 2:
            raise Refused()
        if parts[0] not in ("msitranslate", "power_mgmt") or parts[1].lower() not in ("0", "1", "yes", "no"):
            raise Refused(f"Invalid pci option {parts[0]}={parts[1]}: ")
        options.append(["opts", parts])
    if found[4] == "*":
        # The host of the test has two functions of one device and a lone one of another.
        there = {(0, 7, 0): [0, 1], (0, 8, 1): [2]}.get((domain, bus, slot))
        if not there:
            raise Refused()
        chosen = functions(",".join(map(str, there)), line)
    else:
        chosen = functions(found[4], line)
    result = ["pci"]
    for host, guest in chosen:
        place = (int(found[5], 16) << 3 if found[5] else 0x100) | guest
        result.append(
            ["dev", ["slot", f"0x{slot:02x}"], ["domain", f"0x{domain:04x}"], ["key", line.split(",")[0]], ["bus", f"0x{bus:02x}"],
             ["vdevfn", f"0x{place:02x}"], ["func", f"0x{host:x}"], *options]
        )
    return [result]


SCSI = {"0:0:0:0": ("sda", "sg0"), "0:0:1:0": ("st0", "sg1"), "2:0:0:0": ("sdb", "sg2")}


def scsi(line):
    fields = [field.strip(BLANKS) for field in line.split(",")]
    if len(fields) not in (2, 3):
        raise Refused(f'vscsi syntax error "{line}"')
    device, inside, backend = fields[0], fields[1], fields[2] if len(fields) == 3 else ""
    if inside != "host" and not re.fullmatch(r"\d{1,5}(:\d{1,5}){3}", inside):
        raise Refused(f'vscsi syntax error "{inside}"' if len(fields) == 2 and inside.count(":") != 3 else None)
    name = re.sub(r"^/dev/(sd[a-z]+)\d*$", r"\1", device)
    name = name[5:] if name.startswith("/dev/") else name
    address = next((a for a, names in SCSI.items() if device == a or name in names), None)
    if address is None:
        raise Refused(f'Cannot find device "{device}"')
    adapter = address.split(":")[0]
    given = [(a, a) for a in SCSI if a.split(":")[0] == adapter] if inside == "host" else [(address, inside)]
    number = str(int(given[0][1].split(":")[0]))
    result = ["vscsi", ["feature-host", "1" if inside == "host" else "0"]]
    for physical, virtual in given:
        result.append(
            ["dev", ["state", "1"], ["devid", number], ["p-dev", physical], ["p-devname", SCSI[physical][0]], ["v-dev", virtual]]
        )
    return [result + ([["backend", backend]] if backend else [])]


def cpuid(line):
    head, colon, rest = line.partition(":")
    number = r"(0x[0-9A-Fa-f]{1,8}|\d{1,10})"
    # Old xm passed over a line without a leaf, and took hexadecimal digits without 0x for decimal; both are refused.
    if not colon or not re.fullmatch(number + "(," + number + ")?", head):
        raise Refused()
    for part in head.split(","):
        if not part.startswith("0x") and (len(part) == 8 or int(part) > 0xFFFFFFFF):
            raise Refused()
    registers = {}
    for text in rest.split(","):
        found = re.match("(eax|ebx|ecx|edx)=(.*)", text)
        if not found:
            raise Refused("cpuid's syntax is (eax|ebx|ecx|edx)=value")
        if not found[2].startswith("0x") and len(found[2]) != 32:
            raise Refused(f"cpuid: We should specify all the bits of the register {found[1]} for input {head}\n")
        if not re.fullmatch("[01xks]{32}|0x[0-9A-Fa-f]{1,8}|0x0*[0-9A-Fa-f]{8}", found[2]):
            raise Refused()
        registers[found[1]] = found[2]
    return [[head, *[list(pair) for pair in registers.items()]]]


# --- xl's disks: the scanner's rules, of which the longest match counts, and the first of several ---------------------------------------


class Disk:
    def __init__(self):
        self.target = self.vdev = self.script = self.backend = None
        self.format = self.access = None
        self.cdrom = self.prefixed = self.accessed = False

    def once(self, name, value):
        if getattr(self, name):
            raise Refused()
        setattr(self, name, value)

    def set_format(self, text):
        text = text or "raw"
        # qed is xl's too; xend has no way to serve it.
        if text not in ("raw", "qcow", "qcow2", "vhd", "empty") or self.format not in (None, text):
            raise Refused()
        self.format = text

    def set_access(self, text):
        if text not in ("r", "ro", "w", "rw", ""):
            raise Refused()
        self.access = text

    def set_device(self, text):
        device, colon, kind = text.rpartition(":")
        if colon and kind not in ("cdrom", "disk"):
            raise Refused()
        if colon:
            self.cdrom = kind == "cdrom"
        self.once("vdev", device if colon else text)

    def positional(self, text):
        if self.target is None:
            self.target = text
        elif not self.prefixed and self.format is None:
            if self.target == "" and ":" in text:
                self.set_device(text)
                self.format = "empty"
            else:
                self.set_format(text)
        elif self.vdev is None:
            self.set_device(text)
        elif not self.accessed:
            self.accessed = True
            self.set_access(text)
        else:
            raise Refused()

    def prefix(self, word):
        self.prefixed = True
        if word in ("raw", "qcow", "qcow2", "vhd"):
            self.set_format(word)
        elif word in ("iscsi", "nbd", "enbd", "drbd"):
            self.once("script", "block-" + word)


def refuse(disk, value):
    raise Refused()


def cdrom(value):
    return lambda disk, _: setattr(disk, "cdrom", value)


def nothing(disk, value):
    pass


# Pattern, what follows it without being taken, and what it does with the first group.
RULES = [
    (r"[ \t\n]+", r"(?:[^ \t\n].*)?", nothing),
    (r"format=([^,]*),?", "", Disk.set_format),
    (r"cdrom,?", "", cdrom(True)),
    (r"devtype=cdrom,?", "", cdrom(True)),
    (r"devtype=disk,?", "", cdrom(False)),
    (r"devtype=[^,]*,?", "", refuse),
    (r"access=([^,]*),?", "", Disk.set_access),
    (r"backend=([^,]*),?", "", lambda disk, value: disk.once("backend", value)),
    (r"vdev=([^,]*),?", "", lambda disk, value: disk.once("vdev", value)),
    (r"script=([^,]*),?", "", lambda disk, value: disk.once("script", value)),
    (r"(?:direct-io-safe|discard|no-discard|no-colo|trusted|untrusted),?", "", nothing),
    (r"colo,?", "", refuse),
    (r"target=(.*)", "", lambda disk, value: disk.once("target", value[:-1] if value.endswith(",") else value)),
    (r"[a-z][-a-z0-9]*=[^,],?", "", refuse),
    (r"(raw|qcow2?|vhd|iscsi|e?nbd|drbd|tapdisk|tap2?|aio|ioemu|file|phy):", ".*", Disk.prefix),
    (r"[a-z][a-z0-9]*:", "(?:[^a-z0-9].*)?", refuse),
    (r"([^=,]*),|([^=,]+),?", "", Disk.positional),
    (r".", "", refuse),
]
RULES = [(re.compile(f"({pattern})(?:{context})"), action) for pattern, context, action in RULES]


def xl_disk(line):
    disk = Disk()
    while line:
        matches = [(match, action) for rule, action in RULES if (match := rule.match(line))]
        match, action = max(matches, key=lambda each: each[0].end())
        action(disk, next((group for group in match.groups()[1:] if group is not None), ""))
        line = line[match.end(1):]
    if not disk.vdev:
        raise Refused()
    target = disk.target or ""
    if disk.script:
        if "/" in disk.script or not disk.script.startswith("block-"):
            raise Refused()
        uname = disk.script[6:] + ":" + target
    elif not target or (disk.cdrom and disk.format == "empty"):
        if not disk.cdrom:
            raise Refused()
        uname = ""
    elif disk.format in (None, "raw"):
        uname = ("file:" if target.startswith("/") and not target.startswith("/dev/") else "phy:") + target
    elif disk.format == "empty":
        raise Refused()
    else:
        uname = f"tap:{disk.format}:{target}"
    if "," in uname:
        raise Refused()
    mode = "r" if disk.cdrom or disk.access in ("r", "ro") else "w"
    return [f"{uname},{disk.vdev}{':cdrom' if disk.cdrom else ''},{mode}{',' + disk.backend if disk.backend else ''}"]


GRAMMARS = {
    "disk of xl": xl_disk,
    "disk": disk,
    "vif": lambda line: [interface("vif", line)],
    "vif2": lambda line: [interface("vif2", line)],
    "vfb": framebuffer,
    "pci": pci,
    "vscsi": scsi,
    "vusb": usb,
    "vtpm": tpm,
    "ioports": ports,
    "cpuid": cpuid,
    "access_control": label,
}


def answer(variable, line):
    try:
        return ["sxp", GRAMMARS[variable](line)]
    except Refused as refusal:
        return ["error", refusal.sentence]


if __name__ == "__main__":
    print(json.dumps([answer(*each) for each in json.load(sys.stdin)]))
