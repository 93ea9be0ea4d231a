namespace Xend.Memory;

/// <summary>Memory that nobody else is promised. Disposed of when the pages are the domain's own, or are not needed.</summary>
public sealed class MemoryPromise : IDisposable
{
    private readonly HostMemory _memory;

    internal MemoryPromise(HostMemory memory, PromisedMemory promised)
    {
        _memory = memory;
        Promised = promised;
    }

    /// <summary>Changed under the broker's lock only.</summary>
    internal PromisedMemory Promised { get; set; }

    /// <summary>What dom0 was asked to give for it, in KiB.</summary>
    internal ulong AskedOfDom0Kib { get; set; }

    /// <summary>Pages were taken for the domain that Xen does not count as its own, such as its pool of page tables.</summary>
    public void Spend(ulong kib) => _memory.Spend(this, kib);

    /// <summary>The pages are allocated, or not needed any more.</summary>
    public void Dispose() => _memory.Release(this);

    /// <summary>The operation is undone, and the pages are free again: dom0 may take back what it gave for it.</summary>
    public Task GiveBackAsync() => _memory.GiveBackAsync(this);
}
