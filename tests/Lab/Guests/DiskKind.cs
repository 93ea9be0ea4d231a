namespace Lab.Guests;

/// <summary>One kind of disk that a guest file may name, and how dom0 makes it, reads it and takes it away. Shell lines.</summary>
/// <param name="Name">The kind, and of what its files are called.</param>
/// <param name="Uname">As in a guest file.</param>
/// <param name="Make">Makes <see cref="Bytes"/> of it, or more.</param>
/// <param name="Read">Writes its first <see cref="Bytes"/> to stdout while no guest has it.</param>
/// <param name="Remove">Leaves nothing of it.</param>
internal sealed record DiskKind(string Name, string Uname, string Make, string Read, string Remove)
{
    /// <summary>What is written to each and read back.</summary>
    public const int Bytes = 4 << 20;

    /// <summary>qemu's name of the format of an image, which a device model may have been built without; null for any other disk.</summary>
    public string? Format { get; init; }

    /// <summary>Another spelling of the same disk; null where there is none.</summary>
    public string? Synonym { get; init; }

    private const string Images = "/mnt/xen/images";

    public static DiskKind Volume { get; } =
        new(
            "volume",
            "phy:/dev/vg01/stored",
            $"lvcreate -q -y -Wn -Zn -n stored -L {Bytes}b vg01",
            // Dom0 may have pages of it from before the guest wrote.
            $"dd if=/dev/vg01/stored iflag=direct bs=1M count={Bytes >> 20} status=none",
            "lvremove -q -y vg01/stored"
        )
        {
            Synonym = "phy:vg01/stored",
        };

    public static DiskKind File { get; } = Raw("file", "file:");

    public static DiskKind TapAio { get; } = Raw("aio", "tap:aio:", "tap2:tapdisk:aio:");

    public static DiskKind TapRaw { get; } = Raw("raw", "tap:raw:", "tap2:sync:");

    public static DiskKind Qcow2 { get; } = Image("qcow2", "qcow2");

    public static DiskKind Vhd { get; } = Image("vhd", "vpc");

    public static DiskKind Vmdk { get; } = Image("vmdk", "vmdk");

    public static DiskKind Vdi { get; } = Image("vdi", "vdi");

    /// <summary>By the stock script block-nbd.</summary>
    public static DiskKind Nbd { get; } = Served("nbd", $"nbd:127.0.0.1 {NbdServer.Port}", NbdServer.Start, NbdServer.Stop);

    /// <summary>By the stock script block-iscsi.</summary>
    public static DiskKind Iscsi { get; } =
        Served("iscsi", $"iscsi:iqn={IscsiTarget.Iqn},portal={IscsiTarget.Portal}", IscsiTarget.Start, IscsiTarget.Stop) with
        {
            Synonym = $"iscsi:portal={IscsiTarget.Portal} iqn={IscsiTarget.Iqn}",
        };

    /// <summary>By a script of the administrator's own, which is told the file and later the device that it made.</summary>
    public static DiskKind OwnScript { get; } =
        Served(
            "lab",
            $"lab:{Images}/stored-lab.img",
            _ =>
                """
                    cat >/etc/xen/scripts/block-lab <<'SCRIPT' && chmod 755 /etc/xen/scripts/block-lab
                    #!/bin/bash
                    . "$(dirname "$0")/block-common.sh"
                    case "$command" in
                      add)    device=$(losetup -f --show "$2") && write_dev "$device" ;;
                      remove) losetup -d "$2" ;;
                    esac
                    SCRIPT
                    """,
            "rm /etc/xen/scripts/block-lab"
        );

    /// <summary>All that there are.</summary>
    public static IReadOnlyList<DiskKind> All { get; } = [Volume, File, TapAio, TapRaw, Qcow2, Vhd, Vmdk, Vdi, Nbd, Iscsi, OwnScript];

    public override string ToString() => Name;

    private static string PathOf(string name) => $"{Images}/stored-{name}.img";

    private static DiskKind Raw(string name, string prefix, string? synonym = null) =>
        new(name, prefix + PathOf(name), $"truncate -s {Bytes} {PathOf(name)}", $"head -c {Bytes} {PathOf(name)}", $"rm {PathOf(name)}")
        {
            Synonym = synonym is null ? null : synonym + PathOf(name),
        };

    /// <param name="name">Behind tap:.</param>
    /// <param name="format">qemu's name of it.</param>
    private static DiskKind Image(string name, string format)
    {
        const string Copy = "/run/stored-copy";
        var path = PathOf(name);
        return new DiskKind(
            name,
            $"tap:{name}:{path}",
            $"qemu-img create -q -f {format} {path} {Bytes}",
            $"qemu-img convert -f {format} -O raw {path} {Copy} && head -c {Bytes} {Copy} && rm {Copy}",
            $"rm {path}"
        )
        {
            Format = format,
            Synonym = $"tap2:tapdisk:{name}:{path}",
        };
    }

    /// <param name="name">The kind.</param>
    /// <param name="uname">What its script is told.</param>
    /// <param name="start">Serves that file.</param>
    /// <param name="stop">No longer.</param>
    private static DiskKind Served(string name, string uname, Func<string, string> start, string stop)
    {
        var raw = Raw(name, "");
        return raw with { Uname = uname, Make = $"{raw.Make}\n{start(PathOf(name))}", Remove = $"{stop}\n{raw.Remove}" };
    }
}
