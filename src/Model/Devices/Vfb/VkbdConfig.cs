namespace Model.Devices;

/// <summary>Keyboard and mouse beside a framebuffer.</summary>
public sealed record VkbdConfig(Guid Uuid) : DeviceConfig("vkbd", Uuid);
