using Simulation.Xen;
using XenStore;

namespace Xend.Tests.Operations;

/// <summary>The driver of a guest with a vTPM (Linux's xen-tpmfront): it connects, and lets go once its backend says Closing.</summary>
internal sealed class Tpmfront : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly XenStoreClient _store;
    private Task _loop = Task.CompletedTask;

    private Tpmfront(XenStoreClient store) => _store = store;

    /// <summary>Returns when it is connected.</summary>
    /// <param name="host">The host.</param>
    /// <param name="guest">The guest's id.</param>
    /// <param name="letsGo">Whether it lets go when it is asked to.</param>
    public static async Task<Tpmfront> StartAsync(SimulatedHost host, uint guest, bool letsGo)
    {
        var driver = new Tpmfront(host.Store.Client(guest));
        var end = $"/local/domain/{guest}/device/vtpm/0";
        var backend = $"{await driver._store.ReadAsync($"{end}/backend")}/state";
        var watch = await driver._store.WatchAsync(backend, driver._stop.Token);
        var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await driver._store.WriteAsync($"{end}/state", "3");
        driver._loop = FollowAsync();
        await connected.Task.WaitAsync(Eventually.Patience);
        return driver;

        async Task FollowAsync()
        {
            try
            {
                await foreach (var _ in watch.ReadAllAsync(driver._stop.Token))
                {
                    var state = await driver._store.ReadAsync(backend);
                    if (state == "4" && !connected.Task.IsCompleted)
                    {
                        await driver._store.WriteAsync($"{end}/state", "4");
                        connected.SetResult();
                    }
                    else if (state == "5" && letsGo)
                    {
                        await driver._store.WriteAsync($"{end}/state", "6");
                        return;
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // Stopped.
            }
            catch (XenStoreException)
            {
                // Its nodes are gone.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        await _store.DisposeAsync();
        _stop.Dispose();
    }
}
