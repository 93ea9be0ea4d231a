using Simulation.Xen;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>Devices that come to, and go from, a fully virtualized guest whose system has no PV drivers.</summary>
public sealed class EmulatedPlugTests
{
    private const string Nic = "(vif (bridge eth0) (mac 00:16:3e:00:00:77) (model e1000))";
    private const string Disk = "(vbd (uname file:/images/b.img) (dev sdb) (mode r))";

    [Fact]
    public async Task A_card_comes_with_its_tap_in_the_bridge_and_goes_without_a_trace()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateUndrivenAsync(host, xend.Toolstack);
        var before = host.Dump();
        Assert.Equal(0u, (await xend.Toolstack.AttachAsync("linux", Nic)).Id);
        Assert.Equal("e1000 00:16:3e:00:00:77", host.DeviceModels.Plugged[(1, "nic0")]);
        Assert.Equal("eth0", host.Machine.Interfaces["vif1.0-emu"]);
        Assert.Contains("backend/vif/1/0/type = vif_ioemu", host.Store.Dump().Replace("\"", ""));
        await xend.Toolstack.DetachDeviceAsync("linux", "vif", 0, force: false, Guests.Root, default);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task A_disk_comes_on_the_SCSI_bus_and_goes_without_a_trace()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateUndrivenAsync(host, xend.Toolstack);
        var before = host.Dump();
        await xend.Toolstack.AttachAsync("linux", Disk);
        Assert.Equal("/images/b.img at 1 (read only)", host.DeviceModels.Plugged[(1, "scsi-2064")]);
        await xend.Toolstack.DetachDeviceAsync("linux", "vbd", 2064, force: false, Guests.Root, default);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task What_was_there_from_the_start_goes_too()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Hvm("", $"(device {Disk}) (device {Nic})"), Guests.Root, default);
        await xend.Toolstack.DetachDeviceAsync("hvm", "vbd", 2064, force: false, Guests.Root, default);
        await xend.Toolstack.DetachDeviceAsync("hvm", "vif", 0, force: false, Guests.Root, default);
        Assert.Empty(host.DeviceModels.Plugged);
        Assert.DoesNotContain("vif1.0-emu", host.Machine.Interfaces.Keys);
        Assert.Empty(host.Machine.Loops);
    }

    [Fact]
    public async Task A_card_that_the_guest_keeps_stays_and_by_force_it_loses_its_net()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateUndrivenAsync(host, xend.Toolstack);
        await xend.Toolstack.AttachAsync("linux", Nic);
        host.DeviceModels.KeepsCards = true;
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.DetachDeviceAsync("linux", "vif", 0, force: false, Guests.Root, default)
        );
        Approved.Match("hotplug/detach-emulated-guest-keeps.txt", error.Text);
        Assert.Equal(before, host.Dump());
        await xend.Toolstack.DetachDeviceAsync("linux", "vif", 0, force: true, Guests.Root, default);
        Assert.DoesNotContain("vif1.0-emu", host.Machine.Interfaces.Keys);
        Assert.DoesNotContain("/vif/", host.Store.Dump());
    }

    [Theory]
    [InlineData("xvdb", "(vbd (uname file:/images/b.img) (dev xvdb) (mode w))")]
    [InlineData("sdh", "(vbd (uname file:/images/b.img) (dev sdh) (mode w))")]
    [InlineData("vtpm", "(vtpm (backend tpm))")]
    [InlineData("netfront", "(vif (bridge eth0) (type netfront) (mac 00:16:3e:00:00:77))")]
    public async Task What_the_emulated_buses_do_not_carry_is_refused_with_what_they_do(string name, string device)
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateUndrivenAsync(host, xend.Toolstack);
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.AttachAsync("linux", device));
        Approved.Match($"hotplug/attach-emulated-{name}.txt", error.Text);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task What_the_emulated_buses_hold_fast_is_refused()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(
            Guests.Hvm("(vnc 1)", "(device (vbd (uname file:/images/a.img) (dev hda) (mode w)))"),
            Guests.Root,
            default
        );
        var detach = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.DetachDeviceAsync("hvm", "vbd", 768, force: true, Guests.Root, default)
        );
        Approved.Match("hotplug/detach-emulated-hda.txt", detach.Text);
        var drive = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.AttachAsync("hvm", "(vbd (uname file:/images/c.img) (dev hdd:cdrom) (mode r))")
        );
        Assert.Equal("CD drive hdd of hvm can neither come nor go while the guest runs", drive.Message);
    }

    private static async Task<SimulatedHost> StartHostAsync()
    {
        var options = new XendOptions { LogFile = "/nonexistent", DeviceDestroyTimeout = TimeSpan.FromSeconds(1) };
        var host = await SimulatedHost.StartAsync(options: options);
        foreach (
            var file in new[] { "/images/a.img", "/images/b.img", "/usr/lib/xen-4.17/boot/hvmloader", "/usr/libexec/xen-qemu-system-i386" }
        )
        {
            host.Machine.AddFile(file);
        }
        return host;
    }
}
