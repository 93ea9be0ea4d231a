namespace Model.Devices;

/// <summary>A virtual network interface.</summary>
/// <param name="Uuid">The device's UUID.</param>
/// <param name="Id">Its index, by which dom0's end is named: 1 for vifD.1.</param>
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
    uint Id,
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
) : DeviceConfig("vif", Uuid, Id)
{
    public override string Backend { get; init; } = Backend;

    /// <summary>
    /// Whether a guest of that type has an emulated card beside the PV interface: an HVM guest, unless it is said to be PV only, or another
    /// domain serves it: the device model is dom0's.
    /// </summary>
    public bool IsEmulatedFor(GuestType type) => type == GuestType.Hvm && !IsOfDriverDomain && Type is ("" or "ioemu" or "vif_ioemu");

    /// <summary>dom0's end of the emulated card.</summary>
    public static string TapName(uint domainId, uint index) => $"vif{domainId}.{index}-emu";
}
