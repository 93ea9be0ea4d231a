using Xend.Domains;

namespace Xend.Tests.Operations.Sweeps;

/// <summary>What is done with PCI devices of fully virtualized guests, whose device model shows them.</summary>
internal static class PciScenarios
{
    public static IReadOnlyList<OperationScenario> All { get; } =
    [
        new("create of a fully virtualized guest with PCI devices", OperationKind.Create)
        {
            Prepare = (_, _) => Task.CompletedTask,
            Act = (_, xend) => xend.CreateAsync(Sample.HvmWithCards(Sample.Card, Sample.IdleCard), Guests.Root, default),
            Demand = Sample.DemandSafeDevices,
        },
        new("destroy of a fully virtualized guest with PCI devices", OperationKind.Destroy)
        {
            Prepare = Sample.CreateHvmWithCardsAsync,
            Act = (_, xend) => xend.DestroyAsync("linux", Guests.Root, default),
            EndedByAskingAgain = true,
            Demand = Sample.DemandSafeDevices,
        },
        new("restart of a fully virtualized guest with PCI devices", OperationKind.Restart)
        {
            Prepare = Sample.CreateHvmWithCardsAsync,
            Act = Sample.Reboot,
            IsDone = xend => Sample.IsUpAgain(xend, restarts: 1),
            Owed = true,
            Demand = Sample.DemandSafeDevices,
        },
        new("attach the only PCI device to a fully virtualized guest", OperationKind.Attach)
        {
            Prepare = async (host, xend) =>
            {
                await Sample.CreateHvmWithCardsAsync(host, xend);
                await xend.DetachPciAsync("linux", Sample.Cards(Sample.Card, Sample.IdleCard), Guests.Root, default);
            },
            Act = (_, xend) => xend.AttachPciAsync("linux", Sample.Cards(Sample.IdleCard), Guests.Root, default),
            Demand = Sample.DemandSafeDevices,
        },
        new("attach one more PCI device to a fully virtualized guest", OperationKind.Attach)
        {
            Prepare = async (host, xend) =>
            {
                await Sample.CreateHvmWithCardsAsync(host, xend);
                await xend.DetachPciAsync("linux", Sample.Cards(Sample.IdleCard), Guests.Root, default);
            },
            Act = (_, xend) => xend.AttachPciAsync("linux", Sample.Cards(Sample.IdleCard), Guests.Root, default),
            Demand = Sample.DemandSafeDevices,
        },
        new("detach one of two PCI devices of a fully virtualized guest", OperationKind.Detach)
        {
            Prepare = Sample.CreateHvmWithCardsAsync,
            Act = (_, xend) => xend.DetachPciAsync("linux", Sample.Cards(Sample.IdleCard), Guests.Root, default),
            EndedByAskingAgain = true,
            Demand = Sample.DemandSafeDevices,
        },
        new("detach all PCI devices of a fully virtualized guest", OperationKind.Detach)
        {
            Prepare = Sample.CreateHvmWithCardsAsync,
            Act = (_, xend) => xend.DetachPciAsync("linux", Sample.Cards(Sample.Card, Sample.IdleCard), Guests.Root, default),
            EndedByAskingAgain = true,
            Demand = Sample.DemandSafeDevices,
        },
    ];
}
