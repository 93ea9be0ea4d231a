using Serilog;

namespace Xend.Hosting;

/// <summary>Gives back what operations left in memory, once none has been under way for a while.</summary>
/// <remarks>
/// The collector itself waits for more allocations, which an idle daemon never makes: after a hundred guests it held a tenth more than
/// after four, of which nothing was in use.
/// </remarks>
public sealed class IdleCollection : IDisposable
{
    /// <summary>A script that makes one guest after another is not interrupted.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(5);

    private readonly ITimer _timer;

    /// <param name="clock">Tells when <see cref="Delay"/> is over.</param>
    /// <param name="collect">What is done then.</param>
    public IdleCollection(TimeProvider clock, Action collect) =>
        _timer = clock.CreateTimer(_ => collect(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>The last operation under way has ended. Any thread may say so.</summary>
    public void Begin() => _timer.Change(Delay, Timeout.InfiniteTimeSpan);

    /// <summary>
    /// Collects all generations and gives the free pages to the kernel: a few milliseconds for a heap of less than 1 MiB.
    /// </summary>
    /// <param name="log">Is told what is in use.</param>
    public static void Collect(ILogger log)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        log.Debug("Idle: {Used} KiB in use after a collection", GC.GetTotalMemory(forceFullCollection: false) / 1024);
    }

    public void Dispose() => _timer.Dispose();
}
