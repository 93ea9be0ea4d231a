using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>A USB device of dom0 (QEMU's mouse) in guests of both kinds.</summary>
[Collection(SecondLabCollection.Name)]
public sealed class UsbTests(LabHost host)
{
    private const string Mouse = "0627:0001";

    /// <summary>Debian's kernel has no driver of such controllers for a guest: what is seen is dom0's side.</summary>
    [Fact]
    public async Task A_PV_guest_gets_a_controller_and_its_device_model_takes_what_is_plugged_into_the_ports()
    {
        await host.EnsureXendAsync();
        var place = await FindMouseAsync();
        await host.RunOkAsync($"xm create -q -p {await host.WriteGuestAsync("usbed")}");
        var before = await HostSnapshot.TakeAsync(host);
        await host.RunOkAsync($"xm usb-hc-create usbed 2 2 && xm usb-attach usbed 0 2 {place}");
        var list = await host.RunOkAsync("xm usb-list usbed");
        Assert.StartsWith("Idx BE  state usb-ver  BE-path                       \n0   0   ", list);
        Assert.Contains($"port 1: \nport 2: {place} [ID {Mouse} ", list);
        Assert.DoesNotContain($"{place} ", await host.RunOkAsync("xm usb-list-assignable-devices"));
        const string Open =
            "ls -l /proc/$(xenstore-read /local/domain/$(xm domid usbed)/image/device-model-pid)/fd | grep -q /dev/bus/usb/";
        await host.RunOkAsync($"until {Open}; do sleep 0.5; done", TimeSpan.FromSeconds(60));
        var taken = await host.RunAsync($"xm usb-attach usbed 0 1 {place}");
        Assert.StartsWith($"Error: Cannot assign already attached bus '{place}', detach first.", taken.Stderr);
        await host.RunOkAsync("xm usb-detach usbed 0 2");
        await host.RunOkAsync($"while {Open}; do sleep 0.5; done", TimeSpan.FromSeconds(60));
        await host.RunOkAsync("xm usb-hc-destroy usbed 0 -f", TimeSpan.FromSeconds(200));
        await before.AssertRestoredAsync(host);
        await host.DestroyAsync("usbed");
    }

    [Fact]
    public async Task An_HVM_guest_gets_a_device_on_its_emulated_controller_and_gives_it_back()
    {
        await host.EnsureXendAsync();
        await FindMouseAsync();
        const string Seen = "xl qemu-monitor-command usbed 'info usb'";
        await host.RunOkAsync($"xm create -q -p -F {await host.WriteHvmAsync("usbed", "(usb 1)")}", TimeSpan.FromSeconds(240));
        await host.RunOkAsync($"xm usb-add usbed host:{Mouse}");
        Assert.Contains($"ID: usb-host-{Mouse.Replace(':', '-')}", await host.RunOkAsync(Seen));
        var twice = await host.RunAsync($"xm usb-add usbed host:{Mouse}");
        Assert.StartsWith($"Error: usbed has the USB device host:{Mouse} already", twice.Stderr);
        await host.RunOkAsync($"xm usb-del usbed host:{Mouse}");
        Assert.DoesNotContain("usb-host", await host.RunOkAsync(Seen));
        var absent = await host.RunAsync("xm usb-add usbed host:dead:beef");
        Assert.StartsWith("Error: The host has no USB device host:dead:beef", absent.Stderr);
        await host.DestroyAsync("usbed");
    }

    /// <summary>Bus and port of the mouse, once dom0 has found it.</summary>
    private async Task<string> FindMouseAsync()
    {
        var line = await host.RunOkAsync(
            $"until xm usb-list-assignable-devices | grep ': ID {Mouse} '; do sleep 0.5; done",
            TimeSpan.FromSeconds(60)
        );
        return line.Split([' ', ':'])[0];
    }
}
