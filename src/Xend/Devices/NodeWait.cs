using XenStore;

namespace Xend.Devices;

/// <summary>Waiting for something in xenstore, with a limit, by a watch.</summary>
internal static class NodeWait
{
    /// <summary>
    /// Waits until the value of a node satisfies a condition. Returns the value, or throws <see cref="TimeoutException"/> after the limit.
    /// </summary>
    /// <param name="host">The host.</param>
    /// <param name="path">The node. null is passed to the condition while there is none.</param>
    /// <param name="condition">True ends the wait.</param>
    /// <param name="limit">The most that it may take.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<string?> ForAsync(
        HostServices host,
        string path,
        Func<string?, bool> condition,
        TimeSpan limit,
        CancellationToken cancellation
    )
    {
        // Often it is there already, and a look costs less than a watch.
        var value = await host.Store.ReadAsync(path, cancellation).ConfigureAwait(false);
        if (condition(value))
        {
            return value;
        }
        using var timeout = new CancellationTokenSource(limit, host.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            var watch = await host.Store.WatchAsync(path, either.Token).ConfigureAwait(false);
            await using (watch.ConfigureAwait(false))
            {
                await foreach (var _ in watch.ReadAllAsync(either.Token).ConfigureAwait(false))
                {
                    value = await host.Store.ReadAsync(path, either.Token).ConfigureAwait(false);
                    if (condition(value))
                    {
                        return value;
                    }
                }
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"{path} is {(value is null ? "not there" : $"'{value}'")} after {limit.TotalSeconds:0} s");
        }
        throw new TimeoutException($"the watch on {path} ended");
    }

    /// <summary>Waits until a backend has one of the given states.</summary>
    public static Task ForBackendAsync(
        HostServices host,
        DeviceAddress address,
        TimeSpan limit,
        CancellationToken cancellation,
        params XenbusState[] states
    ) =>
        ForAsync(
            host,
            address.BackendNode("state"),
            value => int.TryParse(value, out var state) && Array.IndexOf(states, (XenbusState)state) >= 0,
            limit,
            cancellation
        );
}
