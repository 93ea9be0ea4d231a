using Simulation.Xen;
using Sxp;
using Xend.Domains;
using Xend.Host;
using Xend.Hypervisor;
using Xend.Operations;

namespace Xend.Tests.Operations.Sweeps;

/// <summary>The guest on which the operations are tried, always of the same UUID.</summary>
internal static partial class Sample
{
    public const string Id = "7e19da7c-8dd7-415f-cebb-290b3c42ec1c";

    private static readonly SList Uuid = SList.Of("uuid", Id);

    /// <summary>With a disk in a file, so that there are loop devices to leave behind, and an interface.</summary>
    public static SList Linux(int memory = 256, string onPoweroff = "preserve", string onCrash = "restart")
    {
        var plain = Guests.Linux(uname: "file:/images/a.img", memory: memory);
        return new SList([
            plain[0],
            Uuid,
            SList.Of("on_poweroff", onPoweroff),
            SList.Of("on_crash", onCrash),
            .. plain.Items.Skip(1).Where(item => item is not SList { Name: "on_poweroff" or "on_crash" }),
        ]);
    }

    public static Task NewAsync(SimulatedHost host, Toolstack xend) => xend.NewAsync(Linux(), Guests.Root, default);

    public static async Task CreateAsync(SimulatedHost host, Toolstack xend)
    {
        await xend.CreateAsync(Linux(), Guests.Root, default);
        await xend.UnpauseAsync("linux", Guests.Root, default);
    }

    /// <summary>A guest that can be moved while it runs.</summary>
    public static async Task CreatePvhAsync(Toolstack xend)
    {
        var config = Guests.Pvh("linux");
        await xend.CreateAsync(new SList([config[0], Uuid, .. config.Items.Skip(1)]), Guests.Root, default);
        await xend.UnpauseAsync("linux", Guests.Root, default);
    }

    /// <summary>A fully virtualized guest with a disc in its drive.</summary>
    public static async Task CreateWithDriveAsync(SimulatedHost host, Toolstack xend)
    {
        await AddDiscs(host, xend);
        await xend.NewAsync(WithDrive(), Guests.Root, default);
        await xend.StartAsync("linux", paused: false, Guests.Root, default);
    }

    public static Task AddDiscs(SimulatedHost host, Toolstack xend)
    {
        host.Machine.AddFile("/images/one.iso");
        host.Machine.AddFile("/images/two.iso");
        return Task.CompletedTask;
    }

    public static SList WithDrive()
    {
        var config = Guests.Hvm("", SList.Of("device", Drive("file:/images/one.iso")).ToString(), "linux");
        return new SList([config[0], Uuid, .. config.Items.Skip(1)]);
    }

    /// <summary>A guest whose kernel is on its own disk.</summary>
    public static SList WithBootloader() =>
        (SList)
            SxpReader.Read(
                $"(vm (name linux) {Uuid} (memory 16) (vcpus 1) (bootloader pygrub) (image (linux (args quiet))) "
                    + "(device (vbd (uname file:/images/a.img) (dev xvda) (mode w))))"
            );

    public const string DriverDomainDisk = $"(vbd (uname phy:/dev/nowhere/b) (dev xvdb) (mode w) (backend {SweepHost.Bystander}))";

    /// <summary>The guest beside serves devices to others.</summary>
    public static Task AddDriverDomain(SimulatedHost host, Toolstack xend) =>
        host.StartDriverDomainAsync(xend.FindDomain(SweepHost.Bystander).Id!.Value);

    /// <summary>A disk and an interface that are nowhere in dom0.</summary>
    public static SList OnDriverDomain() =>
        (SList)
            SxpReader.Read(
                $"(vm (name linux) {Uuid} (memory 16) (vcpus 1) (image (linux (kernel /boot/vmlinux) (args ''))) "
                    + $"(device (vbd (uname phy:/dev/nowhere/a) (dev xvda) (mode w) (backend {SweepHost.Bystander}))) "
                    + $"(device (vif (bridge nowhere) (mac 00:16:3e:00:00:0b) (backend {SweepHost.Bystander}))))"
            );

    public static async Task CreateOnDriverDomainAsync(SimulatedHost host, Toolstack xend)
    {
        await AddDriverDomain(host, xend);
        await CreateRunningAsync(xend, OnDriverDomain());
    }

    /// <summary>And its kernel follows.</summary>
    public static async Task SetControlDomainMemoryAsync(SimulatedHost host, Toolstack xend, int mib)
    {
        await xend.SetMemoryAsync("Domain-0", mib, Guests.Root, default);
        await Eventually.TrueAsync(() => host.Hypervisor.FindDomain(0)!.CurrentMemoryKib == (ulong)mib * 1024);
    }

    public static SList Drive(string uname) =>
        SList.Of("vbd", SList.Of("uname", uname), SList.Of("dev", "hdc:cdrom"), SList.Of("mode", "r"));

