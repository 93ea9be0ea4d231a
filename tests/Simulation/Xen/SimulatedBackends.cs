using XenStore;

namespace Simulation.Xen;

/// <summary>
/// dom0's kernel: blkback, netback and pciback. They answer new backends, and close those whose frontend is gone, or closed, and that are not
/// online.
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
        var state = await store.ReadAsync($"{path}/state");
        if (state == "1")
        {
            if (deviceClass == "vif")
            {
                machine.Interfaces[$"vif{domain}.{device}"] = "";
            }
            if (deviceClass == "pci")
            {
                await ExportAsync(path, domain);
                return;
            }
            await store.WriteAsync($"{path}/state", "2");
        }
        else if (
            state is not (null or "6")
            && await store.ReadAsync($"{path}/online") == "0"
            && await store.ReadAsync($"/local/domain/{domain}/device/{deviceClass}/{device}/state") is null or "6"
        )
        {
            if (deviceClass == "vif")
            {
                machine.Interfaces.TryRemove($"vif{domain}.{device}", out _);
            }
            foreach (var export in pci.Exported.Where(export => deviceClass == "pci" && export.Value == domain))
            {
                pci.Exported.TryRemove(export);
            }
            await store.WriteAsync($"{path}/state", "6");
        }
    }

    /// <summary>pciback shows each function in a slot of the guest's bus, and gives none to two guests.</summary>
    private async Task ExportAsync(string path, string domain)
    {
        var count = int.Parse(await store.ReadAsync($"{path}/num_devs") ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        for (var number = 0; number < count; number++)
        {
            if (PciAddress.Parse(await store.ReadAsync($"{path}/dev-{number}")) is not { } address || !pci.Exported.TryAdd(address, domain))
            {
                return;
            }
            await store.WriteAsync($"{path}/vdev-{number}", $"0000:00:{number:x2}.00");
            await store.WriteAsync($"{path}/state-{number}", "3");
        }
        await store.WriteAsync($"{path}/root-0", "0000:00");
        await store.WriteAsync($"{path}/root_num", "1");
        await store.WriteAsync($"{path}/state", "3");
    }
}
