using Xend.Host;

namespace Xend.Tests.Host;

/// <summary>PCI devices as dom0's sysfs shows them, in a tree of the same shape.</summary>
public sealed class PciDevicesTests : IDisposable
{
    private readonly string _sysfs = Directory.CreateTempSubdirectory("sysfs-").FullName;

    private readonly PciAddress _card = PciAddress.Parse("0000:07:00.0")!.Value;

    public void Dispose() => Directory.Delete(_sysfs, recursive: true);

    [Fact]
    public void Without_a_driver_for_it_nothing_can_be_given_away()
    {
        AddFunction("0000:07:00.0", "e1000e");
        Assert.Null(new PciDevices(_sysfs).Assignable());
    }

    [Fact]
    public void What_pciback_and_pci_stub_have_can_be_given_away()
    {
        AddFunction("0000:07:00.1", "pciback");
        AddFunction("0000:07:00.0", "pci-stub");
        AddFunction("0000:08:00.0", "e1000e");
        Assert.Equal(["0000:07:00.0", "0000:07:00.1"], new PciDevices(_sysfs).Assignable()!.Select(address => address.ToString()));
    }

    [Fact]
    public void Ports_memory_and_interrupt_are_read_and_a_bridges_windows_are_not()
    {
        var directory = AddFunction("0000:07:00.0", "pciback");
        File.WriteAllLines(
            $"{directory}/resource",
            [
                "0x00000000fe5c0000 0x00000000fe5dffff 0x0000000000040200",
                "0x0000000000000000 0x0000000000000000 0x0000000000000000",
                "0x000000000000d000 0x000000000000d01f 0x0000000000040101",
                "nonsense",
                "0x0000000000000000 0x0000000000000000 0x0000000000000000",
                "0x00000000fe600000 0x00000000fe5fffff 0x0000000000040200",
                "0x00000000fe580000 0x00000000fe5807ff 0x0000000000046200",
                "0x00000000f0000000 0x00000000f0ffffff 0x0000000000040200",
            ]
        );
        File.WriteAllText($"{directory}/irq", "19\n");
        var facts = new PciDevices(_sysfs).Find(_card)!;
        Assert.Equal(19u, facts.Irq);
        Assert.Equal(
            [new(false, 0xfe5c0000, 0x20000), new(true, 0xd000, 0x20), new(false, 0xfe580000, 0x800)],
            facts.Resources.AsEnumerable()
        );
    }

    [Fact]
    public void Who_has_it_and_its_group_are_told()
    {
        var directory = AddFunction("0000:07:00.0", "e1000e");
        AddFunction("0000:07:00.1", "snd");
        Link($"{_sysfs}/class/net/eth3", "../../devices/pci0000:00/0000:07:00.0/net/eth3");
        Link($"{_sysfs}/class/net/eth4", "../../devices/pci0000:00/0000:07:00.1/net/eth4");
        Link($"{_sysfs}/class/block/sda", "../../devices/pci0000:00/0000:07:00.0/ata1/block/sda");
        Directory.CreateDirectory($"{directory}/iommu_group/devices/0000:07:00.0");
        Directory.CreateDirectory($"{directory}/iommu_group/devices/0000:07:00.1");
        var facts = new PciDevices(_sysfs).Find(_card)!;
        Assert.Equal("e1000e", facts.Driver);
        Assert.Equal(["interface eth3", "disk sda"], facts.Uses.Select(use => use.ToString()));
        Assert.Equal(["0000:07:00.1"], facts.Group.Select(address => address.ToString()));
    }

    [Fact]
    public void It_is_reset_by_pcibacks_own_way_where_there_is_one()
    {
        var directory = AddFunction("0000:07:00.0", "pciback");
        var devices = new PciDevices(_sysfs);
        Assert.Equal("the kernel knows no way to reset it", devices.Reset(_card));
        File.WriteAllText($"{directory}/reset", "");
        Assert.Null(devices.Reset(_card));
        Assert.Equal("1", File.ReadAllText($"{directory}/reset"));
        File.WriteAllText($"{_sysfs}/bus/pci/drivers/pciback/do_flr", "");
        Assert.Null(devices.Reset(_card));
        Assert.Equal("0000:07:00.0", File.ReadAllText($"{_sysfs}/bus/pci/drivers/pciback/do_flr"));
    }

    [Theory]
    [InlineData("0000:07:20.0")]
    [InlineData("0000:07:00.8")]
    [InlineData("07:00.0")]
    [InlineData("0000:07:00.0\n")]
    [InlineData("../../0000:07:00.0")]
    public void What_is_no_full_name_is_no_address(string text) => Assert.Null(PciAddress.Parse(text));

    private string AddFunction(string address, string driver)
    {
        var directory = $"{_sysfs}/bus/pci/devices/{address}";
        Directory.CreateDirectory(directory);
        Link($"{directory}/driver", $"../../../../bus/pci/drivers/{driver}");
        Link($"{_sysfs}/bus/pci/drivers/{driver}/{address}", directory);
        return directory;
    }

    private static void Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(path, target);
    }
}
