namespace Model.Domains;

/// <summary>A process and the moment of its start, in the kernel's ticks since boot: together they never mean another.</summary>
public sealed record DeviceModelProcess(int Id, ulong StartTicks);
