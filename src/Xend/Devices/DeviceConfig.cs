using Sxp;
using Xend.Domains;
using Xend.Hypervisor;

namespace Xend.Devices;

/// <summary>One <c>(device (CLASS ...))</c> of the configuration.</summary>
/// <param name="Class">The device class: vbd, vif, vfb, console...</param>
/// <param name="Uuid">The device's own UUID, made when the configuration is first read.</param>
public abstract record DeviceConfig(string Class, Guid Uuid);

/// <summary>A virtual disk.</summary>
/// <param name="Uuid">The device's UUID.</param>
/// <param name="Uname">Where the data is: <c>phy:/dev/vg/lv</c>, <c>file:/path</c>; empty for an empty CD drive.</param>
/// <param name="Name">The name in the guest, without prefix and suffix: xvda, hdc, sda1.</param>
/// <param name="IsCdrom">True for <c>:cdrom</c>.</param>
/// <param name="Mode">r, w or <c>w!</c> (written by several, nobody checks).</param>
/// <param name="Backend">The driver domain, "0" for dom0.</param>
/// <param name="Bootable">True for the first disk.</param>
public sealed record VbdConfig(Guid Uuid, string Uname, string Name, bool IsCdrom, string Mode, string Backend, bool Bootable)
    : DeviceConfig("vbd", Uuid);

/// <summary>A virtual network interface.</summary>
/// <param name="Uuid">The device's UUID.</param>
/// <param name="Mac">The address, lower case with colons.</param>
/// <param name="Bridge">The bridge; empty where the script decides.</param>
/// <param name="Script">Absolute path of the vif script.</param>
/// <param name="ScriptArguments">Words that followed the script's name in the configuration: <c>bridge=xenbr1</c>.</param>
/// <param name="Ip">Addresses for the script's filters and routes, blank separated; may be empty.</param>
/// <param name="Name">The name of dom0's end; empty for vifD.N.</param>
/// <param name="Type">ioemu, netfront or empty.</param>
/// <param name="Model">Model of the emulated NIC; may be empty.</param>
/// <param name="Rate">As stored: <c>bytes,microseconds</c>; empty for unlimited.</param>
/// <param name="Backend">The driver domain, "0" for dom0.</param>
public sealed record VifConfig(
    Guid Uuid,
    string Mac,
    string Bridge,
    string Script,
    string ScriptArguments,
    string Ip,
    string Name,
    string Type,
    string Model,
    string Rate,
    string Backend
) : DeviceConfig("vif", Uuid)
{
    /// <summary>
    /// Whether a guest of that type has an emulated card beside the PV interface: an HVM guest, unless it is said to be PV only.
    /// </summary>
    public bool IsEmulatedFor(GuestType type) => type == GuestType.Hvm && Type is ("" or "ioemu" or "vif_ioemu");

    /// <summary>dom0's end of the emulated card.</summary>
    public static string TapName(uint domainId, uint index) => $"vif{domainId}.{index}-emu";
}

/// <summary>A framebuffer: the display of a PV or PVH guest, or how that of an HVM guest is to be seen.</summary>
/// <param name="Uuid">The device's UUID.</param>
/// <param name="Display">What it says, typed.</param>
/// <param name="Source">The same as it came.</param>
public sealed record VfbConfig(Guid Uuid, DisplayOptions Display, SList Source) : DeviceConfig("vfb", Uuid);

/// <summary>Keyboard and mouse beside a framebuffer.</summary>
public sealed record VkbdConfig(Guid Uuid) : DeviceConfig("vkbd", Uuid);

/// <summary>A device of a class that this version does not connect; kept as it came.</summary>
public sealed record OtherDeviceConfig(string Class, Guid Uuid, SList Source) : DeviceConfig(Class, Uuid);
