namespace Xend.Devices;

/// <summary>Consoles. The first is every guest's, has no configuration, and its guest's end is where xenconsoled looks for it.</summary>
public sealed class ConsoleBackend() : KeptBackend("console")
{
    public override string FrontendPath(DeviceAddress address) =>
        address.DeviceId == 0 ? $"/local/domain/{address.DomainId}/console" : base.FrontendPath(address);
}
