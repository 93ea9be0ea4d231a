using Xend.Host;
using XenStore;

namespace Simulation.Xen;

/// <summary>One look of dom0's scsiback at a backend, and of the guest's scsifront at its end, where guests answer.</summary>
/// <remarks>
/// The states are those of xenbus.h: 1 Initialising, 2 InitWait, 3 Initialised, 4 Connected, 5 Closing, 6 Closed, 7 Reconfiguring,
/// 8 Reconfigured. A unit whose target is not there is Closed, as xen-scsiback.c has it.
/// </remarks>
internal sealed class SimulatedScsiback(IXenStore store, SimulatedScsiTargets targets, string path, string frontend)
{
    public async Task LookAsync()
    {
        var state = await store.ReadAsync($"{path}/state");
        if (state is null)
        {
            LetGo();
        }
        else if (state == "1")
        {
            await SetStateAsync("1", "2");
        }
        else if (state != "6" && await store.ReadAsync($"{path}/online") == "0")
        {
            await CloseAsync(state);
        }
        else if (targets.GuestsAnswer && state is "2" or "7")
        {
            await TakeUpAsync(state);
        }
    }

    /// <summary>The guest connects, or answers a change: the driver looks at all units, and the guest at those that it has now.</summary>
    private async Task TakeUpAsync(string state)
    {
        await SayAsync("state", state == "2" ? "3" : "7");
        foreach (var unit in await store.ListAsync($"{path}/vscsi-devs") ?? [])
        {
            await LookAtUnitAsync($"{path}/vscsi-devs/{unit}");
        }
        await SayAsync("state", "4");
        foreach (var unit in await store.ListAsync($"{path}/vscsi-devs") ?? [])
        {
            if (await MoveAsync($"{path}/vscsi-devs/{unit}/state", "3", "4"))
            {
                await SayAsync($"vscsi-devs/{unit}/state", "4");
            }
        }
        await SetStateAsync(state, "4");
    }

    private async Task LookAtUnitAsync(string unit)
    {
        var place = await store.ReadAsync($"{unit}/v-dev") ?? "";
        switch (await store.ReadAsync($"{unit}/state"))
        {
            case "1":
                var wanted = await store.ReadAsync($"{unit}/p-dev");
                var found = targets.All().Where(target => target.Unit == wanted).ToList();
                var isThere = found is [var one] && targets.Used.TryAdd((path, place), one);
                await MoveAsync($"{unit}/state", "1", isThere ? "3" : "6");
                targets.WhenDone();
                break;
            case "5":
                targets.Used.TryRemove((path, place), out _);
                await MoveAsync($"{unit}/state", "5", "6");
                targets.WhenDone();
                break;
        }
    }

    private async Task CloseAsync(string state)
    {
        if (await store.ReadAsync($"{frontend}/state") is not (null or "6"))
        {
            if (!targets.GuestsAnswer)
            {
                return;
            }
            await SayAsync("state", "6");
        }
        await SetStateAsync(state, "6");
        LetGo();
    }

    private void LetGo()
    {
        foreach (var used in targets.Used.Keys.Where(used => used.Backend == path))
        {
            targets.Used.TryRemove(used, out _);
        }
    }

    private Task SetStateAsync(string from, string to) => SimulatedBackends.SetStateAsync(store, path, from, to);

    /// <summary>A guest whose end is taken away in the same moment writes nothing there any more.</summary>
    private Task SayAsync(string key, string value) =>
        SimulatedBackends.WriteWhileThereAsync(store, $"{frontend}/state", $"{frontend}/{key}", value);

    private Task<bool> MoveAsync(string node, string from, string to) =>
        store.TransactAsync(async nodes =>
        {
            if (await nodes.ReadAsync(node) != from)
            {
                return false;
            }
            await nodes.WriteAsync(node, to);
            return true;
        });
}
