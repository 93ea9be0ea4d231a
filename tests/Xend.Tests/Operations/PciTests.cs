using Simulation.Xen;
using Sxp;
using Xend.Hypervisor;
using Xend.Operations;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>PCI devices of the host, at a guest's start and later.</summary>
public sealed class PciTests
{
    private const string Card = "0000:07:00.0";

    private const string Second = "0000:08:00.0";

    [Fact]
    public async Task A_guest_reaches_its_card_and_no_more()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        var guest = await xend.Toolstack.CreateAsync(WithCards(Card), Guests.Root, default);
        Assert.Equal(
            [$"device {Card}", "frames fe010+2", "irq 16", "mapped irq 16", "ports c000+20"],
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
    public async Task Without_an_IOMMU_a_paravirtualized_guest_has_it_all_the_same()
    {
        await using var host = await StartHostAsync();
        host.Hypervisor.IommuAvailable = false;
        await using var xend = await host.StartXendAsync();
        var guest = await xend.Toolstack.CreateAsync(WithCards(Card), Guests.Root, default);
        Assert.False(host.Hypervisor.Creations[guest.Id!.Value].Iommu);
        Assert.DoesNotContain($"device {Card}", host.Hypervisor.ReachesOf(guest.Id.Value));
    }

    [Fact]
    public async Task When_it_is_gone_its_card_is_free_and_was_reset()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        await xend.Toolstack.CreateAsync(WithCards(Card), Guests.Root, default);
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
        await xend.Toolstack.CreateAsync(WithCards(Card), Guests.Root, default);
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.CreateAsync(WithCards(Card, name: "other"), Guests.Root, default)
        );
        Assert.Equal("failed to assign device 0000:07:00.0 that has already been assigned to other domain.", error.Message);
        Assert.Equal("Domain linux has it.", error.Detail);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task A_card_that_dom0_uses_is_refused_with_what_it_does_there()
    {
        await using var host = await StartHostAsync();
        host.Pci.Add("0000:09:00.0", "e1000e", uses: new Xend.Host.PciUse("interface", "eth3"));
        await using var xend = await host.StartXendAsync();
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(WithCards("0000:09:00.0"), Guests.Root, default));
        Assert.Equal("pci: PCI Backend and pci-stub don't own device 0000:09:00.0", error.Message);
        Assert.Equal("dom0's driver e1000e has it: interface eth3.", error.Detail);
        Assert.Contains("/sys/bus/pci/devices/0000:09:00.0/driver/unbind", error.Hint);
    }

    [Fact]
    public async Task What_the_IOMMU_cannot_tell_from_it_must_not_be_dom0s()
    {
        await using var host = await StartHostAsync();
        var sibling = host.Pci.Add("0000:07:00.1", "ahci");
        var card = PciAddress.Parse(Card)!.Value;
        host.Pci.Functions[card] = host.Pci.Functions[card] with { Group = [sibling] };
        await using var xend = await host.StartXendAsync();
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(WithCards(Card), Guests.Root, default));
        Assert.Equal("pci: PCI Backend and pci-stub don't own sibling device 0000:07:00.1 of device 0000:07:00.0", error.Message);
        host.Hypervisor.IommuAvailable = false;
        await xend.Toolstack.CreateAsync(WithCards(Card), Guests.Root, default);
    }

    [Fact]
    public async Task A_running_guest_is_given_its_first_card_and_gives_it_back()
    {
        await using var host = await StartHostAsync();
        host.Hypervisor.IommuAvailable = false;
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        var before = host.Dump();
        await xend.Toolstack.AttachPciAsync("linux", Functions(Card), Guests.Root, default);
        Assert.NotEmpty(host.Hypervisor.ReachesOf(xend.Toolstack.FindDomain("linux").Id!.Value));
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.AttachPciAsync("linux", Functions(Card), Guests.Root, default)
        );
        Assert.Equal("pci: device 0000:07:00.0 has been attached! ", error.Message);
        await LetGoAsync(host, xend.Toolstack);
        await xend.Toolstack.DetachPciAsync("linux", Functions(Card), Guests.Root, default);
        Assert.Equal(before, host.Dump());
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

    private static async Task<SimulatedHost> StartHostAsync()
    {
        var host = await SimulatedHost.StartAsync();
        host.Machine.AddFile("/images/a.img");
        host.Pci.Add(Card);
        host.Pci.Add(Second, irq: 17);
        return host;
    }

    private static SList WithCards(string address, string name = "linux")
    {
        var config = Guests.Small(name);
        return new SList(config.Items.Add(SList.Of("device", Expression(address))));
    }

    private static PciConfig Functions(string address) =>
        (PciConfig)DeviceConfigReader.ReadOne(Expression(address), Guid.Parse(Sample.Id), "vif-bridge");

    private static SList Expression(string address)
    {
        var place = PciAddress.Parse(address)!.Value;
        return SList.Of(
            "pci",
            SList.Of(
                "dev",
                SList.Of("bus", $"0x{place.Bus:x2}"),
                SList.Of("slot", $"0x{place.Slot:x2}"),
                SList.Of("func", "0x0"),
                SList.Of("opts", SList.Of("msitranslate", "0"))
            )
        );
    }

    private static IEnumerable<string> FunctionsOf(Toolstack xend) =>
        xend.FindDomain("linux")
            .Config!.Devices.OfType<PciConfig>()
            .SelectMany(device => device.Functions)
            .Select(function => $"{function.Address}");

    private static async Task<IEnumerable<string>> AssignableAsync(Toolstack xend) =>
        (await xend.ListAssignablePciAsync(default))!.Select(address => $"{address}");

    /// <summary>The guest's kernel closes its end.</summary>
    private static async Task LetGoAsync(SimulatedHost host, Toolstack xend)
    {
        await using var guest = host.Store.Client();
        await guest.WriteAsync($"/local/domain/{xend.FindDomain("linux").Id}/device/pci/0/state", "6");
    }
}
