using Simulation.Xen;
using Sxp;
using Xend.Operations;

namespace Xend.Tests.Operations.Sweeps;

/// <content>The guest with PCI devices of the host.</content>
internal static partial class Sample
{
    /// <summary>pciback has it from the start.</summary>
    public const string Card = "0000:07:00.0";

    /// <summary>A driver of dom0 has it and does not use it. Its interrupt is that of the other one.</summary>
    public const string IdleCard = "0000:09:00.0";

    /// <summary>The host has them from the start, as it has its disks.</summary>
    public static void AddCardsTo(SimulatedHost host)
    {
        host.Pci.Add(Card);
        host.Pci.Add(IdleCard, "e1000e");
    }

    public static Task AddCards(SimulatedHost host, Toolstack xend)
    {
        host.Pci.GuestsAnswer = true;
        return Task.CompletedTask;
    }

    public static SList WithCards(params string[] cards)
    {
        var plain = Linux(onPoweroff: "destroy");
        return new SList(plain.Items.Add(SList.Of("device", Expression(cards))));
    }

    public static async Task CreateWithCardsAsync(SimulatedHost host, Toolstack xend)
    {
        await AddCards(host, xend);
        await xend.CreateAsync(WithCards(Card, IdleCard), Guests.Root, default);
        await xend.UnpauseAsync("linux", Guests.Root, default);
        var backend = $"/local/domain/0/backend/pci/{xend.FindDomain("linux").Id}/0/state";
        await Eventually.TrueAsync(() => host.Store.Dump(backend).Contains('4'));
    }

    /// <summary>A fully virtualized guest with these, or with none.</summary>
    public static SList HvmWithCards(params string[] cards)
    {
        var config = Guests.Hvm("", cards.Length == 0 ? "" : SList.Of("device", Expression(cards)).ToString(), "linux");
        return new SList([config[0], Uuid, .. config.Items.Skip(1)]);
    }

    public static async Task CreateHvmWithCardsAsync(SimulatedHost host, Toolstack xend)
    {
        await xend.CreateAsync(HvmWithCards(Card, IdleCard), Guests.Root, default);
        await xend.UnpauseAsync("linux", Guests.Root, default);
    }

    public static PciConfig Cards(params string[] cards) =>
        (PciConfig)DeviceConfigReader.ReadOne(Expression(cards), Guid.Parse(Id), "vif-bridge");

    /// <summary>
    /// No guest reaches what the IOMMU does not hold, nothing was torn from pciback while it served it, and each device is either a
    /// guest's, with all that belongs to it, or nobody's.
    /// </summary>
    public static void DemandSafeDevices(SimulatedHost host, Toolstack xend)
    {
        Assert.Empty(host.Pci.Violations);
        var guest = xend.ListDomains().FirstOrDefault(domain => domain.Name == "linux");
        string[] has =
        [
            .. (guest?.Config?.Devices ?? []).OfType<PciConfig>().SelectMany(pci => pci.Functions).Select(card => $"{card.Address}"),
        ];
        var reached = guest?.Id is { } id ? host.Hypervisor.ReachesOf(id) : [];
        Assert.Equal(has.Order(), reached.Where(what => what.StartsWith("device ", StringComparison.Ordinal)).Select(what => what[7..]));
        Assert.Equal(has.Length, reached.Count(what => what.StartsWith("ports ", StringComparison.Ordinal)));
        Assert.Equal(has.Length > 0 ? 1 : 0, reached.Count(what => what.StartsWith("irq ", StringComparison.Ordinal)));
        if (guest is { Config.Type: GuestType.Hvm })
        {
            Assert.Equal(
                has.Order(),
                host.Pci.Shown.Keys.Where(shown => shown.Domain == guest.Id).Select(shown => $"{shown.Function}").Order()
            );
        }
        Assert.Equal(has.Contains(IdleCard) ? "pciback" : "e1000e", host.Pci.Functions[PciAddress.Parse(IdleCard)!.Value].Driver);
        Assert.Equal("pciback", host.Pci.Functions[PciAddress.Parse(Card)!.Value].Driver);
    }

    private static SList Expression(string[] cards) =>
        new([
            "pci",
            .. cards
                .Select(card => PciAddress.Parse(card)!.Value)
                .Select(
                    SValue (card) =>
                        SList.Of(
                            "dev",
                            SList.Of("bus", $"0x{card.Bus:x2}"),
                            SList.Of("slot", $"0x{card.Slot:x2}"),
                            SList.Of("func", $"0x{card.Function:x}")
                        )
                ),
        ]);
}
