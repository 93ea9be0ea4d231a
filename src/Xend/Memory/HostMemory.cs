using Xend.Hypervisor;

namespace Xend.Memory;

/// <summary>Promises of host memory, so that domains created side by side are never promised the same page.</summary>
public sealed class HostMemory(IHypervisor hypervisor, Hosting.CurrentOptions options)
{
    private readonly Lock _lock = new();
    private ulong _promisedKib;

    /// <summary>Promises memory or refuses with the sum. Dispose the promise when the pages are allocated, or not needed.</summary>
    public IDisposable Reserve(string domain, MemoryNeed need)
    {
        lock (_lock)
        {
            var host = hypervisor.GetPhysicalInfo();
            var present = host.FreeMemoryKib + host.ScrubMemoryKib;
            var spokenFor = host.OutstandingMemoryKib + _promisedKib;
            var available = present > spokenFor ? present - spokenFor : 0;
            if (need.TotalKib > available)
            {
                throw TooLittle(domain, need, host, available);
            }
            _promisedKib += need.TotalKib;
            return new Promise(this, need.TotalKib);
        }
    }

    private XendError TooLittle(string domain, MemoryNeed need, PhysicalInfo host, ulong available)
    {
        var promised = host.OutstandingMemoryKib + _promisedKib;
        var sentence = options.Value.Dom0Ballooning
            ? $"Not enough memory is available, and dom0 cannot be shrunk any further.  I need {need.TotalKib} KiB but only have {available}."
            : $"Not enough free memory and enable-dom0-ballooning is False, so I cannot release any more.  I need {need.TotalKib} KiB but only have {available}.";
        var missingMib = (need.TotalKib - available + 1023) / 1024;
        var fits = need.GuestKib / 1024 > missingMib ? need.GuestKib / 1024 - missingMib : 0;
        return new XendError(
            ErrorCode.NoMemory,
            sentence,
            $"""
            needed:    {need.TotalKib,10} KiB = {need.GuestKib} guest {domain} + {need.OverheadKib} overhead
            available: {available,10} KiB = {host.FreeMemoryKib} free + {host.ScrubMemoryKib} being scrubbed - {promised} promised to others
            missing:   {need.TotalKib - available,10} KiB
            """,
            fits > 0
                ? $"memory = {fits} would fit; or free {missingMib} MiB: stop a guest, or shrink dom0 (xl mem-set 0 ...)."
                : $"Free {missingMib} MiB: stop a guest, or shrink dom0 (xl mem-set 0 ...).");
    }

    private void Release(ulong kib)
    {
        lock (_lock)
        {
            _promisedKib -= kib;
        }
    }

    private sealed class Promise(HostMemory memory, ulong kib) : IDisposable
    {
        private int _released;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _released, 1) == 0)
            {
                memory.Release(kib);
            }
        }
    }
}
