using System.Text.RegularExpressions;
using XenStore;

namespace Simulation.Xen;

/// <summary>
/// The driver in the domain of a vTPM (Mini-OS's tpmback.c). It goes by the guest's end alone: where that has closed it is ready for the
/// guest's next driver; where that is gone it closes, and removes its own nodes.
/// </summary>
/// <param name="store">The domain's.</param>
/// <param name="root">Where its backends are.</param>
internal sealed partial class SimulatedTpmback(XenStoreClient store, string root)
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>DOMAIN/DEVICE of what it has taken notice of, and whether that is connected.</summary>
    private readonly Dictionary<string, bool> _served = [];

    /// <summary>Whether it is there.</summary>
    public bool IsLoaded { get; set; } = true;

    /// <summary>What it does from now on, until it is stopped or the domain is gone.</summary>
    public async Task<Task> StartAsync(CancellationToken stop)
    {
        var backends = await store.WatchAsync(root, stop);
        var guests = await store.WatchAsync("/local/domain", stop);
        return Task.WhenAll(RunAsync(backends, _ => NoticeAsync(), stop), RunAsync(guests, FollowAsync, stop));
    }

    [GeneratedRegex(@"^/local/domain/(?<domain>\d+)/device/vtpm/(?<device>\d+)(/state)?$")]
    private static partial Regex GuestsEnd();

    private async Task RunAsync(IXenStoreWatch watch, Func<string, Task> act, CancellationToken stop)
    {
        try
        {
            await foreach (var changed in watch.ReadAllAsync(stop))
            {
                await _turn.WaitAsync(stop);
                try
                {
                    await act(changed);
                }
                finally
                {
                    _turn.Release();
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

    private async Task NoticeAsync()
    {
        foreach (var domain in IsLoaded ? await store.ListAsync(root) ?? [] : [])
        {
            foreach (var device in await store.ListAsync($"{root}/{domain}") ?? [])
            {
                if (_served.TryAdd($"{domain}/{device}", false))
                {
                    await SetStateAsync($"{root}/{domain}/{device}", "2");
                }
            }
        }
    }

    private async Task FollowAsync(string changed)
    {
        if (GuestsEnd().Match(changed) is not { Success: true, Groups: var part })
        {
            return;
        }
        var device = $"{part["domain"]}/{part["device"]}";
        if (!_served.TryGetValue(device, out var isConnected))
        {
            return;
        }
        var path = $"{root}/{device}";
        var state = await ReadAsync($"/local/domain/{part["domain"]}/device/vtpm/{part["device"]}/state");
        await SetStateAsync(
            path,
            state switch
            {
                null => "6",
                "3" or "4" => isConnected ? null : "4",
                "5" => "5",
                "6" => "2",
                _ => null,
            }
        );
        _served[device] = state is "3" or "4" || (state is not "6" && isConnected);
        if (state is null)
        {
            _served.Remove(device);
            await store.RemoveAsync(path);
        }
    }

    /// <summary>Of what is gone with all that was above it xenstored says that it is none of its business.</summary>
    private async Task<string?> ReadAsync(string node)
    {
        try
        {
            return await store.ReadAsync(node);
        }
        catch (XenStoreException error) when (error.Error == "EACCES")
        {
            return null;
        }
    }

    /// <summary>Never of one that is taken away in the same moment.</summary>
    private Task SetStateAsync(string path, string? state) =>
        store.TransactAsync(async nodes =>
        {
            if (state is not null && await nodes.ReadAsync($"{path}/state") is { } before && before != state)
            {
                await nodes.WriteAsync($"{path}/state", state);
            }
            return true;
        });
}
