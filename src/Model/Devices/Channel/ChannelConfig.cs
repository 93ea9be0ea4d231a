namespace Model.Devices;

/// <summary>A stream of bytes between a guest and dom0: a console beside the first, which the guest's programs find by its name.</summary>
/// <param name="Uuid">The device's own UUID.</param>
/// <param name="Id">Its number among the guest's consoles, of which the first is 0.</param>
/// <param name="Name">org.example.agent.1</param>
/// <param name="SocketPath">Where its device model listens in dom0; null where its end there is a pseudo terminal.</param>
public sealed record ChannelConfig(Guid Uuid, uint Id, string Name, string? SocketPath) : DeviceConfig(ClassName, Uuid, Id)
{
    public const string ClassName = "channel";
}
