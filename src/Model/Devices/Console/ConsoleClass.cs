namespace Model.Devices;

/// <summary>
/// A console as old xend had them in configurations. Kept as it came: the first is every guest's without one, and those beside it are
/// channels.
/// </summary>
public sealed class ConsoleClass() : KeptClass("console");
