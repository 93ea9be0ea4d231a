namespace Model.Devices;

/// <summary>One <c>(device (CLASS ...))</c> of the configuration.</summary>
/// <param name="Class">The name of its <see cref="DeviceClass"/>: vbd, vif, vfb, console...</param>
/// <param name="Uuid">The device's own UUID, made when the configuration is first read.</param>
/// <param name="Id">
/// Its number among the domain's devices of the class, as in xenstore's paths. It stays when a neighbour goes.
/// </param>
public abstract record DeviceConfig(string Class, Guid Uuid, uint Id)
{
    /// <summary>Who serves it, by name, id or UUID: dom0, or a driver domain.</summary>
    public virtual string Backend { get; init; } = DomainZero;

    /// <summary>How dom0 is written where it serves.</summary>
    public const string DomainZero = "0";

    /// <summary>Whether another domain than dom0 serves it, with the drivers and the scripts that are there.</summary>
    public bool IsOfDriverDomain => Backend is not (DomainZero or "Domain-0");
}
