namespace Lab.Host;

/// <summary>The emulated host or the way to it failed, or a command in it that had to succeed did not.</summary>
public sealed class LabException(string message) : Exception(message);
