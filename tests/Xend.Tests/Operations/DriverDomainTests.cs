using Simulation.Xen;
using Sxp;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>Devices that another domain than dom0 serves.</summary>
public sealed class DriverDomainTests
{
    private const string Nic = "(vif (bridge nowhere) (mac 00:16:3e:00:00:77) (backend bystander))";

    [Fact]
    public async Task A_guest_has_its_devices_from_another_domain_and_goes_without_a_trace()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        await StartServerAsync(host, xend);
        var before = host.Dump();
        await Sample.CreateRunningAsync(xend.Toolstack, Sample.OnDriverDomain());
        var nodes = host.Store.Dump().Replace("\"", "");
        Assert.Contains("/local/domain/1/backend/vbd/2/51712/hotplug-status = connected", nodes);
        Assert.Contains("/local/domain/1/backend/vif/2/0/hotplug-status = connected", nodes);
        Assert.Contains("/local/domain/2/device/vif/0/backend = /local/domain/1/backend/vif/2/0 (", nodes);
        Assert.Contains("/local/domain/2/device/vif/0/backend-id = 1 (", nodes);
        // The one who serves it writes its end, and reads the guest's; and the other way round.
        Assert.Matches(@"/local/domain/1/backend/vbd/2/51712 = +\(n1,r2\)", nodes);
        Assert.Matches(@"/local/domain/2/device/vbd/51712 = +\(n2,r1\)", nodes);
        Assert.Matches(@"/local/domain/2/device/vif/0/mtu = 1500 +\(n2,b1\)", nodes);
        // By name, for it may have another id when the guest is made again.
        Assert.All(xend.Toolstack.FindDomain("linux").Config!.Devices, device => Assert.Equal("bystander", device.Backend));
        await xend.Toolstack.DetachDeviceAsync("linux", "vif", 0, force: true, Guests.Root, default);
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.Equal(before, host.Dump());
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_device_comes_to_a_running_guest_and_goes_whether_or_not_the_server_cleans_up(bool cleans, bool force)
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        var server = await StartServerAsync(host, xend);
        await Sample.CreateRunningAsync(xend.Toolstack, Sample.OnDriverDomain());
        var before = host.Dump();
        Assert.Equal(1u, (await xend.Toolstack.AttachAsync("linux", Nic)).Id);
        var listed = (await xend.Toolstack.ListDeviceNodesAsync("linux", "vif", default)).Select(nic => nic.Nodes.Single(IsServer).Value);
        Assert.Equal(["1", "1"], listed);
        server.HasScripts = cleans;
        await xend.Toolstack.DetachDeviceAsync("linux", "vif", 1, force, Guests.Root, default);
        Assert.Equal(before, host.Dump());

