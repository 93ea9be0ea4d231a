using Sxp;

namespace Model.Devices;

/// <summary>A framebuffer: the display of a PV or PVH guest, or how that of an HVM guest is to be seen.</summary>
/// <param name="Uuid">The device's UUID.</param>
/// <param name="Id">Its number, 0 for the first.</param>
/// <param name="Display">What it says, typed.</param>
/// <param name="Source">The same as it came.</param>
public sealed record VfbConfig(Guid Uuid, uint Id, DisplayOptions Display, SList Source) : DeviceConfig("vfb", Uuid, Id);
