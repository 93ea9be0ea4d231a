namespace Model.Domains;

/// <summary>How a guest is virtualized.</summary>
public enum GuestType
{
    Pv,
    Hvm,
    Pvh,
}
