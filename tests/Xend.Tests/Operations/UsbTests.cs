using Simulation.Xen;
using Xend.Host;
using Xend.Operations;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>USB devices of the host that a running guest gets and gives back.</summary>
public sealed class UsbTests
{
    private static readonly UsbFacts Stick = new(1, 4, 0x0781, 0x5567, "SanDisk Cruzer Blade");
    private static readonly UsbFacts Mouse = new(2, 3, 0x046d, 0xc016, "");

    [Theory]
    [InlineData("host:1.4", "usb-host-1.4")]
    [InlineData("host:781:5567", "usb-host-0781-5567")]
    public async Task A_device_comes_by_either_name_and_goes_by_the_same(string device, string id)
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await CreateAsync(xend.Toolstack, "win");
        var before = host.Dump();
        await xend.Toolstack.AddUsbAsync("win", device, Guests.Root, default);
        Assert.Contains(host.DeviceModels.Plugged.Keys, plugged => plugged.Id == id);
        await xend.Toolstack.RemoveUsbAsync("win", device, Guests.Root, default);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task What_it_has_from_its_start_goes_too()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await CreateAsync(xend.Toolstack, "win", "(usbdevice host:046d:c016)");
        await xend.Toolstack.RemoveUsbAsync("win", "host:046d:c016", Guests.Root, default);
        Assert.Empty(host.DeviceModels.Plugged);
    }

    [Fact]
    public async Task What_another_guest_has_is_refused_by_whatever_name()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await CreateAsync(xend.Toolstack, "one");
        await CreateAsync(xend.Toolstack, "two");
        await xend.Toolstack.AddUsbAsync("one", "host:0781:5567", Guests.Root, default);
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.AddUsbAsync("two", "host:1.4", Guests.Root, default));
        Approved.Match("hotplug/usb-in-use.txt", error.Text);
    }

    [Theory]
    [InlineData("twice", "host:1.4")]
    [InlineData("absent", "host:7.7")]
    [InlineData("unknown-kind", "host:dead:beef")]
    [InlineData("no-name", "tablet")]
    [InlineData("hostile", "host:1.4,serial=x")]
    public async Task What_cannot_be_added_is_told_with_what_there_is(string name, string device)
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await CreateAsync(xend.Toolstack, "win");
        await xend.Toolstack.AddUsbAsync("win", "host:1.4", Guests.Root, default);
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.AddUsbAsync("win", device, Guests.Root, default));
        Approved.Match($"hotplug/usb-{name}.txt", error.Text);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task What_it_does_not_have_cannot_be_taken()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await CreateAsync(xend.Toolstack, "win");
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.RemoveUsbAsync("win", "host:1.4", Guests.Root, default));
        Assert.Equal("win has no USB device host:1.4", error.Message);
    }

    [Fact]
    public async Task A_guest_that_cannot_have_one_is_refused_in_old_words()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Small("pv"), Guests.Root, default);
        await xend.Toolstack.CreateAsync(Guests.Hvm("(usb 0)", name: "bare"), Guests.Root, default);
        await xend.Toolstack.NewAsync(Guests.Hvm("(usb 1)", name: "halted"), Guests.Root, default);
        async Task<string> AddAsync(string domain) =>
            (await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.AddUsbAsync(domain, "host:1.4", Guests.Root, default))).Message;
        Assert.Equal("Can't add usb device to a non-hvm guest", await AddAsync("pv"));
        Assert.Equal("Can't add usb device to a guest with usb disabled in configure file", await AddAsync("bare"));
        Assert.Equal("Domain 'halted' is not started", await AddAsync("halted"));
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.RemoveUsbAsync("pv", "host:1.4", Guests.Root, default));
        Assert.Equal("Can't del usb to a non-hvm guest", error.Message);
    }

    private static Task CreateAsync(Toolstack xend, string name, string usb = "(usb 1)") =>
        Sample.CreateRunningAsync(xend, Guests.Hvm(usb, name: name));

    private static async Task<SimulatedHost> StartHostAsync()
    {
        var host = await SimulatedHost.StartAsync();
        host.Machine.Usb.AddRange([Stick, Mouse]);
        return host;
    }
}
