using System.Collections.Concurrent;
using Xend.Hypervisor;

namespace Simulation.Xen;

/// <summary>Remembers the cores that it was to write.</summary>
public sealed class SimulatedDumper : ICoreDumper
{
    public ConcurrentQueue<CoreDumpRequest> Dumps { get; } = [];

    /// <summary>Called before each.</summary>
    public Action? BeforeDump { get; set; }

    /// <summary>Thrown instead of a dump.</summary>
    public Exception? Failure { get; set; }

    public Task DumpAsync(CoreDumpRequest request, CancellationToken cancellation)
    {
        BeforeDump?.Invoke();
        if (Failure is not null)
        {
            throw Failure;
        }
        Dumps.Enqueue(request);
        return Task.CompletedTask;
    }
}
