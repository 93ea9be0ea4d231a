using Xend.Hotplug;
using XenStore;

namespace Xend.Devices;

/// <summary>Who serves a backend.</summary>
internal enum BackendServer
{
    /// <summary>Nobody, or somebody whom nothing is known of.</summary>
    None,

    /// <summary>A driver of dom0's kernel.</summary>
    Kernel,

    /// <summary>The domain's device model.</summary>
    DeviceModel,

    /// <summary>A driver of another domain's kernel, with scripts that run there.</summary>
    DriverDomain,
}

/// <summary>How a backend ends: what is alike for all classes.</summary>
internal static class BackendEnd
{
    /// <summary>A backend whose frontend is gone closes at once; one that does not is stuck.</summary>
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan NoticeLimit = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A driver domain removes a backend once its script has ended, that of a vTPM by itself; one that runs no <c>xl devd</c> never does.
    /// </summary>
    private static readonly TimeSpan CleanLimit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Asks the guest to let go, and removes the device once both ends are closed.
    /// </summary>
    /// <param name="host">The host.</param>
    /// <param name="address">The device.</param>
    /// <param name="server">Who serves it.</param>
    /// <param name="scripts">What disconnects it.</param>
    /// <param name="cancellation">Gives up, as long as the guest has not let go.</param>
    /// <param name="onceClosed">What is to be done when both ends are closed and their nodes are still there.</param>
    public static async Task<string?> UnplugAsync(
        HostServices host,
        DeviceAddress address,
        BackendServer server,
        IEnumerable<ScriptCall> scripts,
        CancellationToken cancellation,
        Func<Task>? onceClosed = null
    )
    {
        await AskAsync(host, address, cancellation).ConfigureAwait(false);
        if (onceClosed is not null)
        {
            await onceClosed().ConfigureAwait(false);
        }
        // The guest has let go: from here on it is taken away to the end.
        var complaint = await RemoveAsync(host, address, server, scripts, CancellationToken.None).ConfigureAwait(false);
        await DeviceNodes.RemoveIndexAsync(host.Store, address, CancellationToken.None).ConfigureAwait(false);
        return complaint;
    }

    /// <summary>
    /// Returns when both ends are closed. Throws, with who is busy, where the guest keeps the device for as long as taking one away may
    /// last; the device then stays as it was.
    /// </summary>
    private static async Task AskAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        var before = await host.Store.ReadAsync(address.BackendNode("state"), cancellation).ConfigureAwait(false);
        if (before is null || before == DeviceNodes.State(XenbusState.Closed))
        {
            return;
        }
        await SetAsync(host, address, "0", DeviceNodes.State(XenbusState.Closing), cancellation).ConfigureAwait(false);
        var limit = host.Options.DeviceDestroyTimeout;
        // A backend that awaits the guest's next driver does not say Closed as long as the guest's end is there.
        var last = BackendClasses.In(address.Class).AwaitsNextDriver ? $"{address.FrontendPath}/state" : address.BackendNode("state");
        try
        {
            await NodeWait
                .ForAsync(host, last, state => state is null || state == DeviceNodes.State(XenbusState.Closed), limit, cancellation)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Half asked for is worse than not: the guest could close it later, and nobody would know.
            await SetAsync(host, address, "1", before, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
        catch (TimeoutException)
        {
            var ends = await DeviceEnds.LookAsync(host, address, cancellation).ConfigureAwait(false);
            await SetAsync(host, address, "1", before, cancellation).ConfigureAwait(false);
            throw new XendError(
                ErrorCode.WrongState,
                $"Device {address.DeviceId} ({BackendClasses.In(address.Class).Name}) could not be disconnected.",
                (
                    ends.HasGuestLetGo
                        ? $"The guest has let go of it, but {WhoseBackend(address)} has not closed within {limit.TotalSeconds:0} s"
                        : $"The guest was asked to let go of it and did not within {limit.TotalSeconds:0} s"
                ) + $": its end is {DeviceEnds.InWords(ends.Frontend)}, the backend {DeviceEnds.InWords(ends.Backend)}.",
                ends.HasGuestLetGo
                    ? $"See dmesg in {(address.IsOfDriverDomain ? "that domain" : "dom0")}; with -f it is taken away all the same."
                    : "Free it in the guest first: unmount the file system, take the interface down. With -f it is taken away all the same."
            );
        }
    }

    /// <summary>Closes one backend, disconnects it, and removes both ends. Returns what went wrong on the way.</summary>
    /// <remarks>
    /// With its frontend's directory gone a kernel backend that is not online closes by itself; waiting for the guest would be
    /// waiting for somebody who is dead, paused or hostile.
    /// </remarks>
    /// <param name="host">The host.</param>
    /// <param name="address">The device.</param>
    /// <param name="server">Who serves it, and then has to close it.</param>
    /// <param name="scripts">What disconnects it, in this order.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<string?> RemoveAsync(
        HostServices host,
        DeviceAddress address,
        BackendServer server,
        IEnumerable<ScriptCall> scripts,
        CancellationToken cancellation
    )
    {
        var problems = new List<string>();
        var isNoticed =
            server is not (BackendServer.Kernel or BackendServer.DriverDomain)
            || await LetDriverNoticeAsync(host, address, cancellation).ConfigureAwait(false);
        var hasState = await CloseAsync(host, address, cancellation).ConfigureAwait(false);
        if (hasState && isNoticed && await NotClosedAsync(host, address, server, cancellation).ConfigureAwait(false) is { } why)
        {
            problems.Add($"{address}: the backend did not close: {why}");
        }
        foreach (var call in scripts)
        {
            if (await BackendScript.DisconnectAsync(host, call, cancellation).ConfigureAwait(false) is { } complaint)
            {
                problems.Add(complaint);
            }
        }
        await host.Store.RemoveAsync(address.BackendPath, cancellation).ConfigureAwait(false);
        return problems.Count == 0 ? null : string.Join('\n', problems);
    }