        static bool IsServer((string Key, string Value) node) => node.Key == "backend-id";
    }

    [Fact]
    public async Task What_another_tool_attached_from_a_driver_domain_is_not_overwritten_and_can_be_taken_away()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        await StartServerAsync(host, xend);
        host.Machine.AddFile("/images/b.img");
        await Sample.CreateRunningAsync(xend.Toolstack, Sample.OnDriverDomain());
        var before = host.Dump();
        await using var xl = host.Store.Client();
        const string Backend = "/local/domain/1/backend/vbd/2/51728";
        await xl.WriteAsync("/libxl/2/device/vbd/51728/backend", Backend);
        await xl.WriteAsync("/local/domain/2/device/vbd/51728/backend", Backend);
        await xl.WriteAsync($"{Backend}/online", "1");
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.AttachAsync("linux", Sample.SecondDisk));
        Assert.Equal("Device xvdb (51728, vbd) is already connected.", error.Message);
        Assert.Equal(Backend, await xl.ReadAsync("/local/domain/2/device/vbd/51728/backend"));
        await xend.Toolstack.DetachDeviceAsync("linux", "vbd", 51728, force: true, Guests.Root, default);
        Assert.Equal(before, host.Dump());
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("77")]
    [InlineData("linux")]
    public async Task Who_does_not_run_and_the_guest_itself_serve_nothing(string backend)
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateRunningAsync(xend.Toolstack, Guests.Small("linux"));
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.AttachAsync("linux", $"(vif (bridge nowhere) (backend {backend}))")
        );
        Assert.Equal($"Cannot configure device for unknown backend {backend}", error.Message);
        Assert.Equal(before, host.Dump());
    }

    [Theory]
    [InlineData("no-driver")]
    [InlineData("no-scripts")]
    [InlineData("refuses")]
    public async Task A_server_that_does_not_connect_a_device_is_told_with_what_to_look_at(string fault)
    {
        await using var host = await SimulatedHost.StartAsync(
            options: new XendOptions { LogFile = "/nonexistent/xend.log", DeviceCreateTimeout = TimeSpan.FromSeconds(1) }
        );
        await using var xend = await host.StartXendAsync();
        var server = await StartServerAsync(host, xend);
        await Sample.CreateRunningAsync(xend.Toolstack, Sample.OnDriverDomain());
        var before = host.Dump();
        server.HasDrivers = fault != "no-driver";
        server.HasScripts = fault != "no-scripts";
        server.Refusal = fault == "refuses" ? "Could not find bridge device nowhere" : null;
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.AttachAsync("linux", Nic));
        Approved.Match($"hotplug/attach-vif-driver-domain-{fault}.txt", error.Text);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task A_guest_whose_server_is_gone_can_be_destroyed_and_is_made_again_with_the_next_server_of_that_name()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        var empty = host.Dump();
        await StartServerAsync(host, xend);
        await Sample.CreateRunningAsync(xend.Toolstack, Sample.OnDriverDomain());
        await xend.Toolstack.DestroyAsync("bystander", Guests.Root, default);
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.Equal(empty, host.Dump());
        await StartServerAsync(host, xend);
        await Sample.CreateRunningAsync(xend.Toolstack, Sample.OnDriverDomain());
        Assert.Contains("/local/domain/3/backend/vif/4/0/hotplug-status", host.Store.Dump());
    }

    [Fact]
    public async Task What_a_dead_domain_left_in_a_driver_domain_is_found_and_removed()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        await StartServerAsync(host, xend);
        var before = host.Dump();
        await using var xl = host.Store.Client();
        await xl.WriteAsync("/local/domain/1/backend/vif/77/0/mac", "00:16:3e:00:00:01");
        var finding = Assert.Single(await xend.Toolstack.AuditAsync(fix: false, Guests.Root, default));
        Assert.Equal("/local/domain/1/backend/vif/77", finding.Object);
        await xend.Toolstack.AuditAsync(fix: true, Guests.Root, default);
        await xl.RemoveAsync("/local/domain/1/backend");
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task A_disk_of_a_driver_domain_is_no_file_of_dom0()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        await StartServerAsync(host, xend);
        host.Machine.AddFile("/images/a.img");
        // The path is the same, the disk is not.
        await xend.Toolstack.CreateAsync(Guests.Linux(uname: "file:/images/a.img"), Guests.Root, default);
        await xend.Toolstack.CreateAsync(WithDisk("other", "file:/images/a.img"), Guests.Root, default);
        var twice = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.CreateAsync(WithDisk("third", "file:/images/a.img"), Guests.Root, default)
        );
        Assert.StartsWith(
            "Device 51712 (vbd) could not be connected. /images/a.img of bystander is already used by domain other as xvda (mode w),",
            twice.Message
        );
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.CreateAsync(WithDisk("third", "tap:qcow2:/images/b.img"), Guests.Root, default)
        );
        Assert.Equal("disk xvda: tap:qcow2:/images/b.img cannot be served by bystander", error.Message);
        error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.CreateAsync(
                WithDisk("third", "file:/images/a.img", "(bootloader pygrub) (image (linux (args '')))"),
                Guests.Root,
                default
            )
        );
        Assert.Equal("The boot loader pygrub reads disks of dom0 only, and xvda is served by bystander", error.Message);
    }

    private static SList WithDisk(string name, string uname, string more = "(image (linux (kernel /boot/vmlinux) (args '')))") =>
        (SList)
            SxpReader.Read(
                $"(vm (name {name}) (memory 16) (vcpus 1) {more} (device (vbd (uname {uname}) (dev xvda) (mode w) (backend bystander))))"
            );

    private static async Task<SimulatedDriverDomain> StartServerAsync(SimulatedHost host, SimulatedXend xend)
    {
        await Sample.CreateRunningAsync(xend.Toolstack, Guests.Small("bystander"));
        return await host.StartDriverDomainAsync(xend.Toolstack.FindDomain("bystander").Id!.Value);
    }
}
