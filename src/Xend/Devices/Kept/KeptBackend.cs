namespace Xend.Devices;

/// <summary>
/// A class that this version does not connect. What other toolstacks connected of it is taken away as far as xenstore goes.
/// </summary>
public class KeptBackend(string name) : SimpleBackend<KeptDeviceConfig>
{
    public override string Name => name;

    public override IReadOnlyList<string> Directories { get; } = [name];

    protected override bool NeedsDeviceModel(KeptDeviceConfig config, GuestType type) => false;

    protected override IDevice Make(KeptDeviceConfig config, DomainConfig domain) => throw KeptClass.Unconnectable(domain.Name, name);
}
