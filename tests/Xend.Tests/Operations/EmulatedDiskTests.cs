using Simulation.Xen;
using Sxp;
using Xend.Domains;

namespace Xend.Tests.Operations;

/// <summary>What an HVM guest may do to disks that it is to read only, and to the floppies of others.</summary>
public sealed class EmulatedDiskTests
{
    [Theory]
    [InlineData("", "hda", "hda cannot be read-only: IDE has no read-only hard disks.")]
    [InlineData("", "hdd", "hdd cannot be read-only: IDE has no read-only hard disks.")]
    [InlineData("", "xvda", "xvda cannot be read-only: IDE has no read-only hard disks.")]
    [InlineData("(hdtype ahci)", "hda", "hda cannot be read-only: AHCI has no read-only hard disks.")]
    [InlineData("(hdtype ahci)", "xvdf", "xvdf cannot be read-only: AHCI has no read-only hard disks.")]
    public async Task A_read_only_disk_that_would_be_writable_by_its_emulated_controller_is_refused(
        string image,
        string name,
        string sentence
    )
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.CreateAsync(Guests.Hvm(image, Disk(name, "r")), Guests.Root, default)
        );
        Assert.Equal($"Device {VirtualDevice.Number(name)} (vbd) could not be connected. {sentence}", error.Message);
    }

    [Theory]
    // SCSI has read-only disks, a CD is read only, and from the fifth on there is the PV side alone.
    [InlineData("", "sda", "r", "if=none,id=scsi0-hd0,file=/images/a.img,format=raw,readonly=on")]
    [InlineData("", "hdc:cdrom", "r", "if=none,readonly=on,id=ide-5632,file=/images/a.img,format=raw")]
    [InlineData("(hdtype ahci)", "hdc:cdrom", "r", "if=none,readonly=on,id=ide-5632,file=/images/a.img,format=raw")]
    [InlineData("", "xvde", "r", null)]
    [InlineData("(hdtype ahci)", "xvdg", "r", null)]
    [InlineData("", "hda1", "r", null)]
    [InlineData("", "hda", "w", "if=ide,index=0,media=disk,file=/images/a.img,format=raw,cache=writeback")]
    [InlineData("", "hda", "w!", "if=ide,index=0,media=disk,file=/images/a.img,format=raw,cache=writeback")]
    public async Task A_disk_that_its_controller_can_have_is_given(string image, string name, string mode, string? drive)
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Hvm(image, Disk(name, mode)), Guests.Root, default);
        var arguments = Assert.Single(host.DeviceModels.Started).Arguments;
        if (drive is null)
        {
            Assert.DoesNotContain(arguments, argument => argument.Contains("/images/a.img", StringComparison.Ordinal));
        }
        else
        {
            Assert.Contains(arguments, argument => argument.StartsWith(drive, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_guest_without_emulated_controllers_may_have_any_disk_for_reading()
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Linux(uname: "file:/images/a.img", mode: "r"), Guests.Root, default);
    }

    [Theory]
    [InlineData("(fda /images/a.img)", "")]
    [InlineData("(fdb /images/a.img)", "")]
    [InlineData("", "(device (vbd (uname file:/images/a.img) (dev sda) (mode r)))")]
    public async Task A_floppy_that_one_guest_writes_to_is_no_other_guests(string image, string devices)
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Hvm("(fda /images/a.img)", name: "first"), Guests.Root, default);
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.CreateAsync(Guests.Hvm(image, devices, "second"), Guests.Root, default)
        );
        Assert.Equal(ErrorCode.DiskInUse, error.Code);
        Assert.Contains("/images/a.img is already used by domain first as fda (mode w),", error.Message);

        await xend.Toolstack.DestroyAsync("first", Guests.Root, default);
        await xend.Toolstack.CreateAsync(Guests.Hvm(image, devices, "second"), Guests.Root, default);
    }

    [Fact]
    public async Task A_floppy_that_is_not_there_is_told_before_anything_is_made()
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.CreateAsync(Guests.Hvm("(fda /images/none.img)"), Guests.Root, default)
        );
        Assert.Equal("Floppy fda could not be connected. /images/none.img does not exist.", error.Message);
        Assert.Contains("check-devices", error.FaultText);
    }

    private static string Disk(string name, string mode) => $"(device (vbd (uname file:/images/a.img) (dev {name}) (mode '{mode}')))";

    private static async Task<SimulatedHost> StartAsync()
    {
        var host = await SimulatedHost.StartAsync();
        host.Machine.AddFile("/images/a.img");
        return host;
    }
}
