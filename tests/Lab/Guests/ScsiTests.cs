using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>SCSI disks of dom0 (of scsi_debug, which has its data in memory) in a PV guest.</summary>
[Collection(SecondLabCollection.Name)]
public sealed class ScsiTests(LabHost host)
{
    [Fact]
    public async Task A_guest_reads_and_writes_a_SCSI_disk_of_the_host_and_gives_it_back_without_a_trace()
    {
        await host.EnsureXendAsync();
        var units = await FindUnitsAsync();
        try
        {
            await host.RunOkAsync($"echo from-dom0 | dd of=/dev/{units[0].Name} bs=512 seek=8 conv=sync status=none && sync");
            var config = await host.WriteTinyAsync("scsied");
            await host.BootedAsync("pv", () => TakeAndGiveBackAsync(config, units));
            Assert.Contains(
                "answer-42",
                await host.RunOkAsync($"blockdev --flushbufs /dev/{units[0].Name}; head -c 512 /dev/{units[0].Name}")
            );
        }
        finally
        {
            await host.RunAsync("xm destroy scsied; modprobe -r scsi_debug");
        }
    }

    [Fact]
    [Trait("Length", "long")]
    public async Task A_disk_that_dom0_or_a_guest_has_is_refused_and_one_in_the_file_goes_with_its_guest()
    {
        await host.EnsureXendAsync();
        var units = await FindUnitsAsync();
        try
        {
            var before = await HostSnapshot.TakeAsync(host);
            var config = await host.WriteGuestAsync("scsied", $"vscsi = [ '{units[0].Name}, 0:0:0:0', '{units[1].Address}, 1:0:0:1' ]");
            await host.RunOkAsync($"xm create -q -p {config}");
            Assert.Equal(
                $"1   0   1     0     {units[1].Address, -10} {units[1].Name, -5} 1:0:0:1    None",
                (await host.RunOkAsync("xm scsi-list scsied")).Split('\n')[2]
            );
            var taken = await host.CreateRefusedAsync(
                await host.WriteGuestAsync("second", $"disk = [ 'phy:/dev/{units[0].Name},xvda,w' ]")
            );
            Assert.Contains("is already used by domain scsied as SCSI device 0:0:0:0", taken);
            await host.RunOkAsync($"{XendOnHost.KillAndStart}; xm destroy scsied");
            await before.AssertRestoredAsync(host);
            await host.RunOkAsync($"mkfs.ext4 -q -F /dev/{units[0].Name} && mount /dev/{units[0].Name} /mnt");
            Assert.StartsWith(
                $"Error: The SCSI device {units[0].Address} ({units[0].Name}) is in use by dom0\n",
                await host.CreateRefusedAsync(config)
            );
        }
        finally
        {
            await host.RunAsync("umount /mnt; xm destroy scsied; modprobe -r scsi_debug");
        }
    }

    private async Task TakeAndGiveBackAsync(string config, (string Address, string Name)[] units)
    {
        await host.RunOkAsync($"xm create -q {config}");
        await using var console = host.OpenTerminal("xm console scsied");
        await console.ExpectAsync("# ");
        await console.SendLineAsync("for module in /more/*; do insmod $module; done; echo ready-$((6 * 7))");
        await console.ExpectAsync("ready-42");
        var before = await HostSnapshot.TakeAsync(host);

        await host.RunOkAsync($"xm scsi-attach scsied {units[0].Name} 0:0:0:0");
        await console.SendLineAsync(
            "until [ -b /dev/sda ]; do sleep 1; done; dd if=/dev/sda bs=512 skip=8 count=1 | sed s/from/read-from/"
        );
        await console.ExpectAsync("read-from-dom0");
        await console.SendLineAsync("echo answer-$((6 * 7)) | dd of=/dev/sda bs=512 conv=sync && sync && echo written-$((6 * 7))");
        await console.ExpectAsync("written-42");
        await host.RunOkAsync($"xm scsi-attach scsied {units[1].Address} 0:0:3:0");
        Assert.Equal(
            "Idx BE  state host  phy-hctl   phy   vir-hctl   devstate\n"
                + $"0   0   4     0     {units[0].Address, -10} {units[0].Name, -5} 0:0:0:0    4   \n"
                + $"0   0   4     0     {units[1].Address, -10} {units[1].Name, -5} 0:0:3:0    4   \n",
            await host.RunOkAsync("xm scsi-list scsied")
        );
        await console.SendLineAsync("until [ -b /dev/sdb ]; do sleep 1; done; echo second-$((6 * 7))");
        await console.ExpectAsync("second-42");
        Assert.Equal(
            (1, $"Error: The physical device \"{units[1].Address}\" is already defined\n"),
            Brief(await host.RunAsync($"xm scsi-attach scsied {units[1].Name} 0:0:4:0"))
        );

        await host.RunOkAsync("xm scsi-detach scsied 0:0:3:0");
        await console.SendLineAsync("until [ ! -e /dev/sdb ]; do sleep 1; done; ls /dev/sda; echo one-$((6 * 7))");
        await console.ExpectAsync("one-42");
        await host.RunOkAsync("xm scsi-detach scsied 0:0:0:0");
        await console.SendLineAsync("until [ ! -e /dev/sda ]; do sleep 1; done; echo none-$((6 * 7))");
        await console.ExpectAsync("none-42");
        Assert.Equal("", await host.RunOkAsync("xm scsi-list scsied"));
        await before.AssertRestoredAsync(host);
    }

    private static (int, string) Brief(CommandResult result) => (result.ExitStatus, result.Stderr.Split('\n')[0] + "\n");

    /// <summary>Two disks of 8 MiB, which have their data in common.</summary>
    private async Task<(string Address, string Name)[]> FindUnitsAsync()
    {
        var lines = await host.RunOkAsync(
            """
            modprobe -r scsi_debug; modprobe scsi_debug dev_size_mb=8 max_luns=2
            until [ "$(ls -d /sys/bus/scsi/devices/*:*/block/* 2>/dev/null | wc -l)" = 2 ]; do sleep 0.2; done; udevadm settle
            ls -d /sys/bus/scsi/devices/*:*/block/*
            """,
            TimeSpan.FromSeconds(60)
        );
        return
        [
            .. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('/')).Select(path => (path[5], path[7])),
        ];
    }
}
