using XenStore;

namespace Simulation.Xen;

/// <summary>
/// dom0's kernel: blkback, netback and pciback. They answer new backends, and close those whose frontend is gone, or closed, and that are
/// not online.
/// </summary>
public sealed class SimulatedBackends(IXenStore store, SimulatedMachine machine, SimulatedPciDevices pci) : IAsyncDisposable
{
    private const string Root = "/local/domain/0/backend";

    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    /// <summary>A driver that is there, but has been too busy so far to answer.</summary>
    public bool Busy { get; set; }

    public async Task StartAsync()
    {
        var watch = await store.WatchAsync(Root);
        _loop = RunAsync(watch);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync(IXenStoreWatch watch)
    {
        try
        {
            await foreach (var path in watch.ReadAllAsync(_stop.Token))
            {
                var parts = path[Math.Min(Root.Length, path.Length)..].Split('/', StringSplitOptions.RemoveEmptyEntries);
                if (parts.Length >= 3)
                {
                    await LookAsync(parts[0], parts[1], parts[2]);
                }
                else
                {
                    await LookAtAllAsync();
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

    private async Task LookAtAllAsync()
    {
        foreach (var deviceClass in await store.ListAsync(Root) ?? [])
        {
            foreach (var domain in await store.ListAsync($"{Root}/{deviceClass}") ?? [])
            {
                foreach (var device in await store.ListAsync($"{Root}/{deviceClass}/{domain}") ?? [])
                {
                    await LookAsync(deviceClass, domain, device);
                }
            }
        }
    }

    private async Task LookAsync(string deviceClass, string domain, string device)
    {
        if (deviceClass is not ("vbd" or "vif" or "pci") || Busy || machine.MissingDrivers.Contains(deviceClass))
        {
            return;
        }
        var path = $"{Root}/{deviceClass}/{domain}/{device}";
        var frontend = $"/local/domain/{domain}/device/{deviceClass}/{device}/state";
        if (deviceClass == "pci")
        {
            await new SimulatedPciback(store, pci, path, frontend, domain).LookAsync();
            return;
        }
        var state = await store.ReadAsync($"{path}/state");
        if (state == "1")
        {
            if (deviceClass == "vif")
            {
                machine.Interfaces[$"vif{domain}.{device}"] = "";
            }
            await store.WriteAsync($"{path}/state", "2");
        }
        else if (
            state is not (null or "6")
            && await store.ReadAsync($"{path}/online") == "0"
            && await store.ReadAsync(frontend) is null or "6"
        )
        {
            machine.Interfaces.TryRemove($"vif{domain}.{device}", out _);
            await store.WriteAsync($"{path}/state", "6");
        }
    }
}
