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
        Assert.DoesNotContain(facts.Uses, use => use.IsIdle);
        Assert.Equal(["0000:07:00.1"], facts.Group.Select(address => address.ToString()));
    }

    [Fact]
    public void It_is_reset_by_pcibacks_own_way_where_there_is_one()
    {
        var directory = AddFunction("0000:07:00.0", "pciback");
        var devices = new PciDevices(_sysfs);
        Assert.Equal("the kernel knows no way to reset it; its configuration space names none", devices.Reset(_card));
        File.WriteAllBytes($"{directory}/config", Space(0, [0x01, 0x50, 0, 0, 0, 0, 0, 0], [0x10, 0, 0, 0, 0, 0, 0, 0x10]));
        Assert.Equal(
            "the kernel knows no way to reset it; its configuration space names power management, function level reset",
            devices.Reset(_card)
        );
        File.WriteAllText($"{directory}/reset", "");
        Assert.Null(devices.Reset(_card));
        Assert.Equal("1", File.ReadAllText($"{directory}/reset"));
        File.WriteAllText($"{_sysfs}/bus/pci/drivers/pciback/do_flr", "");
        Assert.Null(devices.Reset(_card));
        Assert.Equal("0000:07:00.0", File.ReadAllText($"{_sysfs}/bus/pci/drivers/pciback/do_flr"));
    }

    [Theory]
    [InlineData("0x1002", false, true)]
    [InlineData("0x1003", false, false)]
    [InlineData("0x1002", true, false)]
    public void An_interface_that_is_down_and_in_no_bridge_is_idle(string flags, bool hasMaster, bool isIdle)
    {
        AddFunction("0000:07:00.0", "e1000e");
        var eth = Directory.CreateDirectory($"{_sysfs}/devices/pci0000:00/0000:07:00.0/net/eth3").FullName;
        File.WriteAllText($"{eth}/flags", flags + "\n");
        if (hasMaster)
        {
            Link($"{eth}/master", "../../../../virtual/net/br0");
            Directory.CreateDirectory($"{_sysfs}/devices/virtual/net/br0");
        }
        Link($"{_sysfs}/class/net/eth3", "../../devices/pci0000:00/0000:07:00.0/net/eth3");
        Assert.Equal(isIdle, Assert.Single(new PciDevices(_sysfs).Find(_card)!.Uses).IsIdle);
    }

    [Fact]
    public void A_bridge_and_the_display_of_the_console_are_known()
    {
        File.WriteAllText($"{AddFunction("0000:07:00.0", "pcieport")}/class", "0x060400\n");
        Assert.True(new PciDevices(_sysfs).Find(_card)!.IsBridge);
        var display = AddFunction("0000:01:00.0", "i915");
        File.WriteAllText($"{display}/class", "0x030000\n");
        File.WriteAllText($"{display}/boot_vga", "1\n");
        var facts = new PciDevices(_sysfs).Find(PciAddress.Parse("0000:01:00.0")!.Value)!;
        Assert.False(facts.IsBridge);
        Assert.Equal(new PciUse("display", "of the host"), Assert.Single(facts.Uses));
    }

    [Fact]
    public void It_goes_to_pciback_through_a_slot_and_back_to_its_driver_without_one()
    {
        AddFunction("0000:07:00.0", "e1000e");
        AddPciback();
        var orders = new List<string>();
        var devices = new PciDevices(_sysfs, kernel: (path, text) => Obey(orders, path, text));
        Assert.Null(devices.Bind(_card, "pciback"));
        Assert.Equal("pciback", devices.Find(_card)!.Driver);
        Assert.Equal([_card], devices.Assignable()!);
        Assert.Null(devices.Bind(_card, "pciback"));
        Assert.Null(devices.Bind(_card, "e1000e"));
        Assert.Equal("e1000e", devices.Find(_card)!.Driver);
        Assert.Equal(["e1000e/unbind", "pciback/new_slot", "pciback/bind", "pciback/unbind", "pciback/remove_slot", "e1000e/bind"], orders);
    }

    [Fact]
    public void One_that_no_driver_had_goes_back_to_none()
    {
        var directory = AddFunction("0000:07:00.0", "e1000e");
        File.Delete($"{directory}/driver");
        AddPciback();
        var devices = new PciDevices(_sysfs, kernel: (path, text) => Obey([], path, text));
        Assert.Null(devices.Bind(_card, "pciback"));
        Assert.Null(devices.Bind(_card, null));
        Assert.Null(devices.Find(_card)!.Driver);
        Assert.DoesNotContain("07:00.0", File.ReadAllText($"{_sysfs}/bus/pci/drivers/pciback/slots"));
    }

    [Fact]
    public void What_the_kernel_refuses_is_told_and_it_may_be_asked_again()
    {
        AddFunction("0000:07:00.0", "e1000e");
        Assert.Equal("dom0's kernel has no driver pciback", new PciDevices(_sysfs).Bind(_card, "pciback"));
        AddPciback();
        var isBroken = true;
        var devices = new PciDevices(_sysfs, kernel: (path, text) =>
        {
            if (isBroken && path.EndsWith("/bind", StringComparison.Ordinal))
            {
                throw new IOException("no such device", 19);
            }
            Obey([], path, text);
        });
        Assert.EndsWith("/bus/pci/drivers/pciback/bind refuses it (ENODEV)", devices.Bind(_card, "pciback"));
        isBroken = false;
        Assert.Null(devices.Bind(_card, "pciback"));
        Assert.Equal("it is not there any more", devices.Bind(PciAddress.Parse("0000:0a:00.0")!.Value, "pciback"));
    }

    [Fact]
    public void A_driver_that_hangs_is_waited_for_no_longer_than_the_limit()
    {
        AddFunction("0000:07:00.0", "e1000e");
        AddPciback();
        using var end = new ManualResetEventSlim();
        var devices = new PciDevices(_sysfs, TimeSpan.FromMilliseconds(200), (_, _) => end.Wait());
        Assert.EndsWith("e1000e/unbind has given no answer for 0.2 s", devices.Bind(_card, "pciback"));
        end.Set();
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

    [Fact]
    public void A_configuration_space_tells_bridges_and_ways_to_reset()
    {
        Assert.Null(PciConfigSpace.Read(new byte[63]));
        Assert.Null(PciConfigSpace.Read(Enumerable.Repeat((byte)0xff, 256).ToArray()));
        Assert.True(PciConfigSpace.Read(Space(1))!.IsBridge);
        Assert.False(PciConfigSpace.Read(Space(0x80))!.IsBridge);
        Assert.Equal(["function level reset"], PciConfigSpace.Read(Space(0, [0x13, 0, 6, 3, 0, 0, 0, 0]))!.Resets.AsEnumerable());
        // Power management that keeps all; an express device without a reset.
        Assert.Empty(PciConfigSpace.Read(Space(0, [0x01, 0x50, 0, 0, 8, 0, 0, 0], [0x10, 0, 0, 0, 0, 0, 0, 0]))!.Resets);
        // A capability that leads to itself, and one beyond what may be read.
        Assert.NotEmpty(PciConfigSpace.Read(Space(0, [0x01, 0x40, 0, 0, 0, 0, 0, 0]))!.Resets);
        Assert.Single(PciConfigSpace.Read(Space(0, [0x01, 0xfc, 0, 0, 0, 0, 0, 0]))!.Resets);
        Assert.Empty(PciConfigSpace.Read(Space(0, [0x01, 0x50, 0, 0, 0, 0, 0, 0])[..64])!.Resets);
    }

    /// <summary>A space with a header of that type, and capabilities at 0x40, 0x50 and so on.</summary>
    private static byte[] Space(byte type, params byte[][] capabilities)
    {
        var space = new byte[256];
        space[0] = 0x86;
        space[0x06] = 0x10;
        space[0x0e] = type;
        space[0x34] = (byte)(capabilities.Length > 0 ? 0x40 : 0);
        for (var number = 0; number < capabilities.Length; number++)
        {
            capabilities[number].CopyTo(space, 0x40 + 0x10 * number);
        }
        return space;
    }

    private void AddPciback()
    {
        Directory.CreateDirectory($"{_sysfs}/bus/pci/drivers/pciback");
        File.WriteAllText($"{_sysfs}/bus/pci/drivers/pciback/slots", "");
    }

    /// <summary>What the kernel does with what is written to a driver's files.</summary>
    private void Obey(List<string> orders, string path, string text)
    {
        var driver = Path.GetFileName(Path.GetDirectoryName(path))!;
        var slots = $"{_sysfs}/bus/pci/drivers/pciback/slots";
        var device = $"{_sysfs}/bus/pci/devices/{text}";
        orders.Add($"{driver}/{Path.GetFileName(path)}");
        switch (Path.GetFileName(path))
        {
            case "unbind":
                File.Delete($"{device}/driver");
                File.Delete($"{_sysfs}/bus/pci/drivers/{driver}/{text}");
                break;
            case "new_slot":
                File.AppendAllText(slots, $"{text}\n");
                break;
            case "remove_slot":
                File.WriteAllLines(slots, File.ReadAllLines(slots).Where(line => line != text));
                break;
            case "bind" when driver != "pciback" || File.ReadAllLines(slots).Contains(text):
                Link($"{device}/driver", $"../../../../bus/pci/drivers/{driver}");
                Link($"{_sysfs}/bus/pci/drivers/{driver}/{text}", device);
                break;
            default:
                throw new IOException("no such device", 19);
        }
    }

    private static void Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(path, target);
    }
}
