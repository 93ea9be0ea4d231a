namespace Model.Devices;

/// <summary>Keyboard and mouse beside a framebuffer.</summary>
public sealed record VkbdConfig(Guid Uuid, uint Id) : DeviceConfig("vkbd", Uuid, Id);
