using Simulation.Xen;
using Sxp;
using Xend.Host;
using Xend.Hypervisor;
using Xend.Operations;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>PCI devices of the host, at a guest's start and later.</summary>
public sealed class PciTests
{
    private const string Card = "0000:07:00.0";

    private const string Second = "0000:08:00.0";

    private const string Idle = "0000:09:00.0";

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task A_guest_reaches_its_card_and_no_more()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        var guest = await xend.Toolstack.CreateAsync(WithCards([Card]), Guests.Root, default);
        Assert.Equal(
            [$"device {Card}", "frames f7010+2", "irq 16", "mapped irq 16", "ports 7000+20"],
            host.Hypervisor.ReachesOf(guest.Id!.Value)
        );
        Assert.True(host.Hypervisor.Creations[guest.Id.Value].Iommu);
        var nodes = host.Store.Dump($"/local/domain/0/backend/pci/{guest.Id}/0");
        Assert.Contains("num_devs = 1", nodes.Replace("\"", ""));
        Assert.Contains($"dev-0 = {Card}", nodes.Replace("\"", ""));
        Assert.Contains("opts-0 = msitranslate=0,power_mgmt=0", nodes.Replace("\"", ""));
        Assert.Contains("vdevfn-0 = 100", nodes.Replace("\"", ""));
    }

    [Fact]
    public async Task Without_an_IOMMU_no_guest_gets_one_and_is_told_why()
    {
        await using var host = await StartHostAsync();
        host.Hypervisor.IommuAvailable = false;
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(WithCards([Card]), Guests.Root, default));
        Assert.Equal("pci: device 0000:07:00.0 cannot be given to a guest: this host has no IOMMU at work.", error.Message);
        Assert.Contains("VT-d", error.Hint);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task A_PVH_guest_gets_none()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        var device = $"(device {Expression(Card)})";
        var config = Guests.Pvh("guest", device);
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(config, Guests.Root, default));
        Assert.Equal("guest: a PVH guest cannot be given PCI devices.", error.Message);
        Assert.Contains("builder = 'linux'", error.Hint);
    }

    [Fact]
    public async Task When_it_is_gone_its_card_is_free_and_was_reset()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        await xend.Toolstack.CreateAsync(WithCards([Card]), Guests.Root, default);
        Assert.Equal([Second], await AssignableAsync(xend.Toolstack));
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.Equal(before, host.Dump());
        Assert.Equal(2, host.Pci.Resets[PciAddress.Parse(Card)!.Value]);
        Assert.Equal([Card, Second], await AssignableAsync(xend.Toolstack));
    }

    [Fact]
    public async Task A_card_that_another_guest_has_is_refused_with_its_name()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(WithCards([Card]), Guests.Root, default);
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.CreateAsync(WithCards([Card], name: "other"), Guests.Root, default)
        );
        Assert.Equal("failed to assign device 0000:07:00.0 that has already been assigned to other domain.", error.Message);
        Assert.Equal("Domain linux has it.", error.Detail);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task A_card_that_dom0_uses_is_refused_with_what_it_does_there()
    {
        await using var host = await StartHostAsync();
        host.Pci.Add("0000:09:00.0", "e1000e", uses: new PciUse("interface", "eth3"));
        await using var xend = await host.StartXendAsync();
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.CreateAsync(WithCards(["0000:09:00.0"]), Guests.Root, default)
        );
        Assert.Equal("pci: PCI Backend and pci-stub don't own device 0000:09:00.0", error.Message);
        Assert.Equal("dom0's driver e1000e has it: interface eth3.", error.Detail);
        Assert.Contains("take the interface down", error.Hint);
    }

    [Fact]
    public async Task What_the_IOMMU_cannot_tell_from_it_must_not_be_dom0s()
    {
        await using var host = await StartHostAsync();
        var sibling = host.Pci.Add("0000:07:00.1", "ahci");
        var card = PciAddress.Parse(Card)!.Value;
        host.Pci.Functions[card] = host.Pci.Functions[card] with { Group = [sibling] };
        await using var xend = await host.StartXendAsync();
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(WithCards([Card]), Guests.Root, default));
        Assert.Equal("pci: PCI Backend and pci-stub don't own sibling device 0000:07:00.1 of device 0000:07:00.0", error.Message);
        // Both together it may have.
        await xend.Toolstack.CreateAsync(WithCards([Card, $"{sibling}"]), Guests.Root, default);
    }

    [Fact]
    public async Task What_the_IOMMU_cannot_tell_from_it_must_not_be_another_guests()
    {
        await using var host = await StartHostAsync();
        var (card, second) = (PciAddress.Parse(Card)!.Value, PciAddress.Parse(Second)!.Value);
        host.Pci.Functions[card] = host.Pci.Functions[card] with { Group = [second] };
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(WithCards([Second], name: "other"), Guests.Root, default);
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(WithCards([Card]), Guests.Root, default));
        Assert.Equal("pci: domain other has 0000:08:00.0, a sibling device of device 0000:07:00.0", error.Message);
    }

    [Fact]
    public async Task A_card_that_another_toolstacks_guest_has_is_refused()
    {
        await using var host = await StartHostAsync();
        await using var other = host.Store.Client();
        await other.WriteAsync("/local/domain/0/backend/pci/77/0/num_devs", "1");
        await other.WriteAsync("/local/domain/0/backend/pci/77/0/dev-0", Card);
        await using var xend = await host.StartXendAsync();
        Assert.Equal([Second], await AssignableAsync(xend.Toolstack));
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(WithCards([Card]), Guests.Root, default));
        Assert.Equal("Domain with id 77 has it.", error.Detail);
    }

    [Fact]
    public async Task A_bridge_of_the_host_is_no_device_to_give()
    {
        await using var host = await StartHostAsync();
        var card = PciAddress.Parse(Card)!.Value;
        host.Pci.Functions[card] = host.Pci.Functions[card] with { IsBridge = true };
        await using var xend = await host.StartXendAsync();
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(WithCards([Card]), Guests.Root, default));
        Assert.Equal("pci: device 0000:07:00.0 is a bridge and cannot be given to a guest.", error.Message);
    }

    [Fact]
    public async Task A_disk_of_a_controller_that_is_in_use_keeps_it_in_dom0()
    {
        await using var host = await StartHostAsync();
        host.Pci.Add(Idle, "ahci", uses: new PciUse("disk", "sda"));
        host.Machine.AddDisk("/dev/sda", "8:0");
        var disk = host.Machine.Files["/dev/sda"].Disk!.Value;
        host.Machine.Uses[disk] = [new HostUse("mounted on /", false)];
        await using var xend = await host.StartXendAsync();
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(WithCards([Idle]), Guests.Root, default));
        Assert.Equal("dom0's driver ahci has it: disk sda (mounted on /).", error.Detail);
        host.Machine.Uses[disk] = [];
        await xend.Toolstack.CreateAsync(WithCards([Idle]), Guests.Root, default);
    }

    [Fact]
    public async Task A_card_that_dom0_does_not_use_is_bound_to_pciback_and_its_driver_gets_it_back()
    {
        await using var host = await StartHostAsync();
        AddIdle(host);
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        await xend.Toolstack.CreateAsync(WithCards([Idle]), Guests.Root, default);
        Assert.Equal("pciback", DriverOf(host, Idle));
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.Equal("e1000e", DriverOf(host, Idle));
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task A_guest_that_starts_anew_keeps_its_card_and_the_driver_does_not_see_it_meanwhile()
    {
        await using var host = await StartHostAsync();
        AddIdle(host);
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(WithCards([Idle]), Guests.Root, default);
        await xend.Toolstack.UnpauseAsync("linux", Guests.Root, default);
        await xend.Toolstack.ResetAsync("linux", Guests.Root, default);
        Assert.Equal([$"bind {Idle} pciback"], host.Pci.Course.Where(what => what.StartsWith("bind", StringComparison.Ordinal)));
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.Equal("e1000e", DriverOf(host, Idle));
    }

    [Fact]
    public async Task The_driver_gets_it_back_from_a_later_daemon_too()
    {
        await using var host = await StartHostAsync();
        AddIdle(host);
        uint id;
        await using (var xend = await host.StartXendAsync())
        {
            id = (await xend.Toolstack.CreateAsync(WithCards([Idle]), Guests.Root, default)).Id!.Value;
            await xend.Toolstack.UnpauseAsync("linux", Guests.Root, default);
        }
        await using (var next = await host.StartXendAsync())
        {
            Assert.Equal("pciback", DriverOf(host, Idle));
            Assert.Equal(id, next.Toolstack.FindDomain("linux").Id);
        }
        host.Hypervisor.ShutdownDomain(id, ShutdownReason.Poweroff);
        await using var last = await host.StartXendAsync();
        await Eventually.TrueAsync(() => DriverOf(host, Idle) == "e1000e");
        Assert.Empty(host.Pci.Violations);
    }

    [Fact]
    public async Task A_driver_that_does_not_take_it_back_is_asked_again_by_the_next_daemon()
    {
        await using var host = await StartHostAsync();
        AddIdle(host);
        await using (var xend = await host.StartXendAsync())
        {
            await xend.Toolstack.CreateAsync(WithCards([Idle]), Guests.Root, default);
            host.Pci.Refusing["e1000e"] = "the kernel has not given it to e1000e";
            await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
            Assert.Equal("pciback", DriverOf(host, Idle));
            Assert.Contains(host.Warnings, line => line.Contains($"give PCI device {Idle} back to", StringComparison.Ordinal));
        }
        host.Pci.Refusing.Clear();
        await using var next = await host.StartXendAsync();
        Assert.Equal("e1000e", DriverOf(host, Idle));
    }

    [Fact]
    public async Task A_driver_that_does_not_let_go_is_told_and_keeps_it()
    {
        await using var host = await StartHostAsync();
        AddIdle(host);
        host.Pci.Refusing["e1000e"] = "/sys/bus/pci/drivers/e1000e/unbind has given no answer for 20 s";
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(WithCards([Idle]), Guests.Root, default));
        Assert.Equal("pci: device 0000:09:00.0 could not be given to pciback.", error.Message);
        Assert.Contains("no answer for 20 s", error.Detail);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task The_IOMMU_has_it_before_the_guest_and_lets_it_go_after_a_reset()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(WithCards([Card]), Guests.Root, default);
        Assert.Equal(
            [$"reset {Card}", $"give device {Card}", "give mapped irq 16", "give irq 16", "give ports 7000+20", "give frames f7010+2"],
            host.Pci.Course
        );
        host.Pci.Course.Clear();
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.Equal(
            ["take ports 7000+20", "take frames f7010+2", "take irq 16", "take mapped irq 16", $"reset {Card}", $"take device {Card}"],
            host.Pci.Course
        );
    }

    [Fact]
    public async Task What_Xen_refuses_half_way_is_taken_back()
    {
        await using var host = await StartHostAsync();
        AddIdle(host);
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        host.Hypervisor.FailingPciCalls["xc_domain_iomem_permission"] = "EPERM";
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(WithCards([Card, Idle]), Guests.Root, default));
        Assert.Equal("pci: failed to configure ports and memory on device 0000:07:00.0", error.Message);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task A_running_guest_gives_its_only_card_back_and_gets_it_again()
    {
        await using var host = await StartHostAsync();
        AddIdle(host);
        host.Pci.GuestsAnswer = true;
        await using var xend = await host.StartXendAsync();
        await CreateAsync(xend.Toolstack, Idle);
        var before = await StillAsync(host);
        await xend.Toolstack.DetachPciAsync("linux", Functions(Idle), Guests.Root, default);
        Assert.Empty(host.Hypervisor.ReachesOf(xend.Toolstack.FindDomain("linux").Id!.Value));
        Assert.Equal("e1000e", DriverOf(host, Idle));
        Assert.Empty(FunctionsOf(xend.Toolstack));
        await xend.Toolstack.AttachPciAsync("linux", Functions(Idle), Guests.Root, default);
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.AttachPciAsync("linux", Functions(Idle), Guests.Root, default)
        );
        Assert.Equal("pci: device 0000:09:00.0 has been attached! ", error.Message);
        Assert.Equal(WithoutUuids(before), WithoutUuids(await StillAsync(host)));
    }

    [Fact]
    public async Task A_running_guest_gets_a_second_card_and_gives_the_first_one_back()
    {
        await using var host = await StartHostAsync();
        host.Pci.GuestsAnswer = true;
        await using var xend = await host.StartXendAsync();
        await CreateAsync(xend.Toolstack, Card);
        await StillAsync(host);
        await xend.Toolstack.AttachPciAsync("linux", Functions(Second), Guests.Root, default);
        var id = xend.Toolstack.FindDomain("linux").Id!.Value;
        Assert.Equal(2, host.Hypervisor.ReachesOf(id).Count(what => what.StartsWith("device", StringComparison.Ordinal)));
        Assert.Equal([Card, Second], FunctionsOf(xend.Toolstack));
        Assert.Equal(2, host.Pci.Exported.Count);

        await xend.Toolstack.DetachPciAsync("linux", Functions(Card), Guests.Root, default);
        Assert.Equal([$"device {Second}", "frames f8010+2", "irq 17", "mapped irq 17", "ports 8000+20"], host.Hypervisor.ReachesOf(id));
        Assert.Equal([Second], FunctionsOf(xend.Toolstack));
        Assert.Equal([Second], host.Pci.Exported.Keys.Select(function => $"{function}"));
        var nodes = host.Store.Dump($"/local/domain/0/backend/pci/{id}/0").Replace("\"", "");
        Assert.Contains("num_devs = 1", nodes);
        Assert.Contains($"dev-0 = {Second}", nodes);
        Assert.Contains("state-0 = 3", nodes);
        Assert.DoesNotContain("dev-1", nodes);
        Assert.Equal([Card], await AssignableAsync(xend.Toolstack));
        Assert.Empty(host.Pci.Violations);
    }

    [Fact]
    public async Task An_interrupt_that_a_card_shares_with_one_that_goes_stays()
    {
        await using var host = await StartHostAsync();
        host.Pci.Add(Second, irq: 16);
        host.Pci.GuestsAnswer = true;
        await using var xend = await host.StartXendAsync();
        await CreateAsync(xend.Toolstack, Card, Second);
        await StillAsync(host);
        await xend.Toolstack.DetachPciAsync("linux", Functions(Card), Guests.Root, default);
        Assert.Contains("irq 16", host.Hypervisor.ReachesOf(xend.Toolstack.FindDomain("linux").Id!.Value));
    }

    /// <summary>Its end of the bus is the guest's to answer with, or not.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("4")]
    [InlineData("6")]
    [InlineData("../../../0/x%n")]
    public async Task A_guest_that_does_not_answer_gets_no_second_card_and_keeps_the_first(string? frontend)
    {
        await using var host = await StartHostAsync(new XendOptions { DeviceCreateTimeout = Short, DeviceDestroyTimeout = Short });
        host.Pci.GuestsAnswer = true;
        await using var xend = await host.StartXendAsync();
        await CreateAsync(xend.Toolstack, Card);
        await StillAsync(host);
        host.Pci.GuestsAnswer = false;
        await using var guest = host.Store.Client();
        var path = $"/local/domain/{xend.Toolstack.FindDomain("linux").Id}/device/pci/0/state";
        await (frontend is null ? guest.RemoveAsync(path) : guest.WriteAsync(path, frontend));
        var before = await StillAsync(host);

        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.AttachPciAsync("linux", Functions(Second), Guests.Root, default)
        );
        Assert.Equal("The guest's PCI devices could not be changed.", error.Message);
        Assert.Equal(before, await StillAsync(host));
        Assert.Equal([Card], FunctionsOf(xend.Toolstack));
    }

    [Fact]
    public async Task A_guest_that_does_not_let_go_keeps_what_it_has()
    {
        await using var host = await StartHostAsync(new XendOptions { DeviceCreateTimeout = Short, DeviceDestroyTimeout = Short });
        host.Pci.GuestsAnswer = true;
        await using var xend = await host.StartXendAsync();
        await CreateAsync(xend.Toolstack, Card, Second);
        await StillAsync(host);
        host.Pci.GuestsAnswer = false;
        var before = await StillAsync(host);
        await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.DetachPciAsync("linux", Functions(Card), Guests.Root, default));
        Assert.Equal(before, await StillAsync(host));
        await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.DetachPciAsync("linux", Functions(Card, Second), Guests.Root, default));
        Assert.Equal(before, await StillAsync(host));
        Assert.Equal([Card, Second], FunctionsOf(xend.Toolstack));
    }

    /// <summary>A backend that is about to close must not be without its record of what the guest may reach.</summary>
    [Fact]
    public async Task What_the_guest_may_reach_is_taken_back_while_the_nodes_still_tell_of_it()
    {
        await using var host = await StartHostAsync();
        host.Pci.GuestsAnswer = true;
        await using var xend = await host.StartXendAsync();
        await CreateAsync(xend.Toolstack, Card);
        await StillAsync(host);
        var id = xend.Toolstack.FindDomain("linux").Id!.Value;
        var isTold = new List<bool>();
        host.Pci.WhenDone = () =>
            isTold.Add(host.Store.Dump($"/local/domain/0/backend/pci/{id}/0").Contains(Card, StringComparison.Ordinal));
        await xend.Toolstack.DetachPciAsync("linux", Functions(Card), Guests.Root, default);
        Assert.Equal(Enumerable.Repeat(true, 6), isTold);
    }

    [Fact]
    public async Task Behind_an_IOMMU_a_guest_that_was_started_without_gets_none()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.AttachPciAsync("linux", Functions(Card), Guests.Root, default)
        );
        Assert.Equal("Failed to assign device to IOMMU (0000:07:00.0)", error.Message);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task Of_a_domain_that_does_not_run_the_configuration_changes()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.NewAsync(host, xend.Toolstack);
        await xend.Toolstack.AttachPciAsync("linux", Functions(Card), Guests.Root, default);
        await xend.Toolstack.AttachPciAsync("linux", Functions(Second), Guests.Root, default);
        Assert.Equal([Card, Second], FunctionsOf(xend.Toolstack));
        await xend.Toolstack.DetachPciAsync("linux", Functions(Card), Guests.Root, default);
        Assert.Equal([Second], FunctionsOf(xend.Toolstack));
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.DetachPciAsync("linux", Functions(Card), Guests.Root, default)
        );
        Assert.Equal("pci: device 0000:07:00.0 is not attached!", error.Message);
        await xend.Toolstack.DetachPciAsync("linux", Functions(Second), Guests.Root, default);
        Assert.Empty(FunctionsOf(xend.Toolstack));
    }

    [Theory]
    [InlineData("(pci)", "pci: no device is named.")]
    [InlineData("(pci (dev (bus 0x7) (slot 0x20) (func 0x0)))", "pci: invalid slot: 0x20")]
    [InlineData("(pci (dev (bus 0x7) (slot -1) (func 0x0)))", "pci: invalid slot: -1")]
    [InlineData("(pci (dev (bus 0x7) (slot 0x0) (func 0x0) (opts (permissive 1))))", "Invalid pci option (permissive 1)")]
    [InlineData("(pci (dev (bus 0x7) (slot 0x0) (func 0x0) (opts (msitranslate 2))))", "Invalid pci option (msitranslate 2)")]
    [InlineData(
        "(pci (dev (bus 0x7) (slot 0x0) (func 0x0)) (dev (bus 0x7) (slot 0x0) (func 0x0)))",
        "The device \"0000:07:00.0\" is already defined"
    )]
    public void What_is_no_device_is_refused(string device, string sentence)
    {
        var error = Assert.Throws<XendError>(() => DeviceConfigReader.ReadOne((SList)SxpReader.Read(device), Guid.NewGuid(), "vif-bridge"));
        Assert.Equal(sentence, error.Message);
    }

    [Fact]
    public void A_domain_has_one_bus()
    {
        var config = WithCards([Card]).Items.Add(SList.Of("device", Expression(Second)));
        var error = Assert.Throws<XendError>(() => new DomainConfigReader("vif-bridge").Read(new SList(config)));
        Assert.Equal("pci: a domain has one device of this class, with all functions in it.", error.Message);
    }

    private static async Task<SimulatedHost> StartHostAsync(XendOptions? options = null)
    {
        var host = await SimulatedHost.StartAsync(options: options);
        host.Machine.AddFile("/images/a.img");
        host.Pci.Add(Card);
        host.Pci.Add(Second, irq: 17);
        return host;
    }

    /// <summary>A card that dom0 has a driver for, and no use.</summary>
    private static void AddIdle(SimulatedHost host) =>
        host.Pci.Add(Idle, "e1000e", irq: 18, uses: new PciUse("interface", "eth3", IsIdle: true));

    private static string? DriverOf(SimulatedHost host, string address) => host.Pci.Functions[PciAddress.Parse(address)!.Value].Driver;

    private static SList WithCards(string[] addresses, string name = "linux") =>
        new(Guests.Small(name).Items.Add(SList.Of("device", Expression(addresses))));

    private static async Task CreateAsync(Toolstack xend, params string[] addresses)
    {
        await xend.CreateAsync(WithCards(addresses), Guests.Root, default);
        await xend.UnpauseAsync("linux", Guests.Root, default);
    }

    private static PciConfig Functions(params string[] addresses) =>
        (PciConfig)DeviceConfigReader.ReadOne(Expression(addresses), Guid.Parse(Sample.Id), "vif-bridge");

    private static SList Expression(params string[] addresses) =>
        new([
            "pci",
            .. addresses
                .Select(address => PciAddress.Parse(address)!.Value)
                .Select(
                    SValue (place) =>
                        SList.Of(
                            "dev",
                            SList.Of("bus", $"0x{place.Bus:x2}"),
                            SList.Of("slot", $"0x{place.Slot:x2}"),
                            SList.Of("func", $"0x{place.Function:x}"),
                            SList.Of("opts", SList.Of("msitranslate", "0"))
                        )
                ),
        ]);

    private static IEnumerable<string> FunctionsOf(Toolstack xend) =>
        xend.FindDomain("linux")
            .Config!.Devices.OfType<PciConfig>()
            .SelectMany(device => device.Functions)
            .Select(function => $"{function.Address}");

    private static async Task<IEnumerable<string>> AssignableAsync(Toolstack xend) =>
        (await xend.ListAssignablePciAsync(default))!.Select(address => $"{address}");

    /// <summary>The host when nothing moves any more: guest and backend take their time.</summary>
    private static async Task<string> StillAsync(SimulatedHost host)
    {
        var (dump, same) = (host.Dump(), 0);
        await Eventually.TrueAsync(() =>
        {
            var next = host.Dump();
            same = next == dump ? same + 1 : 0;
            dump = next;
            return same == 10;
        });
        return dump;
    }

    /// <summary>Each device of a configuration gets a UUID of its own, and so another one when it comes again.</summary>
    private static string WithoutUuids(string dump) =>
        string.Join('\n', dump.Split('\n').Where(line => !line.Contains("uuid", StringComparison.Ordinal)));
}
