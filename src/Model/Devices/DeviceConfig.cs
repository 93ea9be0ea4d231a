namespace Model.Devices;

/// <summary>One <c>(device (CLASS ...))</c> of the configuration.</summary>
/// <param name="Class">The device class: vbd, vif, vfb, console...</param>
/// <param name="Uuid">The device's own UUID, made when the configuration is first read.</param>
public abstract record DeviceConfig(string Class, Guid Uuid);
