namespace Model.Devices;

/// <summary>A console beside the first, which every guest has without one in its configuration. Kept as it came.</summary>
public sealed class ConsoleClass() : KeptClass("console");
