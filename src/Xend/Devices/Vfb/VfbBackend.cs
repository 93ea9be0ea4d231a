namespace Xend.Devices;

/// <summary>Framebuffers, which the device model serves.</summary>
public sealed class VfbBackend : SimpleBackend<VfbConfig>
{
    public override string Name => "vfb";

    public override IReadOnlyList<string> Directories { get; } = ["vfb"];

    protected override bool NeedsDeviceModel(VfbConfig config, GuestType type) => true;

    /// <summary>An HVM guest has a card of its own.</summary>
    protected override IDevice? Make(VfbConfig config, DomainConfig domain) => domain.Type == GuestType.Hvm ? null : new VfbDevice(config);
}
