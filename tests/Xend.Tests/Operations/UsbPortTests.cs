using Simulation.Xen;
using Sxp;
using Xend.Host;
using Xend.Operations;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>USB controllers for PV drivers, and what is in their ports.</summary>
public sealed class UsbPortTests
{
    private const string Ports = "/local/domain/0/backend/qusb/1/0/port";

    [Fact]
    public async Task A_guest_is_created_with_a_controller_and_its_device_model_serves_it()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateWithUsbPortsAsync(host, xend.Toolstack);
        var store = host.Store.Dump();
        Assert.Contains($"{Ports}/1 = 1-1 (", store);
        Assert.Contains("/local/domain/1/device/vusb/0/num-ports = 2 (", store);
        Assert.Single(host.DeviceModels.Processes);
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.DoesNotContain("/qusb/1", host.Store.Dump());
        Assert.Empty(host.DeviceModels.Processes);
    }

    [Fact]
    public async Task What_is_plugged_in_and_out_is_kept_and_told()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateWithUsbPortsAsync(host, xend.Toolstack);
        await xend.Toolstack.SetUsbPortAsync("linux", 0, 2, "1-2", Guests.Root, default);
        await xend.Toolstack.SetUsbPortAsync("linux", 0, 1, "", Guests.Root, default);
        Assert.Contains($"{Ports}/1 =  (", host.Store.Dump());
        Assert.Contains($"{Ports}/2 = 1-2 (", host.Store.Dump());
        var config = xend.Toolstack.FindDomain("linux").Config!;
        Assert.Equal<string>(["", "1-2"], config.Devices.OfType<VusbConfig>().Single().Ports);
        Assert.Equal(["1-1 ", "1-2 linux", "1-3 "], xend.Toolstack.ListUsb().Select(device => $"{device.Place} {device.Holder}").Order());
    }

    [Fact]
    public async Task A_guest_without_a_device_model_gets_one_with_its_first_controller_and_loses_it_with_the_last()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Small("linux"), Guests.Root, default);
        var before = host.Dump();
        await xend.Toolstack.AttachAsync("linux", "(vusb (usb-ver 1) (num-ports 3))");
        Assert.Single(host.DeviceModels.Processes);
        await xend.Toolstack.DetachDeviceAsync("linux", "vusb", 0, force: true, Guests.Root, default);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task Of_a_domain_that_does_not_run_the_configuration_changes()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.NewAsync(Guests.Small("linux"), Guests.Root, default);
        await xend.Toolstack.AttachAsync("linux", "(vusb (usb-ver 2) (num-ports 2))");
        await xend.Toolstack.SetUsbPortAsync("linux", 0, 1, "1-1", Guests.Root, default);
        var controller = xend.Toolstack.FindDomain("linux").Config!.Devices.OfType<VusbConfig>().Single();
        Assert.Equal<string>(["1-1", ""], controller.Ports);
    }

    [Theory]
    [InlineData("no-controller", 3, 1, "1-2")]
    [InlineData("no-port", 0, 3, "1-2")]
    [InlineData("port-taken", 0, 1, "1-2")]
    [InlineData("own-device", 0, 2, "1-1")]
    [InlineData("others-device", 0, 2, "1-3")]
    [InlineData("absent", 0, 2, "7-7")]
    [InlineData("hub", 0, 2, "1-4")]
    [InlineData("empty", 0, 2, "")]
    public async Task What_cannot_be_plugged_is_told_and_changes_nothing(string name, uint controller, int port, string place)
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateWithUsbPortsAsync(host, xend.Toolstack);
        await Sample.CreateRunningAsync(
            xend.Toolstack,
            (SList)
                SxpReader.Read(
                    "(vm (name other) (memory 16) (image (linux (kernel /boot/vmlinux))) (device (vusb (num-ports 1) (port (1 1-3)))))"
                )
        );
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.SetUsbPortAsync("linux", controller, port, place, Guests.Root, default)
        );
        Approved.Match($"hotplug/usb-port-{name}.txt", error.Text);
        Assert.Equal(before, host.Dump());
    }

    [Theory]
    [InlineData("mounted")]
    [InlineData("a-guests-disk")]
    public async Task A_device_whose_disk_is_in_use_is_not_torn_from_its_user(string name)
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateWithUsbPortsAsync(host, xend.Toolstack);
        var disk = new DiskIdentity("dev 8:16");
        host.Machine.Usb.Add(new UsbFacts(1, 8, 0x0781, 0x5567, "backup") { Place = "1-5", Disks = [disk] });
        if (name == "mounted")
        {
            host.Machine.Uses[disk] = [new HostUse("mounted on /srv/backup", ReadOnly: false)];
        }
        else
        {
            host.Machine.AddDisk("/dev/sdb", "8:16");
            await xend.Toolstack.CreateAsync(Guests.Linux("holder", uname: "phy:/dev/sdb"), Guests.Root, default);
        }
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.SetUsbPortAsync("linux", 0, 2, "1-5", Guests.Root, default));
        Approved.Match($"hotplug/usb-port-{name}.txt", error.Text);
        Assert.Equal(before, host.Dump());
    }

    [Theory]
    [InlineData("(vusb (num-ports 17))")]
    [InlineData("(vusb (usb-ver 3))")]
    [InlineData("(vusb (num-ports 1) (port (2 1-1)))")]
    [InlineData("(vusb (num-ports 1) (port (1 /etc)))")]
    [InlineData("(vusb (num-ports 2) (port (1 1-1) (2 1-1)))")]
    public void What_no_controller_can_be_is_refused(string device) =>
        Assert.Throws<XendError>(() =>
            new DomainConfigReader("vif-bridge").Read((SList)SxpReader.Read($"(vm (name x) (memory 16) (image (linux)) (device {device}))"))
        );

    private static async Task<SimulatedHost> StartHostAsync()
    {
        var host = await SimulatedHost.StartAsync();
        host.Machine.Usb.Add(new UsbFacts(1, 6, 1, 2, "other's") { Place = "1-3" });
        host.Machine.Usb.Add(new UsbFacts(1, 7, 1, 3, "hub") { Place = "1-4", IsHub = true });
        return host;
    }
}
