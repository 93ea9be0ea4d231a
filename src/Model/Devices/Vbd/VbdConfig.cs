namespace Model.Devices;

/// <summary>A virtual disk. Its number follows from its name.</summary>
/// <param name="Uuid">The device's UUID.</param>
/// <param name="Uname">Where the data is, as configured: <c>phy:/dev/vg/lv</c>, <c>file:/path</c>; empty for an empty CD drive.</param>
/// <param name="Name">The name in the guest, without prefix and suffix: xvda, hdc, sda1.</param>
/// <param name="IsCdrom">True for <c>:cdrom</c>.</param>
/// <param name="Mode">r, w or <c>w!</c> (written by several, nobody checks).</param>
/// <param name="Backend">The driver domain, "0" for dom0.</param>
/// <param name="Bootable">True for the first disk.</param>
public sealed record VbdConfig(Guid Uuid, string Uname, string Name, bool IsCdrom, string Mode, string Backend, bool Bootable)
    : DeviceConfig("vbd", Uuid, VirtualDevice.Number(Name))
{
    public override string Backend { get; init; } = Backend;

    /// <summary>Where the data is; null for an empty CD drive.</summary>
    public BlockSource? Source => Uname.Length == 0 ? null : BlockSource.Parse(Uname);

    /// <summary>Whether the guest is not to write.</summary>
    public bool IsReadOnly => Mode == "r";
}