    /// <summary>
    /// The disc that the device model has, the one that xenstore tells of, and the one that the domain's configuration has are the same.
    /// </summary>
    public static void DemandDiscAsConfigured(SimulatedHost host, Toolstack xend)
    {
        var guest = xend.FindDomain("linux");
        var kept = guest.Config!.Devices.OfType<VbdConfig>().Single(disk => disk.IsCdrom).Uname;
        var inside = Assert.Single(host.DeviceModels.Discs, drive => drive.Key.Domain == guest.Id).Value;
        Assert.Equal(kept, inside.Length > 0 ? $"file:{inside}" : "");
        Assert.Contains($"= aio:{inside} (", host.Store.Dump($"/local/domain/0/backend/qdisk/{guest.Id}/5632/params"));
    }

    /// <summary>What Xen lets the guest have is what its configuration has: nothing else was promised to it.</summary>
    public static void DemandMemoryLimitAsConfigured(SimulatedHost host, Toolstack xend)
    {
        var guest = xend.FindDomain("linux");
        Assert.Equal(guest.MemoryMib * 1024 + 1024, host.Hypervisor.FindDomain(guest.Id!.Value)!.MaxMemoryKib);
    }

    public static async Task StartAsync(SimulatedHost host, Toolstack xend)
    {
        await NewAsync(host, xend);
        await xend.StartAsync("linux", paused: false, Guests.Root, default);
    }

    /// <summary>Once already, so that the next time is the second in a row.</summary>
    public const string SecondDisk = "(vbd (uname file:/images/b.img) (dev xvdb) (mode w))";

    /// <summary>One that a guest without PV drivers sees, too.</summary>
    public const string ScsiDisk = "(vbd (uname file:/images/b.img) (dev sdb) (mode w))";

    /// <summary>The same in an image, which a device model serves.</summary>
    public const string ImageDisk = "(vbd (uname tap:qcow2:/images/b.img) (dev xvdb) (mode w))";

    public static Task CreateBesideImageAsync(SimulatedHost host, Toolstack xend)
    {
        host.Machine.ImageFormats["/images/b.img"] = "qcow2";
        return CreateBesideDiskAsync(host, xend);
    }

    public static async Task CreateBesideDiskAsync(SimulatedHost host, Toolstack xend)
    {
        host.Machine.AddFile("/images/b.img");
        await CreateAsync(host, xend);
    }

    /// <summary>A fully virtualized guest whose system has no PV drivers.</summary>
    public static async Task CreateUndrivenAsync(SimulatedHost host, Toolstack xend)
    {
        host.Machine.AddFile("/images/b.img");
        await CreateWithDriveAsync(host, xend);
    }

    public const string UsbStick = "host:1.4";

    /// <summary>A fully virtualized guest with a USB controller, and a stick in the host.</summary>
    public static async Task CreateBesideUsbAsync(SimulatedHost host, Toolstack xend)
    {
        host.Machine.Usb.Add(new UsbFacts(1, 4, 0x0781, 0x5567, "stick"));
        var config = Guests.Hvm("(usb 1)", name: "linux");
        await CreateRunningAsync(xend, new SList([config[0], Uuid, .. config.Items.Skip(1)]));
    }

    /// <summary>A guest with a USB controller for PV drivers, one device in it and one beside it.</summary>
    public static async Task CreateWithUsbPortsAsync(SimulatedHost host, Toolstack xend)
    {
        host.Machine.Usb.Add(new UsbFacts(1, 4, 0x0781, 0x5567, "stick") { Place = "1-1" });
        host.Machine.Usb.Add(new UsbFacts(1, 5, 0x046d, 0xc016, "mouse") { Place = "1-2" });
        var config = Guests.Small("linux");
        var ports = SxpReader.Read("(device (vusb (usb-ver 2) (num-ports 2) (port (1 1-1) (2 ''))))");
        await CreateRunningAsync(xend, new SList([config[0], Uuid, .. config.Items.Skip(1), ports]));
    }

    public static async Task CreateRunningAsync(Toolstack xend, SList config)
    {
        var guest = await xend.CreateAsync(config, Guests.Root, default);
        await xend.UnpauseAsync(guest.Uuid.ToString(), Guests.Root, default);
    }

    public static async Task CrashOnceAsync(SimulatedHost host, Toolstack xend)
    {
        await CreateAsync(host, xend);
        await EndAsync(host, xend, ShutdownReason.Crash, TimeSpan.FromMinutes(5));
        await Eventually.TrueAsync(() => IsUpAgain(xend, restarts: 1));
    }

    public static Task Reboot(SimulatedHost host, Toolstack xend) => EndAsync(host, xend, ShutdownReason.Reboot, TimeSpan.FromHours(1));

    /// <summary>The guest ends by itself after some time.</summary>
    public static Task EndAsync(SimulatedHost host, Toolstack xend, ShutdownReason reason, TimeSpan life)
    {
        ((ShiftedClock)host.Clock).Offset += life;
        host.Hypervisor.ShutdownDomain(xend.FindDomain("linux").Id!.Value, reason);
        return Task.CompletedTask;
    }

    public static bool IsUpAgain(Toolstack xend, int restarts) =>
        xend.FindDomain("linux") is { Ending: false, Operation: null, Info: { Paused: false, Shutdown: null } }
        && xend.GetRestartCount("linux") == restarts;
}

/// <summary>The real clock, some time ahead.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    public TimeSpan Offset { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset;
}
