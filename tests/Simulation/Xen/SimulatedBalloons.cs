using System.Collections.Concurrent;
using System.Globalization;
using XenStore;

namespace Simulation.Xen;

/// <summary>The balloon drivers in the kernels of dom0 and of the guests: they follow their domain's memory/target, in steps.</summary>
public sealed class SimulatedBalloons(IXenStore store, SimulatedHypervisor hypervisor) : IAsyncDisposable
{
    private const string Root = "/local/domain";

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<uint, Task> _moving = new();
    private Task _loop = Task.CompletedTask;

    /// <summary>How long a step takes.</summary>
    public TimeSpan StepTime { get; set; } = TimeSpan.Zero;

    /// <summary>How much a driver moves in a step.</summary>
    public ulong StepKib { get; set; } = 16 * 1024;

    /// <summary>dom0's kernel needs that much and gives nothing below it, whatever it is told.</summary>
    public ulong Dom0NeedsKib { get; set; }

    /// <summary>Guests without a driver.</summary>
    public ConcurrentDictionary<uint, byte> Deaf { get; } = new();

    public async Task StartAsync()
    {
        var watch = await store.WatchAsync(Root);
        _loop = RunAsync(watch);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        await Task.WhenAll(_moving.Values);
        _stop.Dispose();
    }

    private async Task RunAsync(IXenStoreWatch watch)
    {
        try
        {
            await foreach (var path in watch.ReadAllAsync(_stop.Token))
            {
                if (
                    path.Split('/') is ["", "local", "domain", var domain, "memory", "target"]
                    && uint.TryParse(domain, out var id)
                    && !Deaf.ContainsKey(id)
                    && (!_moving.TryGetValue(id, out var moving) || moving.IsCompleted)
                )
                {
                    foreach (var (still, _) in _moving.Where(other => other.Value.IsCompleted))
                    {
                        _moving.TryRemove(still, out var _);
                    }
                    _moving[id] = MoveAsync(id);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
        catch (XenStoreConnectionException)
        {
            // The store was taken away by a test.
        }
    }

    private async Task MoveAsync(uint id)
    {
        try
        {
            while (hypervisor.FindDomain(id) is { } info && await TargetAsync(id) is { } target && target != info.CurrentMemoryKib)
            {
                // A guest that was built but never ran has no driver yet.
                if (id != 0 && info.Paused)
                {
                    return;
                }
                var current = info.CurrentMemoryKib;
                var next = target < current ? Math.Max(target, current - Math.Min(StepKib, current)) : Math.Min(target, current + StepKib);
                next = id == 0 && next < current ? Math.Min(current, Math.Max(next, Dom0NeedsKib)) : next;
                if (hypervisor.Balloon(id, next) == current)
                {
                    return;
                }
                if (StepTime > TimeSpan.Zero)
                {
                    await Task.Delay(StepTime, _stop.Token);
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or XenStoreConnectionException)
        {
            // Stopped.
        }
    }

    private async Task<ulong?> TargetAsync(uint id) =>
        ulong.TryParse(await store.ReadAsync($"{Root}/{id}/memory/target"), NumberStyles.None, CultureInfo.InvariantCulture, out var kib)
            ? kib
            : null;
}
