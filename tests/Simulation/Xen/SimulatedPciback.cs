using System.Globalization;
using XenStore;

namespace Simulation.Xen;

/// <summary>One look of dom0's pciback at a backend, and of the guest's pcifront, where there is one, at its end.</summary>
/// <remarks>
/// pciback itself goes by the frontend's state: it looks at functions that come and go when that says so, whoever has written it.
/// The states are those of xenbus.h: 1 Initialising, 3 Initialised, 4 Connected, 5 Closing, 6 Closed, 7 Reconfiguring, 8 Reconfigured.
/// </remarks>
internal sealed class SimulatedPciback(IXenStore store, SimulatedPciDevices pci, string path, string frontend, string domain)
{
    public async Task LookAsync()
    {
        var state = await store.ReadAsync($"{path}/state");
        if (state == "1")
        {
            await SetStateAsync("1", await ExportAsync() ? "3" : "5");
        }
        else if (state is not (null or "6") && await store.ReadAsync($"{path}/online") == "0")
        {
            await CloseAsync(state);
        }
        else if (state == "8" && await store.ReadAsync(frontend) == "4")
        {
            await SetStateAsync("8", "4");
        }
        else if (!HasFrontend && state == "7" && await store.ReadAsync(frontend) == "7")
        {
            await ExportAsync();
            await SetStateAsync("7", "8");
        }
        else if (FrontendAnswers && state == "3")
        {
            await SayAsync("4");
            await SetStateAsync("3", "4");
        }
        else if (FrontendAnswers && state == "7")
        {
            await SayAsync("7");
            await ExportAsync();
            await SetStateAsync("7", "8");
            await SayAsync("4");
            await SetStateAsync("8", "4");
        }
    }

    private bool HasFrontend => pci.HasFrontend(uint.Parse(domain, CultureInfo.InvariantCulture));

    private bool FrontendAnswers => HasFrontend && pci.GuestsAnswer;

    private Task SayAsync(string state) => SimulatedBackends.WriteWhileThereAsync(store, frontend, frontend, state);

    private Task WriteAsync(string node, string value) => SimulatedBackends.WriteWhileThereAsync(store, $"{path}/state", node, value);

    private Task SetStateAsync(string from, string to) => SimulatedBackends.SetStateAsync(store, path, from, to);

    /// <summary>Shows each new function in a slot of the guest's bus, takes away those that are to go, gives none to two guests.</summary>
    private async Task<bool> ExportAsync()
    {
        var count = int.Parse(await store.ReadAsync($"{path}/num_devs") ?? "0", CultureInfo.InvariantCulture);
        for (var number = 0; number < count; number++)
        {
            if (PciAddress.Parse(await store.ReadAsync($"{path}/dev-{number}")) is not { } address)
            {
                return false;
            }
            switch (await store.ReadAsync($"{path}/state-{number}"))
            {
                case "1":
                    if (pci.Find(address)?.Driver != "pciback" || !pci.Exported.TryAdd(address, domain))
                    {
                        return false;
                    }
                    await WriteAsync($"{path}/vdev-{number}", $"0000:00:{number:x2}.00");
                    await WriteAsync($"{path}/state-{number}", "3");
                    break;
                case "5":
                    pci.Exported.TryRemove(new(address, domain));
                    await WriteAsync($"{path}/state-{number}", "6");
                    break;
            }
        }
        await WriteAsync($"{path}/root-0", "0000:00");
        await WriteAsync($"{path}/root_num", "1");
        return true;
    }

    private async Task CloseAsync(string state)
    {
        var end = await store.ReadAsync(frontend);
        if (end is not (null or "6"))
        {
            if (!FrontendAnswers)
            {
                return;
            }
            await SayAsync("6");
        }
        foreach (var export in pci.Exported.Where(export => export.Value == domain))
        {
            pci.Exported.TryRemove(export);
        }
        await SetStateAsync(state, "6");
    }
}
