using System.Text.RegularExpressions;
using Lab.Host;
using Lab.Snapshot;
using Rfb;
using Xunit.Abstractions;

namespace Lab.Guests;

/// <summary>
/// The user's fully virtualized guest, by his own file as it stands. A Linux that knows nothing of Xen stands in for Windows.
/// </summary>
[Collection(SecondLabCollection.Name)]
public sealed class WinxpTests(LabHost host, ITestOutputHelper output)
{
    private static readonly TimeSpan BootLimit = TimeSpan.FromMinutes(8);

    [Fact]
    [Trait("Length", "long")]
    public async Task The_users_guest_boots_from_its_disk_shows_its_screen_reads_its_discs_and_heeds_the_power_button()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.RunOkAsync("losetup /dev/loop0 /mnt/xen/images/first.iso");
        await host.RunOkAsync("xm create /etc/xen/winxp.cfg", TimeSpan.FromSeconds(300));

        // The two paths of old do not exist on this host.
        var log = await host.RunOkAsync("grep -h 'winxp: ' /var/log/xen/xend.log");
        Assert.Contains("hvmloader is /usr/lib/xen-", log);
        Assert.Matches("device model is /usr/.*qemu-system-i386", log);

        await using (var console = host.OpenTerminal("xm console winxp"))
        {
            await console.ExpectAsync("winxp login:", BootLimit);
            await console.SendLineAsync("root");
            await console.ExpectAsync("linux# ", TimeSpan.FromMinutes(2));
            await console.SendLineAsync("mkdir -p /tmp/cd; mount -r -t iso9660 /dev/sr0 /tmp/cd && cat /tmp/cd/*.txt");
            await console.ExpectAsync("this is the first disc", TimeSpan.FromMinutes(2));

            var screen = await ScreenAsync();
            Assert.Contains(screen, line => line.Contains("winxp login:"));

            await console.SendLineAsync("umount /tmp/cd && echo un$((1))mounted");
            await console.ExpectAsync("un1mounted", TimeSpan.FromMinutes(1));
            await host.RunOkAsync("xm cd-insert winxp hdc /mnt/xen/images/second.iso", TimeSpan.FromSeconds(120));
            // What the drive answers first is that its disc was changed, and the first mount fails of it.
            await console.SendLineAsync(
                "until mount -r -t iso9660 /dev/sr0 /tmp/cd; do sleep 1; done; cat /tmp/cd/*.txt; umount /tmp/cd && echo un$((2))mounted"
            );
            await console.ExpectAsync("this is the second disc", TimeSpan.FromMinutes(2));
            await console.ExpectAsync("un2mounted", TimeSpan.FromMinutes(1));
            await host.RunOkAsync("xm cd-eject winxp hdc", TimeSpan.FromSeconds(120));
            await console.SendLineAsync("mount -r -t iso9660 /dev/sr0 /tmp/cd || echo no-$((40 + 2))-disc");
            await console.ExpectAsync("no-42-disc", TimeSpan.FromMinutes(2));

            var shutdown = await host.RunAsync("xm shutdown winxp", TimeSpan.FromSeconds(60));
            Assert.Contains("ACPI power button was pressed", shutdown.Stdout + shutdown.Stderr);
            await console.ExpectAsync("the power button was pressed", TimeSpan.FromMinutes(2));
        }
        await host.RunOkAsync("while xm domid winxp >/dev/null 2>&1; do sleep 1; done", TimeSpan.FromMinutes(4));
        await host.RunOkAsync("losetup -d /dev/loop0");
        await before.AssertRestoredAsync(host);
    }

    /// <summary>
    /// QEMU 7.2's emulation of SVM may fail an assertion of its own (tcg_handle_interrupt) when a guest writes CR8 while an interrupt
    /// waits, as OVMF does after each tick: then the whole emulated host is gone, and another is tried; the run's end tells that. Ticks
    /// that were missed are not caught up with, so that fewer wait.
    /// </summary>
    [Fact]
    [Trait("Length", "longest")]
    public async Task A_guest_with_OVMF_reaches_the_firmwares_own_screen()
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await BootOvmfAsync();
                return;
            }
            catch (Exception error) when (tries < 4)
            {
                if (!await host.HasDiedAsync())
                {
                    throw;
                }
                output.WriteLine($"the emulator died: {error.Message}");
                SecondTries.Tell(nameof(A_guest_with_OVMF_reaches_the_firmwares_own_screen), "QEMU failed an assertion of its own");
            }
        }
    }

    private async Task BootOvmfAsync()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.WriteTextAsync(
            "/etc/xen/uefi.cfg",
            "builder = 'hvm'\nname = 'uefi'\nmemory = 256\nbios = 'ovmf'\nvnc = 0\nserial = 'pty'\nboot = 'd'\ntimer_mode = 2\n"
        );
        await host.RunOkAsync("xm create /etc/xen/uefi.cfg", TimeSpan.FromSeconds(300));
        await using (var console = host.OpenTerminal("xm console uefi"))
        {
            // Its boot manager tries the network or its shell, and says so on the serial port.
            await console.ExpectAsync("(?i)UEFI|BdsDxe|Shell>|Boot Manager", BootLimit);
        }
        await host.RunOkAsync("xm destroy uefi; rm /etc/xen/uefi.cfg", TimeSpan.FromSeconds(120));
        await before.AssertRestoredAsync(host);
    }

    /// <summary>What a VNC viewer shows of the guest, read letter by letter.</summary>
    private async Task<IReadOnlyList<string>> ScreenAsync()
    {
        var port = int.Parse(Regex.Match(await host.RunOkAsync("xm list --long winxp"), @"location 127\.0\.0\.1:(\d+)").Groups[1].Value);
        var font = VgaFont.FromBios(await host.ReadFileAsync("/usr/share/seabios/vgabios-cirrus.bin"));
        await using var display = await RfbConnection.OpenAsync(await host.OpenTcpStreamAsync(port));
        for (var tries = 0; tries < 60; tries++)
        {
            await display.UpdateAsync();
            if (TextScreen.Read(display.Screen, font) is { } lines && lines.Any(line => line.Contains("login:")))
            {
                return lines;
            }
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
        var picture = Path.Combine(Path.GetTempPath(), "winxp-screen.png");
        await File.WriteAllBytesAsync(picture, display.Screen.ToPng());
        throw new LabException($"no text could be read on the screen; it is in {picture}");
    }
}
