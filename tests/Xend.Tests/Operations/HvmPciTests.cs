using Simulation.Xen;
using Sxp;
using Xend.Operations;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>PCI devices of the host that a fully virtualized guest's device model shows to it.</summary>
public sealed class HvmPciTests
{
    private const string Card = Sample.Card;

    private const string Idle = Sample.IdleCard;

    private const string CardId = "pci-pt-07_00.0";

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task A_guest_is_shown_its_card_before_it_runs_and_reaches_it_and_no_more()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        var guest = await xend.Toolstack.CreateAsync(Sample.HvmWithCards(Card), Guests.Root, default);
        Assert.True(guest.Info!.Paused);
        Assert.True(host.Hypervisor.Creations[guest.Id!.Value].Iommu);
        Assert.Equal(
            [$"device {Card}", "frames f7010+2", "irq 16", "mapped irq 16", "ports 7000+20"],
            host.Hypervisor.ReachesOf(guest.Id.Value)
        );
        Assert.Contains($"plug pci {CardId} {Card}", host.DeviceModels.Orders);
        // What it maps of the card before Xen lets it, it would not get.
        Assert.Equal($"show {Card}", host.Pci.Course.Last());
        var nodes = NodesOf(host, guest.Id.Value);
        Assert.Contains("num_devs = 1", nodes);
        Assert.Contains($"dev-0 = {Card}", nodes);
        Assert.Contains("state-0 = 3", nodes);
        // Where the guest sees it.
        Assert.Contains("vdevfn-0 = 20", nodes);
        Assert.Contains("opts-0 = msitranslate=1,power_mgmt=0", nodes);
        Assert.Empty(host.Pci.Violations);
    }

    [Fact]
    public async Task A_card_comes_into_the_slot_that_the_configuration_names_and_function_0_last()
    {
        await using var host = await StartHostAsync();
        host.Pci.Add("0000:07:00.1");
        await using var xend = await host.StartXendAsync();
        var guest = Guests.Hvm(
            "",
            "(device (pci (dev (bus 0x07) (slot 0x00) (func 0x0) (vdevfn 0x38)) (dev (bus 0x07) (slot 0x00) (func 0x1) (vdevfn 0x39))))",
            "linux"
        );
        await xend.Toolstack.CreateAsync(guest, Guests.Root, default);
        Assert.Equal(
            ["plug pci pci-pt-07_00.1 0000:07:00.1 at 7.1", $"plug pci {CardId} {Card} at 7.0"],
            host.DeviceModels.Orders.Where(order => order.StartsWith("plug pci", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task When_it_is_gone_its_card_is_free_and_was_reset()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        await Sample.CreateHvmWithCardsAsync(host, xend.Toolstack);
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.Equal(before, host.Dump());
        Assert.Equal(2, host.Pci.Resets[PciAddress.Parse(Card)!.Value]);
    }

    [Fact]
    public async Task A_running_guest_gives_its_cards_back_and_gets_them_again()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateHvmWithCardsAsync(host, xend.Toolstack);
        foreach (var cards in new[] { new[] { Idle }, [Card] })
        {
            await xend.Toolstack.DetachPciAsync("linux", Sample.Cards(cards), Guests.Root, default);
            Sample.DemandSafeDevices(host, xend.Toolstack);
        }
        var id = xend.Toolstack.FindDomain("linux").Id!.Value;
        Assert.Empty(host.Hypervisor.ReachesOf(id));
        Assert.DoesNotContain("/pci/", host.Store.Dump());
        foreach (var card in new[] { Card, Idle })
        {
            await xend.Toolstack.AttachPciAsync("linux", Sample.Cards(card), Guests.Root, default);
            Sample.DemandSafeDevices(host, xend.Toolstack);
        }
        Assert.Equal(2, host.Pci.Exported.Count);
        Assert.Contains("vdevfn-1 = 28", NodesOf(host, id));
    }

    [Fact]
    public async Task A_card_that_the_guest_keeps_stays_as_it_was_and_goes_when_it_lets_go()
    {
        await using var host = await StartHostAsync(new XendOptions { DeviceDestroyTimeout = Short });
        await using var xend = await host.StartXendAsync();
        await Sample.CreateHvmWithCardsAsync(host, xend.Toolstack);
        host.DeviceModels.KeepsCards = true;
        var before = host.Dump();
        foreach (var cards in new[] { new[] { Card }, [Card, Idle] })
        {
            var error = await Assert.ThrowsAsync<XendError>(() =>
                xend.Toolstack.DetachPciAsync("linux", Sample.Cards(cards), Guests.Root, default)
            );
            Assert.Equal($"pci: device {string.Join(", ", cards)} could not be taken from linux.", error.Message);
            Assert.Contains("query-pci", error.Detail);
            Assert.Equal(before, host.Dump());
            Sample.DemandSafeDevices(host, xend.Toolstack);
        }
        host.DeviceModels.KeepsCards = false;
        await xend.Toolstack.DetachPciAsync("linux", Sample.Cards(Card, Idle), Guests.Root, default);
        Sample.DemandSafeDevices(host, xend.Toolstack);
    }

    [Fact]
    public async Task Of_two_cards_the_one_that_the_guest_lets_go_of_is_taken()
    {
        await using var host = await StartHostAsync(new XendOptions { DeviceDestroyTimeout = Short });
        await using var xend = await host.StartXendAsync();
        await Sample.CreateHvmWithCardsAsync(host, xend.Toolstack);
        host.DeviceModels.Keeps.Add(CardId);
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.DetachPciAsync("linux", Sample.Cards(Card, Idle), Guests.Root, default)
        );
        Assert.Contains($"has let go of {Idle}, which is taken", error.Detail);
        Assert.Equal([Card], FunctionsOf(xend.Toolstack));
        Sample.DemandSafeDevices(host, xend.Toolstack);
    }

    [Fact]
    public async Task Nothing_is_taken_by_force_from_a_guest_that_reaches_it_all_the_same()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateHvmWithCardsAsync(host, xend.Toolstack);
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.DetachDeviceAsync("linux", "pci", 0, force: true, Guests.Root, default)
        );
        Assert.Equal("PCI devices cannot be taken from linux by force.", error.Message);
        Assert.Equal(before, host.Dump());
        await xend.Toolstack.DetachDeviceAsync("linux", "pci", 0, force: false, Guests.Root, default);
        Assert.Empty(host.Pci.Shown);
    }

    [Fact]
    public async Task A_guest_that_was_started_without_gets_none_and_nothing_is_done_to_the_card()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Sample.HvmWithCards(), Guests.Root, default);
        await xend.Toolstack.UnpauseAsync("linux", Guests.Root, default);
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.AttachPciAsync("linux", Sample.Cards(Idle), Guests.Root, default)
        );
        Assert.Equal($"Failed to assign device to IOMMU ({Idle})", error.Message);
        Assert.Contains("started without PCI devices", error.Detail);
        Assert.Empty(host.Pci.Course);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task Memory_that_comes_as_it_is_touched_and_PCI_devices_do_not_go_together()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        var config = Sample.HvmWithCards(Card);
        var onDemand = new SList(config.Items.Add(SList.Of("maxmem", "128")));
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(onDemand, Guests.Root, default));
        Assert.Equal("linux: a fully virtualized guest with PCI devices must start with all of its memory.", error.Message);
        Assert.Equal(before, host.Dump());
        // And one that runs could not be started anew.
        await xend.Toolstack.CreateAsync(config, Guests.Root, default);
        await xend.Toolstack.UnpauseAsync("linux", Guests.Root, default);
        await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.SetMemoryAsync("linux", 32, Guests.Root, default));
        await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.SetMaxMemoryAsync("linux", 128, Guests.Root, default));
    }

    [Theory]
    [InlineData("a name that is taken", "Duplicate device ID 'pci-pt-09_00.0'")]
    [InlineData("a slot that is taken", "PCI: slot 4 function 0 not available")]
    [InlineData("a bus that it is not on", "query-pci: pci-pt-09_00.0 is on no bus")]
    public async Task What_the_device_model_refuses_is_told_in_its_words_and_undone(string what, string words)
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Sample.HvmWithCards(Card), Guests.Root, default);
        await xend.Toolstack.UnpauseAsync("linux", Guests.Root, default);
        var id = xend.Toolstack.FindDomain("linux").Id!.Value;
        host.DeviceModels.Plugged.TryAdd((id, what == "a name that is taken" ? "pci-pt-09_00.0" : "other"), "another tool's");
        host.DeviceModels.ForgetsBuses = what == "a bus that it is not on";
        var before = host.Dump();
        var card = what == "a slot that is taken" ? Placed(Idle, "0x20") : Sample.Cards(Idle);
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.AttachPciAsync("linux", card, Guests.Root, default));
        host.DeviceModels.ForgetsBuses = false;
        Assert.Contains(words, error.Message);
        Assert.Equal(WithoutTurns(before), WithoutTurns(host.Dump()));
        Assert.Equal([Card], FunctionsOf(xend.Toolstack));
    }

    [Fact]
    public async Task A_device_model_that_cannot_open_the_card_leaves_no_guest()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        host.DeviceModels.Unopenable.Add(PciAddress.Parse(Card)!.Value);
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(Sample.HvmWithCards(Card), Guests.Root, default));
        Assert.StartsWith("The device model of linux refused: device_add: Could not open", error.Message);
        Assert.Equal(before, host.Dump());
    }

    /// <summary>The undo of what came last: the guest has the card by then, and keeps it.</summary>
    [Fact]
    public async Task A_card_that_a_failure_cannot_take_back_stays_the_guests_with_all_that_belongs_to_it()
    {
        await using var host = await StartHostAsync(new XendOptions { DeviceDestroyTimeout = Short });
        await using var xend = await host.StartXendAsync(new FailAfter("plug-pci", () => host.DeviceModels.KeepsCards = true));
        await xend.Toolstack.CreateAsync(Sample.HvmWithCards(Card), Guests.Root, default);
        await xend.Toolstack.UnpauseAsync("linux", Guests.Root, default);
        await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.AttachPciAsync("linux", Sample.Cards(Idle), Guests.Root, default));
        var id = xend.Toolstack.FindDomain("linux").Id!.Value;
        Assert.Contains($"device {Idle}", host.Hypervisor.ReachesOf(id));
        Assert.Contains($"dev-1 = {Idle}", NodesOf(host, id));
        Assert.Empty(host.Pci.Violations);
        Assert.Contains(host.Warnings, line => line.Contains($"the guest has {Idle} on its bus", StringComparison.Ordinal));
        // The next daemon asks it again.
        host.DeviceModels.KeepsCards = false;
        await using var next = await host.StartXendAsync();
        await Eventually.TrueAsync(() => !host.Hypervisor.ReachesOf(id).Contains($"device {Idle}"));
        Sample.DemandSafeDevices(host, next.Toolstack);
    }

    [Fact]
    public async Task A_pciback_that_does_not_answer_keeps_no_card_from_going()
    {
        await using var host = await StartHostAsync(new XendOptions { DeviceDestroyTimeout = Short });
        await using var xend = await host.StartXendAsync();
        await Sample.CreateHvmWithCardsAsync(host, xend.Toolstack);
        host.Backends.Busy = true;
        await xend.Toolstack.DetachPciAsync("linux", Sample.Cards(Card), Guests.Root, default);
        host.Backends.Busy = false;
        Assert.Equal([Idle], FunctionsOf(xend.Toolstack));
        Assert.Contains(host.Warnings, line => line.Contains($"xen-pciback has not let go of {Card}", StringComparison.Ordinal));
        Sample.DemandSafeDevices(host, xend.Toolstack);
    }

    [Fact]
    public async Task Of_a_domain_that_does_not_run_the_configuration_changes()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.NewAsync(Sample.HvmWithCards(), Guests.Root, default);
        await xend.Toolstack.AttachPciAsync("linux", Sample.Cards(Card), Guests.Root, default);
        await xend.Toolstack.AttachPciAsync("linux", Sample.Cards(Idle), Guests.Root, default);
        Assert.Equal([Card, Idle], FunctionsOf(xend.Toolstack));
        await xend.Toolstack.DetachPciAsync("linux", Sample.Cards(Card), Guests.Root, default);
        await xend.Toolstack.StartAsync("linux", paused: false, Guests.Root, default);
        Sample.DemandSafeDevices(host, xend.Toolstack);
    }

    private static async Task<SimulatedHost> StartHostAsync(XendOptions? options = null)
    {
        var host = await SimulatedHost.StartAsync(options: options);
        Sample.AddCardsTo(host);
        return host;
    }

    private static PciConfig Placed(string card, string slot) =>
        Sample.Cards(card) is var plain
            ? plain with
            {
                Functions = [plain.Functions[0] with { VirtualSlot = Convert.ToInt32(slot, 16) }],
            }
            : throw new InvalidOperationException();

    private static IEnumerable<string> FunctionsOf(Toolstack xend) =>
        xend.FindDomain("linux")
            .Config!.Devices.OfType<PciConfig>()
            .SelectMany(device => device.Functions)
            .Select(function => $"{function.Address}");

    private static string NodesOf(SimulatedHost host, uint id) => host.Store.Dump($"/local/domain/0/backend/pci/{id}/0").Replace("\"", "");

    /// <summary>The states that the turns of a change leave.</summary>
    private static string WithoutTurns(string dump) =>
        string.Join(
            '\n',
            dump.Split('\n')
                .Where(line => !line.Contains("/pci/", StringComparison.Ordinal) || !line.Contains("/state =", StringComparison.Ordinal))
        );

    private sealed class FailAfter(string name, Action before) : IStepFaults
    {
        private bool _armed = true;

        public Task StrikeAsync(string operation, string step, StepMoment moment)
        {
            if (_armed && operation.StartsWith("attach", StringComparison.Ordinal) && step == name && moment == StepMoment.After)
            {
                _armed = false;
                before();
                throw new XendError(ErrorCode.HostResource, "as ordered");
            }
            return Task.CompletedTask;
        }
    }
}