    /// <summary>
    /// The script that connected a backend, as its node says; null where none is named, or it never came to its end: disconnecting then
    /// only fails.
    /// </summary>
    /// <param name="host">The host.</param>
    /// <param name="address">The device.</param>
    /// <param name="mayLeaveHalf">
    /// Whether a script, by its path, may have left something to take away also where it was ended half-way, and can take it away then.
    /// </param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<string?> ScriptOfAsync(
        HostServices host,
        DeviceAddress address,
        Func<string, bool> mayLeaveHalf,
        CancellationToken cancellation
    )
    {
        // A block script notes its device (node, physical-device) before it says that the device is connected.
        string[] keys = ["script", "hotplug-status", "node", "physical-device"];
        var values = await Task.WhenAll(keys.Select(key => host.Store.ReadAsync(address.BackendNode(key), cancellation)))
            .ConfigureAwait(false);
        return values[0] is ['/', _, ..] script && (values[1..].Any(value => !string.IsNullOrEmpty(value)) || mayLeaveHalf(script))
            ? script
            : null;
    }

    /// <summary>
    /// A driver says Closed. A device model removes what it has closed; taken away earlier, that would be written back by it, and its file
    /// is still open. Null where it is closed, or nobody is there to close it.
    /// </summary>
    private static async Task<string?> NotClosedAsync(
        HostServices host,
        DeviceAddress address,
        BackendServer server,
        CancellationToken cancellation
    )
    {
        if (server == BackendServer.None || (server == BackendServer.DeviceModel && !host.DeviceModels.Serves(address.DomainId)))
        {
            return null;
        }
        var limit = host.Options.DeviceDestroyTimeout < CloseLimit ? host.Options.DeviceDestroyTimeout : CloseLimit;
        try
        {
            await NodeWait
                .ForAsync(
                    host,
                    address.BackendNode("state"),
                    state => state is null || (server != BackendServer.DeviceModel && state is ("6" or "0")),
                    limit,
                    cancellation
                )
                .ConfigureAwait(false);
        }
        catch (TimeoutException timeout)
        {
            return timeout.Message;
        }
        if (server == BackendServer.DriverDomain)
        {
            await LetDriverDomainCleanAsync(host, address, cancellation).ConfigureAwait(false);
        }
        return null;
    }

    private static async Task LetDriverDomainCleanAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        try
        {
            await NodeWait
                .ForAsync(host, address.BackendNode("state"), state => state is null, CleanLimit, cancellation)
                .ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Then dom0 removes it.
        }
    }

    private static string WhoseBackend(DeviceAddress address) =>
        address.IsOfDriverDomain ? $"the backend in domain {address.BackendDomainId}" : "dom0's backend";

    /// <summary>
    /// A backend that vanishes while its driver is at work on it makes the driver write an error into dom0's own directory. False where no
    /// driver has taken notice: nobody will close it.
    /// </summary>
    private static async Task<bool> LetDriverNoticeAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        try
        {
            await NodeWait
                .ForAsync(
                    host,
                    address.BackendNode("state"),
                    state => state != DeviceNodes.State(XenbusState.Initialising),
                    NoticeLimit,
                    cancellation
                )
                .ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static Task<bool> CloseAsync(HostServices host, DeviceAddress address, CancellationToken cancellation) =>
        host.Store.TransactAsync(
            async store =>
            {
                var state = await store.ReadAsync(address.BackendNode("state"), cancellation).ConfigureAwait(false);
                if (state is not null)
                {
                    await store.WriteAsync(address.BackendNode("online"), "0", cancellation).ConfigureAwait(false);
                    if (state != DeviceNodes.State(XenbusState.Closed))
                    {
                        await store
                            .WriteAsync(address.BackendNode("state"), DeviceNodes.State(XenbusState.Closing), cancellation)
                            .ConfigureAwait(false);
                    }
                }
                await store.RemoveAsync(address.FrontendPath, cancellation).ConfigureAwait(false);
                return state is not null;
            },
            cancellation
        );

    private static Task SetAsync(HostServices host, DeviceAddress address, string online, string state, CancellationToken cancellation) =>
        host.Store.TransactAsync(
            async store =>
            {
                // One that is gone by now is not written back.
                if (await store.ReadAsync(address.BackendNode("state"), cancellation).ConfigureAwait(false) is not null)
                {
                    await store.WriteAsync(address.BackendNode("online"), online, cancellation).ConfigureAwait(false);
                    await store.WriteAsync(address.BackendNode("state"), state, cancellation).ConfigureAwait(false);
                }
                return true;
            },
            cancellation
        );
}
