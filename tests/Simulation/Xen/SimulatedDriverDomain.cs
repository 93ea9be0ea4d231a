using XenStore;

namespace Simulation.Xen;

/// <summary>
/// A domain that serves devices to others: its kernel's drivers, and <c>xl devd</c>, which runs the scripts and removes what has closed. Of
/// vTPMs it has Mini-OS's driver.
/// It may do no more in xenstore than any guest.
/// </summary>
public sealed class SimulatedDriverDomain : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly XenStoreClient _store;
    private readonly SimulatedTpmback _tpmback;
    private readonly string _root;
    private Task _loop = Task.CompletedTask;

    private SimulatedDriverDomain(SimulatedXenStored store, uint domainId)
    {
        _store = store.Client(domainId);
        _root = $"/local/domain/{domainId}/backend";
        _tpmback = new SimulatedTpmback(_store, $"{_root}/vtpm");
    }

    /// <summary>Whether its kernel has the drivers.</summary>
    public bool HasDrivers
    {
        get => _tpmback.IsLoaded;
        set => _tpmback.IsLoaded = value;
    }

    /// <summary>Whether <c>xl devd</c> runs.</summary>
    public bool HasScripts { get; set; } = true;

    /// <summary>What its script has against a device; null where it connects it.</summary>
    public string? Refusal { get; set; }

    public static async Task<SimulatedDriverDomain> StartAsync(SimulatedXenStored store, uint domainId)
    {
        var domain = new SimulatedDriverDomain(store, domainId);
        var tpmback = await domain._tpmback.StartAsync(domain._stop.Token);
        domain._loop = Task.WhenAll(tpmback, domain.RunAsync(await domain._store.WatchAsync(domain._root)));
        return domain;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        await _store.DisposeAsync();
        _stop.Dispose();
    }

    private async Task RunAsync(IXenStoreWatch watch)
    {
        try
        {
            await foreach (var _ in watch.ReadAllAsync(_stop.Token))
            {
                foreach (var deviceClass in (await _store.ListAsync(_root) ?? []).Where(name => name != "vtpm"))
                {
                    foreach (var domain in await _store.ListAsync($"{_root}/{deviceClass}") ?? [])
                    {
                        foreach (var device in await _store.ListAsync($"{_root}/{deviceClass}/{domain}") ?? [])
                        {
                            await LookAsync($"{_root}/{deviceClass}/{domain}/{device}");
                        }
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
        catch (XenStoreException)
        {
            // The domain is gone, and its directory with it.
        }
    }

    /// <summary>Never one that is taken away in the same moment.</summary>
    private Task LookAsync(string path) =>
        _store.TransactAsync(async nodes =>
        {
            var state = await nodes.ReadAsync($"{path}/state");
            if (state == "1" && HasDrivers)
            {
                await nodes.WriteAsync($"{path}/state", "2");
                if (HasScripts)
                {
                    await nodes.WriteAsync($"{path}/hotplug-status", Refusal is null ? "connected" : "error");
                    if (Refusal is not null)
                    {
                        await nodes.WriteAsync($"{path}/hotplug-error", Refusal);
                    }
                }
            }
            else if (state is not null && await nodes.ReadAsync($"{path}/online") == "0" && HasDrivers)
            {
                // The guest's end is gone or about to go.
                if (HasScripts)
                {
                    await nodes.RemoveAsync(path);
                }
                else if (state != "6")
                {
                    await nodes.WriteAsync($"{path}/state", "6");
                }
            }
            return true;
        });
}
