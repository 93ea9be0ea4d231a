using Simulation;
using XenStore.Wire;

namespace XenStore.Tests;

/// <summary>Watches whose reader is slower than what happens.</summary>
public sealed class WatchBacklogTests
{
    private readonly SimulatedXenStored _simulated = new();

    [Fact]
    public async Task A_flood_of_different_paths_collapses_into_the_watched_path()
    {
        await using var store = _simulated.Client(options: new() { WatchBacklog = 16 });
        await using var watch = await store.WatchAsync("/guest");
        await using var guest = _simulated.Client();
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(number => guest.WriteAsync($"/guest/{number}", "v")));
        await store.ReadAsync("/");
        await watch.DisposeAsync();

        await using var kept = await store.WatchAsync("/guest");
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(number => guest.WriteAsync($"/guest/{number}", "w")));

        // The events came before the answer to this.
        await store.ReadAsync("/");
        Assert.Equal(["/guest"], await TakeAsync(kept, 1));
        await guest.WriteAsync("/guest/after", "v");
        Assert.Equal(["/guest/after"], await TakeAsync(kept, 1));
    }

    [Fact]
    public async Task A_path_that_changes_often_is_told_once()
    {
        await using var store = _simulated.Client();
        await using var watch = await store.WatchAsync("/guest");
        for (var round = 0; round < 100; round++)
        {
            await store.WriteAsync("/guest/a", "v");
            await store.WriteAsync("/guest/b", "v");
        }

        await store.WriteAsync("/guest/end", "v");
        Assert.Equal(["/guest", "/guest/a", "/guest/b", "/guest/end"], await TakeAsync(watch, 4));
        Assert.Equal(202, store.Statistics.Events);
    }

    [Fact]
    public async Task A_change_after_the_path_was_read_is_told_again()
    {
        await using var store = _simulated.Client();
        await using var watch = await store.WatchAsync("/a");
        Assert.Equal(["/a"], await TakeAsync(watch, 1));
        await store.WriteAsync("/a", "1");
        Assert.Equal(["/a"], await TakeAsync(watch, 1));
        await store.WriteAsync("/a", "2");
        Assert.Equal(["/a"], await TakeAsync(watch, 1));
    }

    [Fact]
    public async Task A_watch_that_is_given_up_on_while_it_is_set_is_removed_again()
    {
        var held = new TaskCompletionSource();
        await using var store = _simulated.Client();
        await store.ConnectAsync();
        _simulated.Fault = request => request.Type == XenStoreMessageType.Watch ? SimulatedFault.Delay(held.Task) : null;
        using var cancellation = new CancellationTokenSource();
        var setting = store.WatchAsync("/a", cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => setting);
        held.SetResult();
        await store.ReadAsync("/");
        Assert.Equal(0, _simulated.WatchCount);
        Assert.Equal(1, store.Statistics[XenStoreMessageType.Unwatch]);
    }

    private static async Task<List<string>> TakeAsync(IXenStoreWatch watch, int count)
    {
        var taken = new List<string>();
        await foreach (var path in watch.ReadAllAsync().WithCancellation(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token))
        {
            taken.Add(path);
            if (taken.Count == count)
            {
                break;
            }
        }

        return taken;
    }
}
