namespace Model.Devices;

/// <summary>A virtual TPM, which a domain of its own serves.</summary>
/// <param name="Uuid">By which that domain knows it.</param>
/// <param name="Id">Its number.</param>
/// <param name="PreferredInstance">Of the manager that dom0 had in old xend's times; null where none is named.</param>
public sealed record VtpmConfig(Guid Uuid, uint Id, uint? PreferredInstance) : DeviceConfig(ClassName, Uuid, Id)
{
    public const string ClassName = "vtpm";
}
