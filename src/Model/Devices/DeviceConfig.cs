namespace Model.Devices;

/// <summary>One <c>(device (CLASS ...))</c> of the configuration.</summary>
/// <param name="Class">The name of its <see cref="DeviceClass"/>: vbd, vif, vfb, console...</param>
/// <param name="Uuid">The device's own UUID, made when the configuration is first read.</param>
/// <param name="Id">
/// Its number among the domain's devices of the class, as in xenstore's paths. It stays when a neighbour goes.
/// </param>
public abstract record DeviceConfig(string Class, Guid Uuid, uint Id);
