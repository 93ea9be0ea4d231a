using Sxp;

namespace Model.Devices;

/// <summary>A device of a class that this version does not connect; kept as it came.</summary>
public sealed record KeptDeviceConfig(string Class, Guid Uuid, uint Id, SList Source) : DeviceConfig(Class, Uuid, Id);
