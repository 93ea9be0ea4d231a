using Simulation.Xen;
using Xend.Operations;
using Xend.Requests;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>Devices that come to a domain and go.</summary>
public sealed class HotplugTests
{
    private const string Disk = Sample.SecondDisk;

    [Fact]
    public async Task A_disk_that_comes_is_connected_kept_claimed_and_listed_and_goes_without_a_trace()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        var before = host.Dump();
        Assert.Equal(new AttachedDevice("vbd", 51728, 1), await xend.Toolstack.AttachAsync("linux", Disk));
        Assert.Contains("backend/vbd/1/51728/hotplug-status = connected", host.Store.Dump().Replace("\"", ""));
        Assert.Equal([51712u, 51728u], (await xend.Toolstack.ListDeviceNodesAsync("linux", "vbd", default)).Select(disk => disk.Id));
        Assert.Equal(2, xend.Toolstack.FindDomain("linux").Config!.Devices.OfType<VbdConfig>().Count());

        // Nobody else can have it, and the next daemon knows of it.
        var other = Guests.Linux(name: "other", uname: "file:/images/b.img", mac: "00:16:3e:00:00:01");
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(other, Guests.Root, default));
        Assert.Contains("linux", error.Text);
        await using (var next = await host.StartXendAsync())
        {
            Assert.Equal(2, next.Toolstack.FindDomain("linux").Config!.Devices.OfType<VbdConfig>().Count());
        }
        await xend.Toolstack.DetachDeviceAsync("linux", "vbd", 51728, force: true, Guests.Root, default);
        Assert.Equal(before, host.Dump());
    }

    [Theory]
    [InlineData(Disk, "The device \"xvdb\" is already defined")]
    [InlineData("(vbd (uname file:/images/b.img) (dev xvdc) (mode w))", "The uname \"file:/images/b.img\" is already defined")]
    [InlineData("(vbd (uname file:/none) (dev xvdc) (mode w))", "Device 51744 (vbd) could not be connected. /none does not exist.")]
    [InlineData("(vbd (uname file:/images/c.img) (dev qqq) (mode w))", "Unable to find number for device (qqq)")]
    [InlineData("(vif (bridge eth0) (mac 00:16:3e:38:d4:07))", "The mac \"00:16:3e:38:d4:07\" is already defined")]
    [InlineData("(vif (bridge none))", "Device 1 (vif) could not be connected. Bridge 'none' does not exist.")]
    [InlineData("(vif2 (bridge eth0))", "A device of class vif2 cannot be given to a guest that runs")]
    public async Task What_cannot_be_had_is_refused_and_changes_nothing(string device, string sentence)
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        await xend.Toolstack.AttachAsync("linux", Disk);
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.AttachAsync("linux", device));
        Assert.StartsWith(sentence, error.Message);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task Interfaces_get_the_lowest_number_that_is_free_and_an_address_of_their_own()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        for (var id = 1u; id <= 3; id++)
        {
            Assert.Equal(id, (await xend.Toolstack.AttachAsync("linux", "(vif (bridge eth0))")).Id);
        }
        await xend.Toolstack.DetachDeviceAsync("linux", "vif", 2, force: true, Guests.Root, default);
        Assert.Equal(2u, (await xend.Toolstack.AttachAsync("linux", "(vif (bridge eth0))")).Id);
        var macs = xend.Toolstack.FindDomain("linux").Config!.Devices.OfType<VifConfig>().Select(nic => nic.Mac).ToList();
        Assert.Equal(macs.Count, macs.Distinct().Count());
    }

    [Fact]
    public async Task What_another_tool_attached_is_seen_and_can_be_taken_away()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        await using var xl = host.Store.Client();
        await xl.WriteAsync("/local/domain/0/backend/vbd/1/51728/state", "6");
        await xl.WriteAsync("/local/domain/1/device/vbd/51728/state", "6");
        await xl.WriteAsync("/libxl/1/device/vbd/51728/params", "/images/b.img");
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.AttachAsync("linux", Disk));
        Assert.Equal("Device xvdb (51728, vbd) is already connected.", error.Message);
        await xend.Toolstack.DetachDeviceAsync("linux", "vbd", 51728, force: false, Guests.Root, default);
        Assert.DoesNotContain("51728", host.Store.Dump());
    }

    [Fact]
    public async Task What_another_tool_attaches_in_the_same_moment_is_not_overwritten()
    {
        await using var host = await StartHostAsync();
        await using var xl = host.Store.Client();
        const string Backend = "/local/domain/0/backend/qdisk/1/51728";
        var attaches = new BeforeStep("add-vbd-51728", () => xl.WriteAsync($"{Backend}/state", "4"));
        await using var xend = await host.StartXendAsync(attaches);
        await Sample.CreateAsync(host, xend.Toolstack);
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.AttachAsync("linux", Disk));
        Assert.Equal("Device xvdb (51728, vbd) is already connected.", error.Message);
        Assert.Equal("4", await xl.ReadAsync($"{Backend}/state"));
        Assert.Null(await xl.ReadAsync("/local/domain/0/backend/vbd/1/51728/state"));
        Assert.Single(xend.Toolstack.FindDomain("linux").Config!.Devices.OfType<VbdConfig>());
    }

    [Fact]
    public async Task What_is_not_there_cannot_be_taken_away()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.DetachDeviceAsync("linux", "vbd", 51744, force: true, Guests.Root, default)
        );
        Assert.Equal("Device 51744 not connected", error.Message);
    }

    [Fact]
    public async Task A_domain_that_does_not_run_has_another_configuration()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.NewAsync(host, xend.Toolstack);
        Assert.Null((await xend.Toolstack.AttachAsync("linux", Disk)).DomainId);
        await xend.Toolstack.StartAsync("linux", paused: false, Guests.Root, default);
        Assert.Contains("backend/vbd/1/51728/hotplug-status = connected", host.Store.Dump().Replace("\"", ""));
    }

    [Fact]
    public async Task What_another_tool_took_away_leaves_the_configuration_when_it_is_detached()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        await xend.Toolstack.AttachAsync("linux", Disk);
        await using var xl = host.Store.Client();
        await xl.RemoveAsync("/local/domain/0/backend/vbd/1/51728");
        await xend.Toolstack.DetachDeviceAsync("linux", "vbd", 51728, force: false, Guests.Root, default);
        await xend.Toolstack.AttachAsync("linux", Disk);
    }

    [Fact]
    public async Task A_detach_that_is_given_up_leaves_the_device_as_it_was()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        await using var guest = host.Store.Client();
        await guest.WriteAsync("/local/domain/1/device/vbd/51712/state", "4");
        var before = host.Dump();
        using var patience = new CancellationTokenSource();
        var detach = xend.Toolstack.DetachDeviceAsync("linux", "vbd", 51712, force: false, Guests.Root, patience.Token);
        await Eventually.TrueAsync(() => host.Store.Dump().Replace("\"", "").Contains("backend/vbd/1/51712/online = 0"));
        await patience.CancelAsync();
        await Assert.ThrowsAsync<XendError>(() => detach);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task Disks_that_come_have_UUIDs_of_their_own_and_the_first_that_is_left_boots()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.NewAsync(host, xend.Toolstack);
        await xend.Toolstack.AttachAsync("linux", Disk);
        await xend.Toolstack.AttachAsync("linux", "(vbd (uname file:/images/c.img) (dev xvdc) (mode r))");
        var disks = xend.Toolstack.FindDomain("linux").Config!.Devices.OfType<VbdConfig>().ToList();
        Assert.Equal(3, disks.Select(disk => disk.Uuid).Distinct().Count());
        await xend.Toolstack.DetachDeviceAsync("linux", "vbd", 51712, force: false, Guests.Root, default);
        disks = [.. xend.Toolstack.FindDomain("linux").Config!.Devices.OfType<VbdConfig>()];
        Assert.Equal([("xvdb", true), ("xvdc", false)], disks.Select(disk => (disk.Name, disk.Bootable)));
    }

    [Theory]
    [InlineData("()")]
    [InlineData("((uname a))")]
    public async Task What_is_no_device_is_refused(string device)
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.NewAsync(host, xend.Toolstack);
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.AttachAsync("linux", device));
        Assert.Equal("The device names no device class.", error.Message);
    }

    [Fact]
    public async Task The_disc_of_a_domain_that_does_not_run_is_that_of_its_next_start()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.AddDiscs(host, xend.Toolstack);
        await xend.Toolstack.NewAsync(Sample.WithDrive(), Guests.Root, default);
        await xend.Toolstack.ConfigureDeviceAsync("linux", Sample.Drive("file:/images/two.iso"), Guests.Root, default);
        var drive = xend.Toolstack.FindDomain("linux").Config!.Devices.OfType<VbdConfig>().Single();
        Assert.Equal("file:/images/two.iso", drive.Uname);
        await xend.Toolstack.StartAsync("linux", paused: false, Guests.Root, default);
        Sample.DemandDiscAsConfigured(host, xend.Toolstack);
    }

    [Fact]
    public async Task A_disk_that_is_no_drive_keeps_its_data_also_while_the_guest_does_not_run()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.NewAsync(host, xend.Toolstack);
        var other = (Sxp.SList)Sxp.SxpReader.Read("(vbd (uname file:/images/b.img) (dev xvda) (mode w))");
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.ConfigureDeviceAsync("linux", other, Guests.Root, default));
        Assert.StartsWith("Refusing to reconfigure device vbd:51712 to ", error.Message);
    }

    private static async Task<SimulatedHost> StartHostAsync()
    {
        var host = await SimulatedHost.StartAsync();
        host.Machine.AddFile("/images/a.img");
        host.Machine.AddFile("/images/b.img");
        host.Machine.AddFile("/images/c.img");
        return host;
    }
}
