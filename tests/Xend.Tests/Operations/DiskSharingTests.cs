using Simulation.Xen;
using Xend.Host;

namespace Xend.Tests.Operations;

/// <summary>Nobody gets what somebody else writes to: parts of a disk, files below an image, and a guest's own disk once more.</summary>
public sealed class DiskSharingTests
{
    private const string Base = "/images/base.img";

    [Theory]
    [InlineData("/dev/sdb", "/dev/sdb1")]
    [InlineData("/dev/sdb1", "/dev/sdb")]
    public async Task A_partition_and_its_whole_are_not_two_guests(string first, string second)
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Linux(uname: $"phy:{first}"), Guests.Root, default);
        var error = await RefusedAsync(xend.Toolstack.CreateAsync(Other($"phy:{second}"), Guests.Root, default));
        Assert.Contains($"{second} is already used by domain linux as xvda (mode w),", error.Message);
        Assert.Contains("One is a part of the other, or made of it (dev 8:", error.Detail);
    }

    [Fact]
    public async Task Two_images_share_what_is_below_them_and_nobody_writes_to_it()
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Linux(uname: "tap:qcow2:/images/a.qcow2"), Guests.Root, default);
        await xend.Toolstack.CreateAsync(Other("tap:qcow2:/images/b.qcow2"), Guests.Root, default);
        var error = await RefusedAsync(
            xend.Toolstack.CreateAsync(Guests.Linux("third", $"file:{Base}", "00:16:3e:00:00:03"), Guests.Root, default)
        );
        Assert.Contains($"{Base} is already used by domain linux as the backing file of xvda (mode r),", error.Message);
        // Others may read it as well.
        await xend.Toolstack.CreateAsync(Guests.Linux("reader", $"file:{Base}", "00:16:3e:00:00:04", mode: "r"), Guests.Root, default);
    }

    [Fact]
    public async Task What_is_below_an_image_is_not_what_another_guest_or_dom0_writes_to()
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Linux(uname: $"file:{Base}"), Guests.Root, default);
        var error = await RefusedAsync(xend.Toolstack.CreateAsync(Other("tap:qcow2:/images/a.qcow2"), Guests.Root, default));
        Assert.Contains($"{Base} (below /images/a.qcow2) is already used by domain linux as xvda (mode w),", error.Message);

        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        host.Machine.Uses[host.Machine.Stat(Base)!.Disk!.Value] = [new HostUse("mounted on /mnt", ReadOnly: false)];
        error = await RefusedAsync(xend.Toolstack.CreateAsync(Other("tap:qcow2:/images/a.qcow2"), Guests.Root, default));
        Assert.Contains($"{Base} (below /images/a.qcow2) is mounted on /mnt in the privileged domain,", error.Message);
    }

    [Theory]
    [InlineData("phy:/dev/sdb1", "w", "phy:/dev/disk/by-id/one", "w", false)]
    [InlineData("phy:/dev/sdb", "w", "phy:/dev/sdb1", "w", false)]
    [InlineData("phy:/dev/sdb1", "r", "phy:/dev/disk/by-id/one", "w", false)]
    [InlineData("phy:/dev/sdb1", "r", "phy:/dev/disk/by-id/one", "r", true)]
    [InlineData("phy:/dev/sdb1", "w", "phy:/dev/disk/by-id/one", "w!", true)]
    [InlineData("tap:qcow2:/images/a.qcow2", "w", "file:/images/base.img", "w", false)]
    [InlineData("tap:qcow2:/images/a.qcow2", "w", "tap:qcow2:/images/b.qcow2", "w", true)]
    public async Task One_guest_has_no_disk_twice(string first, string firstMode, string second, string secondMode, bool allowed)
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        var devices =
            $"(device (vbd (uname {first}) (dev xvda) (mode {firstMode}))) (device (vbd (uname {second}) (dev xvdb) (mode {secondMode})))";
        var create = xend.Toolstack.CreateAsync(Guests.Pvh(devices: devices), Guests.Root, default);
        if (allowed)
        {
            await create;
            return;
        }
        var error = await RefusedAsync(create);
        Assert.StartsWith("Device 51728 (vbd) could not be connected.", error.Message);
        Assert.Contains(" of this guest already,", error.Message);
    }

    [Fact]
    public async Task A_disk_that_comes_is_not_one_that_the_guest_has()
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Linux(uname: "phy:/dev/sdb1"), Guests.Root, default);
        var before = host.Dump();
        var error = await RefusedAsync(xend.Toolstack.AttachAsync("linux", "(vbd (uname phy:/dev/disk/by-id/one) (dev xvdb) (mode w))"));
        Assert.Contains("/dev/disk/by-id/one is xvda (mode w) of this guest already,", error.Message);
        Assert.Equal(before, host.Dump());
    }

    private static Sxp.SList Other(string uname) => Guests.Linux("other", uname, "00:16:3e:00:00:02");

    private static async Task<XendError> RefusedAsync(Task task)
    {
        var error = await Assert.ThrowsAsync<XendError>(() => task);
        Assert.Equal(ErrorCode.DiskInUse, error.Code);
        return error;
    }

    private static async Task<SimulatedHost> StartAsync()
    {
        var host = await SimulatedHost.StartAsync();
        var machine = host.Machine;
        machine.AddDisk("/dev/sdb", "8:16");
        machine.AddDisk("/dev/sdb1", "8:17");
        machine.AddDisk("/dev/disk/by-id/one", "8:17");
        machine.Overlaps[new DiskIdentity("dev 8:16")] = [new DiskIdentity("dev 8:17")];
        machine.Overlaps[new DiskIdentity("dev 8:17")] = [new DiskIdentity("dev 8:16")];
        machine.AddFile(Base);
        foreach (var image in new[] { "/images/a.qcow2", "/images/b.qcow2" })
        {
            machine.AddFile(image);
            machine.ImageFormats[image] = "qcow2";
            machine.Backing[image] = new BackingChain([Base], null);
        }
        return host;
    }
}
