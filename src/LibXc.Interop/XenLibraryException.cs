namespace LibXc.Interop;

/// <summary>Xen's libraries are missing, or are not the ones that this host needs. The message says which, and what to install.</summary>
public sealed class XenLibraryException(string message) : Exception(message);
