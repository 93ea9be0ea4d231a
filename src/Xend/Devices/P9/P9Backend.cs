namespace Xend.Devices;

/// <summary>Directories of dom0 that guests mount. The guest's device model serves them; it looks for them when it starts.</summary>
public sealed class P9Backend : SimpleBackend<P9Config>
{
    public override string Name => P9Config.ClassName;

    public override IReadOnlyList<string> Directories { get; } = [P9Config.ClassName];

    protected override bool NeedsDeviceModel(P9Config config, GuestType type) => true;

    protected override IDevice Make(P9Config config, DomainConfig domain) => new P9Device(config);
}
