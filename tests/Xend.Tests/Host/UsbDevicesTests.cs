using Xend.Host;

namespace Xend.Tests.Host;

/// <summary>The host's USB devices as sysfs has them.</summary>
public sealed class UsbDevicesTests : IDisposable
{
    private readonly DirectoryInfo _bus = Directory.CreateTempSubdirectory("usb-");

    public void Dispose() => _bus.Delete(recursive: true);

    [Fact]
    public void Devices_are_read_in_order_and_interfaces_left_out()
    {
        Add(
            "2-1",
            ("busnum", "2"),
            ("devnum", "12"),
            ("idVendor", "046d"),
            ("idProduct", "c016"),
            ("bDeviceClass", "00"),
            ("product", "Optical\u001b Mouse")
        );
        Add(
            "usb1",
            ("busnum", "1"),
            ("devnum", "1"),
            ("idVendor", "1d6b"),
            ("idProduct", "0002"),
            ("bDeviceClass", "09"),
            ("manufacturer", "Linux"),
            ("product", "hub")
        );
        Add("2-1:1.0", ("bInterfaceClass", "03"));
        Add("2-2", ("devnum", "9"));
        var devices = UsbDevices.Read(_bus.FullName);
        Assert.Equal(
            ["host:1.1 (host:1d6b:0002 Linux hub)", "host:2.12 (host:046d:c016 Optical? Mouse)"],
            devices.Select(device => device.ToString())
        );
        Assert.Equal([("usb1", true), ("2-1", false)], devices.Select(device => (device.Place, device.IsHub)));
        Assert.Contains(HostUsbDevice.TryParse("host:2.12"), devices[1].Names);
        Assert.Contains(HostUsbDevice.TryParse("host:46D:C016"), devices[1].Names);
    }

    [Fact]
    public void The_disks_of_a_device_are_found_and_links_not_followed()
    {
        Add("1-2", ("busnum", "1"), ("devnum", "3"), ("idVendor", "0781"), ("idProduct", "5567"), ("bDeviceClass", "00"));
        Add("1-2/1-2:1.0/host2/target2:0:0/2:0:0:0/block/sdb", ("dev", "8:16"));
        Add("1-2/1-2:1.0/host2/target2:0:0/2:0:0:0/block/sdb/sdb1", ("dev", "8:17"));
        Add("other/block/sdc", ("dev", "8:32"));
        Directory.CreateSymbolicLink(Path.Combine(_bus.FullName, "1-2/subsystem"), Path.Combine(_bus.FullName, "other"));
        Assert.Equal([new DiskIdentity("dev 8:16")], Assert.Single(UsbDevices.Read(_bus.FullName)).Disks);
    }

    [Fact]
    public void A_host_without_USB_has_none() => Assert.Empty(UsbDevices.Read(_bus.FullName + "/none"));

    [Theory]
    [InlineData("tablet")]
    [InlineData("host:1")]
    [InlineData("host:1.2.3")]
    [InlineData("host:1:2:3")]
    [InlineData("host:1.a")]
    [InlineData("host:10000.1")]
    [InlineData("host:12345:1")]
    [InlineData("host:1.2,id=x")]
    [InlineData("host:1.2\n")]
    public void Other_names_are_none(string text) => Assert.Null(HostUsbDevice.TryParse(text));

    private void Add(string name, params (string File, string Text)[] files)
    {
        var directory = _bus.CreateSubdirectory(name).FullName;
        foreach (var (file, text) in files)
        {
            File.WriteAllText(Path.Combine(directory, file), text + "\n");
        }
    }
}
