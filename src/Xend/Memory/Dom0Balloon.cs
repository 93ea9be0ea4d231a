using System.Globalization;
using XenStore;

namespace Xend.Memory;

/// <summary>Tells dom0's balloon driver where to go. The kernel follows the node by itself, and takes its time.</summary>
internal sealed class Dom0Balloon(HostServices host)
{
    /// <summary>libxl's LIBXL_MIN_DOM0_MEM: below that dom0 does not live.</summary>
    public const ulong LeastKib = 128 * 1024;

    private const string Target = "/local/domain/0/memory/target";

    private readonly SemaphoreSlim _turn = new(1, 1);
    private ulong _target;
    private ulong _growingTo;
    private ProgressWait _growth = new(host.Clock, host.Options.Dom0BalloonTimeout);

    /// <summary>What it was last told, in KiB; 0 where it was told nothing.</summary>
    public ulong TargetKib => Volatile.Read(ref _target);

    /// <summary>
    /// What it is growing to, in KiB, so that the pages are spoken for; 0 where it does not grow, or no longer. Called under the broker's
    /// lock.
    /// </summary>
    /// <param name="stands">What it has, in KiB.</param>
    public ulong GrowingToKib(ulong stands)
    {
        var goal = Volatile.Read(ref _growingTo);
        if (goal != 0 && (stands >= goal || !_growth.Continues((long)stands)))
        {
            Interlocked.CompareExchange(ref _growingTo, 0, goal);
            return 0;
        }
        return goal;
    }

    /// <summary>Lowers the target. Returns by how much in KiB; 0 where it is that low already.</summary>
    public Task<ulong> LowerAsync(ulong goalKib, CancellationToken cancellation) =>
        ChangeAsync(current => Math.Min(current, goalKib), cancellation);

    /// <summary>Lets dom0 take back what it gave.</summary>
    public Task<ulong> RaiseAsync(ulong byKib, CancellationToken cancellation) => ChangeAsync(current => current + byKib, cancellation);

    public Task<ulong> SetAsync(ulong kib, CancellationToken cancellation) => ChangeAsync(_ => kib, cancellation);

    private async Task<ulong> ChangeAsync(Func<ulong, ulong> change, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // Another toolstack may have set it since.
            var written = await host.Store.ReadAsync(Target, cancellation).ConfigureAwait(false);
            var stands = host.Hypervisor.FindDomain(0)?.CurrentMemoryKib ?? 0;
            var current = ulong.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var kib) ? kib : stands;
            var wanted = change(current);
            if (wanted == current)
            {
                return 0;
            }
            var (target, growth, growingTo) = (_target, _growth, Volatile.Read(ref _growingTo));
            _growth = new ProgressWait(host.Clock, host.Options.Dom0BalloonTimeout);
            Volatile.Write(ref _growingTo, wanted > stands ? wanted : 0);
            Volatile.Write(ref _target, wanted);
            try
            {
                // Not to be given up: a request that was sent may be carried out, and what dom0 was told has to be known.
                await host
                    .Store.WriteAsync(Target, wanted.ToString(CultureInfo.InvariantCulture), CancellationToken.None)
                    .ConfigureAwait(false);
            }
            catch (XenStoreException)
            {
                // Refused. Where only the answer was lost, it may have been told.
                _growth = growth;
                Volatile.Write(ref _growingTo, growingTo);
                Volatile.Write(ref _target, target);
                throw;
            }
            return current > wanted ? current - wanted : 0;
        }
        finally
        {
            _turn.Release();
        }
    }
}
