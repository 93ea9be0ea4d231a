namespace Lab.Guests;

/// <summary>
/// The iSCSI target of dom0's kernel, and Debian's open-iscsi as the initiator with which block-iscsi connects it. Shell lines.
/// </summary>
/// <remarks>
/// block-iscsi takes LUN 0 for the disk. Of tgt, the target in user space, that is always its controller: the script would wait for ever.
/// </remarks>
internal static class IscsiTarget
{
    public const string Iqn = "iqn.2000-01.lab.dom0:stored";

    public const string Portal = "127.0.0.1:3260";

    private const string Root = "/sys/kernel/config/target";

    private const string Storage = $"{Root}/core/fileio_0/stored";

    private const string Target = $"{Root}/iscsi/{Iqn}";

    private const string Group = $"{Target}/tpgt_1";

    /// <summary>Whoever comes from this host may write to it.</summary>
    public static string Start(string file) =>
        $"""
            modprobe -a configfs iscsi_tcp sd_mod target_core_mod target_core_file iscsi_target_mod
            mountpoint -q /sys/kernel/config || mount -t configfs none /sys/kernel/config
            mkdir -p {Storage}
            echo fd_dev_name={file},fd_dev_size={DiskKind.Bytes} >{Storage}/control
            echo 1 >{Storage}/enable
            mkdir -p {Group}/lun/lun_0 {Group}/np/{Portal}
            ln -s {Storage} {Group}/lun/lun_0/stored
            echo 0 >{Group}/attrib/authentication
            echo 1 >{Group}/attrib/generate_node_acls
            echo 0 >{Group}/attrib/demo_mode_write_protect
            echo 1 >{Group}/enable
            iscsid
            """;

    public const string Stop = $"""
        iscsiadm -m node -T {Iqn} -o delete
        kill $(pgrep -x iscsid)
        while pgrep -x iscsid >/dev/null; do sleep 0.1; done
        echo 0 >{Group}/enable
        rm {Group}/lun/lun_0/stored
        rmdir {Group}/lun/lun_0 {Group}/np/{Portal} {Group} {Target} {Root}/iscsi {Storage} {Root}/core/fileio_0
        umount /sys/kernel/config
        """;
}
