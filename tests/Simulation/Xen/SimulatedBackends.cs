using System.Text.RegularExpressions;
using XenStore;

namespace Simulation.Xen;

/// <summary>
/// dom0's kernel (blkback, netback, pciback and scsiback) and the device models. They answer new backends, and close those whose frontend
/// is gone, or closed, and that are not online.
/// </summary>
/// <param name="store">Where the backends are.</param>
/// <param name="machine">Which drivers there are.</param>
/// <param name="pci">The devices that pciback has.</param>
/// <param name="scsi">The targets that scsiback serves.</param>
/// <param name="isServed">Whether a domain has a device model.</param>
public sealed partial class SimulatedBackends(
    IXenStore store,
    SimulatedMachine machine,
    SimulatedPciDevices pci,
    SimulatedScsiTargets scsi,
    Func<uint, bool> isServed
) : IAsyncDisposable
{
    private const string Root = "/local/domain/0/backend";

    private readonly SemaphoreSlim _pciTurn = new(1);
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;
    private Task _frontends = Task.CompletedTask;

    /// <summary>A driver that is there, but has been too busy so far to answer.</summary>
    public bool Busy { get; set; }

    public async Task StartAsync()
    {
        var watch = await store.WatchAsync(Root);
        _loop = RunAsync(watch);
        _frontends = FollowPciFrontendsAsync(await store.WatchAsync("/local/domain"));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        await _frontends;
        _pciTurn.Dispose();
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

    /// <summary>pciback has a watch on each frontend's state; of the others nobody waits for a word.</summary>
    private async Task FollowPciFrontendsAsync(IXenStoreWatch watch)
    {
        try
        {
            await foreach (var path in watch.ReadAllAsync(_stop.Token))
            {
                if (PciFrontend().Match(path) is { Success: true } match)
                {
                    await LookAsync("pci", match.Groups["domain"].Value, "0");
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

    [GeneratedRegex(@"^/local/domain/(?<domain>\d+)/device/pci/0/state$")]
    private static partial Regex PciFrontend();

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

    /// <summary>
    /// What qemu does with a qdisk: it opens a new one, and removes one that it has closed, with the guest's end. Never one that is gone by
    /// then.
    /// </summary>
    public static Task OpenOrCloseAsync(IXenStore store, string path) =>
        store.TransactAsync(async nodes =>
        {
            var state = await nodes.ReadAsync($"{path}/state");
            var frontend = await nodes.ReadAsync($"{path}/frontend");
            if (state == "1")
            {
                await nodes.WriteAsync($"{path}/state", "2");
            }
            else if (
                state is not null
                && await nodes.ReadAsync($"{path}/online") == "0"
                && await nodes.ReadAsync($"{frontend}/state") is null or "6"
            )
            {
                await nodes.RemoveAsync(path);
                await nodes.RemoveAsync(frontend!);
            }
            return true;
        });

    private async Task LookAsync(string deviceClass, string domain, string device)
    {
        if (deviceClass is "qdisk" or "qusb" && !Busy && uint.TryParse(domain, out var id) && isServed(id))
        {
            await OpenOrCloseAsync(store, $"{Root}/{deviceClass}/{domain}/{device}");
        }
        if (deviceClass is not ("vbd" or "vif" or "pci" or "vscsi") || Busy || machine.MissingDrivers.Contains(deviceClass))
        {
            return;
        }
        var path = $"{Root}/{deviceClass}/{domain}/{device}";
        var frontend = $"/local/domain/{domain}/device/{deviceClass}/{device}/state";
        if (deviceClass == "pci")
        {
            await _pciTurn.WaitAsync();
            try
            {
                await new SimulatedPciback(store, pci, path, frontend, domain).LookAsync();
            }
            finally
            {
                _pciTurn.Release();
            }
            return;
        }
        if (deviceClass == "vscsi")
        {
            await new SimulatedScsiback(store, scsi, path, $"/local/domain/{domain}/device/vscsi/{device}").LookAsync();
            return;
        }
        var state = await store.ReadAsync($"{path}/state");
        if (state == "1")
        {
            if (deviceClass == "vif")
            {
                machine.Interfaces[$"vif{domain}.{device}"] = "";
            }
            await SetStateAsync(store, path, from: "1", to: "2");
        }
        else if (
            state is not (null or "6")
            && await store.ReadAsync($"{path}/online") == "0"
            && await store.ReadAsync(frontend) is null or "6"
        )
        {
            machine.Interfaces.TryRemove($"vif{domain}.{device}", out _);
            await SetStateAsync(store, path, from: state, to: "6");
        }
    }

    /// <summary>Who is at work on a directory that is taken away in the same moment writes nothing there any more.</summary>
    /// <param name="store">The store.</param>
    /// <param name="state">The node that tells whether the directory is there.</param>
    /// <param name="node">The node to write.</param>
    /// <param name="value">Its value.</param>
    internal static Task WriteWhileThereAsync(IXenStore store, string state, string node, string value) =>
        store.TransactAsync(async nodes =>
        {
            if (await nodes.ReadAsync(state) is not null)
            {
                await nodes.WriteAsync(node, value);
            }
            return true;
        });

    /// <summary>A driver whose backend is taken away in the same moment writes nothing any more.</summary>
    internal static Task SetStateAsync(IXenStore store, string path, string from, string to) =>
        store.TransactAsync(async nodes =>
        {
            if (await nodes.ReadAsync($"{path}/state") == from)
            {
                await nodes.WriteAsync($"{path}/state", to);
            }
            return true;
        });
}
