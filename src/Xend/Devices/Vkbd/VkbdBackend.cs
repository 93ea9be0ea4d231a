namespace Xend.Devices;

/// <summary>Keyboards, which the device model serves beside a framebuffer.</summary>
public sealed class VkbdBackend : SimpleBackend<VkbdConfig>
{
    public override string Name => "vkbd";

    public override IReadOnlyList<string> Directories { get; } = ["vkbd"];

    protected override bool NeedsDeviceModel(VkbdConfig config, GuestType type) => false;

    /// <summary>An HVM guest has a keyboard of its own.</summary>
    protected override IDevice? Make(VkbdConfig config, DomainConfig domain) =>
        domain.Type == GuestType.Hvm ? null : new VkbdDevice(config);
}
