using Simulation.Xen;
using Xend.Host;

namespace Xend.Tests.Operations;

/// <summary>Disks by who serves them: dom0's kernel, the device model, a script of their own.</summary>
public sealed class DiskKindTests
{
    [Theory]
    [InlineData("qcow2", "qcow2", "qcow2")]
    [InlineData("vhd", "VHD", "vpc")]
    [InlineData("vmdk", "VMDK", "vmdk")]
    [InlineData("vdi", "VDI", "vdi")]
    [InlineData("tapdisk:qcow2", "qcow2", "qcow2")]
    public async Task An_image_is_served_by_a_device_model_of_the_guests_own(string said, string begins, string driver)
    {
        await using var host = await StartAsync(begins);
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        await xend.Toolstack.CreateAsync(Guests.Linux(uname: $"tap:{said}:/images/a.img"), Guests.Root, default);
        Assert.Contains("xenpv", Assert.Single(host.DeviceModels.Started).Arguments);
        var store = host.Store.Dump().Replace("\"", "");
        Assert.Contains($"/local/domain/0/backend/qdisk/1/51712/params = {driver}:/images/a.img", store);
        Assert.Contains("/local/domain/1/device/vbd/51712/backend = /local/domain/0/backend/qdisk/1/51712", store);
        Assert.Empty(host.Machine.Loops);
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.Equal(before, host.Dump());
    }

    [Theory]
    [InlineData("tap:aio", "qcow2", "/images/a.img is a qcow2 image, and it is to be connected as a raw one.")]
    [InlineData("tap:qcow2", null, "/images/a.img is no qcow2 image.")]
    [InlineData("tap:vhd", "qcow2", "/images/a.img is no VHD image.")]
    public async Task A_format_is_what_the_user_says_or_it_is_refused(string said, string? begins, string sentence)
    {
        await using var host = await StartAsync(begins);
        await using var xend = await host.StartXendAsync();
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.CreateAsync(Guests.Linux(uname: $"{said}:/images/a.img"), Guests.Root, default)
        );
        Assert.Contains(sentence, error.Message);
    }

    [Fact]
    public async Task An_image_whose_layers_cannot_be_told_is_refused()
    {
        await using var host = await StartAsync("qcow2");
        host.Machine.Backing["/images/a.img"] = new BackingChain([], "/images/a.img names a backing file that is no file of this host");
        await using var xend = await host.StartXendAsync();
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.CreateAsync(Guests.Linux(uname: "tap:qcow2:/images/a.img"), Guests.Root, default)
        );
        Assert.Contains("The files below /images/a.img cannot be told.", error.Message);
        host.Machine.Backing["/images/a.img"] = new BackingChain(["/gone"], null);
        error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.CreateAsync(Guests.Linux(uname: "tap:qcow2:/images/a.img"), Guests.Root, default)
        );
        Assert.Contains("/gone, which is below /images/a.img, is neither a block device nor a file.", error.Message);
    }

    [Fact]
    public async Task A_script_connects_what_is_no_path_and_is_told_its_words_and_its_device()
    {
        await using var host = await StartAsync(null);
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        var calls = new List<string>();
        host.Scripts.Instead = (call, _) =>
        {
            lock (calls)
            {
                calls.Add($"{call.Environment["script"]} {string.Join(' ', call.Arguments)}");
            }
            return Task.FromResult<Xend.Hotplug.ScriptResult?>(null);
        };
        await xend.Toolstack.CreateAsync(
            Guests.Pvh("linux", "(device (vbd (uname 'nbd:host 10809') (dev xvda) (mode w)))"),
            Guests.Root,
            default
        );
        Assert.Contains("backend/vbd/1/51712/params = nbd:host 10809".Replace("nbd:", ""), host.Store.Dump().Replace("\"", ""));

        // The same words are the same disk.
        var other = Guests.Pvh("other", "(device (vbd (uname 'nbd:host 10809') (dev xvda) (mode w)))");
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(other, Guests.Root, default));
        Assert.Contains("host 10809 is already used by domain linux as xvda (mode w),", error.Message);

        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.Equal(["/etc/xen/scripts/block-nbd add host 10809", "/etc/xen/scripts/block-nbd remove /dev/nbd0"], calls);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task A_script_that_is_not_there_is_told_with_those_that_are()
    {
        await using var host = await StartAsync(null);
        await using var xend = await host.StartXendAsync();
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.CreateAsync(Guests.Linux(uname: "drbd:r0"), Guests.Root, default)
        );
        Assert.EndsWith("Block device type \"drbd\" is invalid.", error.Message);
        Assert.Contains("There is no executable script /etc/xen/scripts/block-drbd.", error.Detail);
        Assert.Equal("Those that there are: block-iscsi, block-nbd.", error.Hint);
    }

    private static async Task<SimulatedHost> StartAsync(string? begins)
    {
        var host = await SimulatedHost.StartAsync();
        host.Machine.AddFile("/images/a.img");
        if (begins is not null)
        {
            host.Machine.ImageFormats["/images/a.img"] = begins;
        }
        return host;
    }
}
