using XenStore;

namespace Simulation.Xen;

/// <summary>xenconsoled: gives each domain that is introduced a terminal.</summary>
public sealed class SimulatedConsoled(SimulatedXenStored store) : IAsyncDisposable
{
    private readonly XenStoreClient _client = store.Client();
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    public async Task StartAsync()
    {
        var watch = await _client.WatchAsync("@introduceDomain");
        _loop = RunAsync(watch);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        await _client.DisposeAsync();
        _stop.Dispose();
    }

    private async Task RunAsync(IXenStoreWatch watch)
    {
        try
        {
            await foreach (var _ in watch.ReadAllAsync(_stop.Token))
            {
                foreach (var domain in store.Introduced.Keys)
                {
                    await _client.TransactAsync(operations => GiveAsync(operations, domain), _stop.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    /// <summary>A domain that has gone meanwhile gets none.</summary>
    private static async Task<bool> GiveAsync(IXenStoreOperations operations, uint domain)
    {
        var console = $"/local/domain/{domain}/console";
        if (await operations.ReadAsync($"{console}/port") is not null)
        {
            await operations.WriteAsync($"{console}/tty", $"/dev/pts/{domain}");
        }
        return true;
    }
}
