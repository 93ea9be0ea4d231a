namespace Xend.Hypervisor;

/// <summary>Writes a domain's memory to a file. It takes long, and libxc may end the process in which it does: not ours.</summary>
public interface ICoreDumper
{
    /// <summary>Returns when the file is complete. Until then it has the suffix <c>-incomplete</c>.</summary>
    /// <exception cref="XendError">Why there is none: too little room, or what libxc says.</exception>
    Task DumpAsync(CoreDumpRequest request, CancellationToken cancellation);
}

/// <param name="DomainId">The domain; it does not run.</param>
/// <param name="Path">The file.</param>
/// <param name="MemoryKib">Its memory, which is about what the file takes.</param>
public sealed record CoreDumpRequest(uint DomainId, string Path, ulong MemoryKib);
