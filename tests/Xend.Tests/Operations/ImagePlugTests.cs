using Simulation.Xen;
using Xend.Operations;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>Disks in images that come to a running guest and go: the device model that serves them comes and goes with them.</summary>
public sealed class ImagePlugTests
{
    private const string Node = "/local/domain/0/backend/qdisk/1/51728/state";

    [Theory]
    [InlineData("qcow2", "qcow2", "qcow2")]
    [InlineData("vhd", "VHD", "vpc")]
    [InlineData("vmdk", "VMDK", "vmdk")]
    [InlineData("vdi", "VDI", "vdi")]
    public async Task An_image_that_comes_has_a_device_model_which_goes_with_it(string said, string begins, string driver)
    {
        await using var host = await StartAsync(begins);
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        var before = host.Dump();
        await xend.Toolstack.AttachAsync("linux", $"(vbd (uname tap:{said}:/images/b.img) (dev xvdb) (mode w))");
        Assert.Contains("xenpv", Assert.Single(host.DeviceModels.Started).Arguments);
        Assert.Contains($"qdisk/1/51728/params = {driver}:/images/b.img", host.Store.Dump().Replace("\"", ""));
        await xend.Toolstack.DetachDeviceAsync("linux", "vbd", 51728, force: true, Guests.Root, default);
        Assert.Empty(host.DeviceModels.Processes);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task A_second_image_has_the_same_device_model_and_the_last_one_takes_it_along()
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Linux(uname: "tap:qcow2:/images/i.img"), Guests.Root, default);
        await xend.Toolstack.AttachAsync("linux", Sample.ImageDisk);
        Assert.Single(host.DeviceModels.Started);
        await xend.Toolstack.DetachDeviceAsync("linux", "vbd", 51712, force: true, Guests.Root, default);
        Assert.Single(host.DeviceModels.Processes);
        await xend.Toolstack.DetachDeviceAsync("linux", "vbd", 51728, force: true, Guests.Root, default);
        Assert.Empty(host.DeviceModels.Processes);
        Assert.DoesNotContain("device-model", host.Store.Dump("/local/domain/1"));
    }

    /// <summary>The next daemon knows whose process it is, and no guest is taken for one that is still being made.</summary>
    [Fact]
    public async Task A_device_model_that_came_later_is_known_to_the_next_daemon()
    {
        await using var host = await StartAsync();
        var first = await host.StartXendAsync();
        await Sample.CreateAsync(host, first.Toolstack);
        var before = host.Dump();
        await first.Toolstack.AttachAsync("linux", Sample.ImageDisk);
        await using var next = await host.StartXendAsync();
        Assert.Equal(2, next.Toolstack.FindDomain("linux").Config!.Devices.OfType<VbdConfig>().Count());
        await next.Toolstack.DetachDeviceAsync("linux", "vbd", 51728, force: true, Guests.Root, default);
        Assert.Empty(host.DeviceModels.Processes);
        Assert.Equal(before, host.Dump());
        await first.DisposeAsync();
    }

    [Fact]
    public async Task An_image_that_the_device_model_does_not_open_is_told_with_its_words_and_undone()
    {
        await using var host = await StartAsync(
            options: new XendOptions { LogFile = "/nonexistent", DeviceCreateTimeout = TimeSpan.FromSeconds(1) }
        );
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        var before = host.Dump();
        host.Backends.Busy = true;
        host.DeviceModels.Words = "xen be: qdisk-51728: failed to open";
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.AttachAsync("linux", Sample.ImageDisk));
        Assert.Equal("Device 51728 (vbd) could not be connected. Backend device not found.", error.Message);
        Assert.Contains("the device model of linux has not opened /images/b.img within 1 s. It said:\nxen be: qdisk-51728: ", error.Detail);
        Assert.Equal(before, host.Dump());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_format_that_the_device_model_was_built_without_is_told_and_leaves_nothing(bool atCreation)
    {
        await using var host = await StartAsync("VDI");
        host.DeviceModels.Unknown.Add(DiskFormat.Vdi);
        await using var xend = await host.StartXendAsync();
        if (!atCreation)
        {
            await Sample.CreateAsync(host, xend.Toolstack);
        }
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() =>
            atCreation
                ? xend.Toolstack.CreateAsync(Guests.Linux(uname: "tap:vdi:/images/b.img"), Guests.Root, default)
                : xend.Toolstack.AttachAsync("linux", "(vbd (uname tap:vdi:/images/b.img) (dev xvda1) (mode w))")
        );
        Assert.EndsWith(" (vbd) could not be connected. The device model knows no VDI images.", error.Message);
        Assert.Contains("The device model of linux says: Unknown driver 'vdi'", error.Detail);
        Assert.Equal("Convert it: qemu-img convert -f vdi -O qcow2 /images/b.img NEW", error.Hint);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task What_is_no_such_image_starts_no_device_model()
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.AttachAsync("linux", "(vbd (uname tap:vdi:/images/b.img) (dev xvdb) (mode w))")
        );
        Assert.Contains("/images/b.img is no VDI image.", error.Message);
        Assert.Empty(host.DeviceModels.Started);
    }

    /// <summary>The emulated SCSI bus has it in its own format, beside the side for PV drivers.</summary>
    [Fact]
    public async Task A_guest_without_PV_drivers_sees_an_image_on_the_SCSI_bus()
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateUndrivenAsync(host, xend.Toolstack);
        var before = host.Dump();
        await xend.Toolstack.AttachAsync("linux", "(vbd (uname tap:qcow2:/images/b.img) (dev sdb) (mode w))");
        Assert.Equal("qcow2 /images/b.img at 1", host.DeviceModels.Plugged[(1, "scsi-2064")]);
        await xend.Toolstack.DetachDeviceAsync("linux", "vbd", 2064, force: true, Guests.Root, default);
        Assert.Single(host.DeviceModels.Processes);
        Assert.Equal(before, host.Dump());
    }

    /// <summary>A daemon that dies in another operation on the guest's devices takes none for half connected.</summary>
    [Fact]
    public async Task An_image_stays_where_a_daemon_dies_while_another_disk_comes()
    {
        await using var host = await StartAsync();
        host.Machine.AddFile("/images/c.img");
        var death = new OrderedDeath("attach", "connect-vbd-51744", StepMoment.Before);
        var killed = await host.StartXendAsync(death);
        await Sample.CreateAsync(host, killed.Toolstack);
        await killed.Toolstack.AttachAsync("linux", Sample.ImageDisk);
        death.Arm();
        _ = killed.Toolstack.AttachAsync("linux", "(vbd (uname file:/images/c.img) (dev xvdc) (mode w))");
        await death.Happened;
        await using var next = await host.StartXendAsync();
        Assert.Equal([51712u, 51728u], next.Toolstack.FindDomain("linux").Config!.Devices.OfType<VbdConfig>().Select(disk => disk.Id));
        Assert.Single(host.DeviceModels.Processes);
        await using var store = host.Store.Client();
        Assert.Equal("2", await store.ReadAsync(Node));
    }

    private static async Task<SimulatedHost> StartAsync(string begins = "qcow2", XendOptions? options = null)
    {
        var host = await SimulatedHost.StartAsync(options: options);
        host.Machine.AddFile("/images/a.img");
        host.Machine.AddFile("/images/b.img");
        host.Machine.AddFile("/images/i.img");
        host.Machine.ImageFormats["/images/b.img"] = begins;
        host.Machine.ImageFormats["/images/i.img"] = begins;
        return host;
    }
}
