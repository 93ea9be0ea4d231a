using System.Collections.Concurrent;
using Xend.Hotplug;
using XenStore;

namespace Simulation.Xen;

/// <summary>The stock block and vif-bridge scripts, in effect.</summary>
public sealed class SimulatedScripts(IXenStore store, SimulatedMachine machine) : IScriptRunner
{
    private readonly ConcurrentDictionary<Task, string> _running = [];
    private int _nextLoop;

    /// <summary>Called before each script; a result that it returns is the script's, null lets the script run.</summary>
    public Func<ScriptCall, CancellationToken, Task<ScriptResult?>>? Instead { get; set; }

    /// <summary>How many scripts were run.</summary>
    public int Count { get; private set; }

    public static ScriptResult Failed(string output, int status = 1) =>
        new(ScriptOutcome.Failed, status, output, TimeSpan.FromMilliseconds(5));

    public async Task<ScriptResult> RunAsync(ScriptCall call, TimeSpan limit, CancellationToken cancellation)
    {
        var script = RunScriptAsync(call, cancellation);
        _running[script] = call.Environment.GetValueOrDefault("XENBUS_PATH", "");
        try
        {
            return await script;
        }
        finally
        {
            _running.TryRemove(script, out _);
        }
    }

    public async Task EndOrphansAsync(uint domainId)
    {
        var orphans = _running
            .Where(pair => pair.Value.Split('/') is [_, _, var domain, _] && domain == $"{domainId}")
            .Select(pair => pair.Key);
        await Task.WhenAll(orphans).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private async Task<ScriptResult> RunScriptAsync(ScriptCall call, CancellationToken cancellation)
    {
        Count++;
        if (Instead is { } instead && await instead(call, cancellation) is { } result)
        {
            return result;
        }
        switch (call.Arguments)
        {
            case ["-d", var loop]:
                return machine.Loops.TryRemove(loop, out _) ? Success() : Failed("no such device");
            case ["link", "delete", "dev", var name]:
                return machine.Interfaces.TryRemove(name, out _) ? Success() : Failed("Cannot find device");
        }
        var backend = $"/local/domain/0/{call.Environment["XENBUS_PATH"]}";
        return call.Arguments[0] switch
        {
            "add" when call.Arguments.Contains("type_if=tap") => await AddInterfaceAsync(backend, call.Environment["INTERFACE"]),
            "add" => await AddDiskAsync(backend),
            "remove" => await RemoveDiskAsync(backend),
            "online" => await AddInterfaceAsync(backend, call.Environment["vif"]),
            _ => Success(),
        };
    }

    private static ScriptResult Success() => new(ScriptOutcome.Succeeded, 0, "", TimeSpan.FromMilliseconds(5));

    private async Task<ScriptResult> AddDiskAsync(string backend)
    {
        var path = await store.ReadAsync($"{backend}/params") ?? "";
        if ((await store.ReadAsync($"{backend}/script"))?.StartsWith("/etc/xen/scripts/block-", StringComparison.Ordinal) == true)
        {
            await store.WriteAsync($"{backend}/physical-device-path", "/dev/nbd0");
            await store.WriteAsync($"{backend}/physical-device", "2b:0");
            await store.WriteAsync($"{backend}/hotplug-status", "connected");
            return Success();
        }
        if (machine.Stat(path) is not { } facts)
        {
            await store.WriteAsync($"{backend}/hotplug-error", $"{path} does not exist.");
            return Failed("");
        }
        if (facts.Kind == Xend.Host.FileKind.Regular)
        {
            var loop = $"/dev/loop{Interlocked.Increment(ref _nextLoop)}";
            machine.Loops[loop] = path;
            await store.WriteAsync($"{backend}/node", loop);
        }
        await store.WriteAsync($"{backend}/physical-device", "fe:0");
        await store.WriteAsync($"{backend}/hotplug-status", "connected");
        return Success();
    }

    private async Task<ScriptResult> RemoveDiskAsync(string backend)
    {
        if (await store.ReadAsync($"{backend}/node") is { } loop)
        {
            machine.Loops.TryRemove(loop, out _);
        }
        return Success();
    }

    private async Task<ScriptResult> AddInterfaceAsync(string backend, string name)
    {
        var bridge = await store.ReadAsync($"{backend}/bridge") ?? "eth0";
        if (!machine.IsBridge(bridge) || !machine.InterfaceExists(name))
        {
            return Failed($"Could not find bridge device {bridge}");
        }
        machine.Interfaces[name] = bridge;
        await store.WriteAsync($"{backend}/hotplug-status", "connected");
        return Success();
    }
}
