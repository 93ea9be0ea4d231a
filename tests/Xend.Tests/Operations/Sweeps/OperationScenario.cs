using Simulation.Xen;
using Xend.Domains;
using Xend.Hypervisor;
using Xend.Operations;

namespace Xend.Tests.Operations.Sweeps;

/// <summary>One operation as the sweeps run it: a host made ready, and the request or event that sets it off.</summary>
/// <remarks>Its steps are not listed anywhere: a run without any fault tells them, so a step more is a point more.</remarks>
internal sealed record OperationScenario(string Name, OperationKind Kind)
{
    public required Func<SimulatedHost, Toolstack, Task> Prepare { get; init; }

    /// <summary>Asks, and throws what the client gets; or has the guest do something.</summary>
    public required Func<SimulatedHost, Toolstack, Task> Act { get; init; }

    /// <summary>For what a guest sets off: true when it is over.</summary>
    public Func<Toolstack, bool> IsDone { get; init; } = _ => true;

    /// <summary>The domain's name.</summary>
    public string Domain { get; init; } = "linux";

    /// <summary>Of dom0: what it has changed does not go with a guest.</summary>
    public bool IsOfControlDomain => Domain == "Domain-0";

    /// <summary>The guest is owed the operation's end: however often xend dies or a step fails, it must come in the end.</summary>
    public bool Owed { get; init; }

    /// <summary>What users may see as well when it is over.</summary>
    public Func<string, bool> Allows { get; init; } = _ => false;

    /// <summary>What else has to be so when it is over, done or undone.</summary>
    public Action<SimulatedHost, Toolstack> Demand { get; init; } = (_, _) => { };

    /// <summary>What has to be so when a failure was undone, until it is tried again; null where that is at once, or never.</summary>
    public Action<SimulatedHost, Toolstack>? DemandOnceUndone { get; init; }

    /// <summary>A failure may leave it half done, and asking again ends it.</summary>
    public bool EndedByAskingAgain { get; init; }

    /// <summary>How long it may take where it takes long by its nature.</summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>Nobody waits for its answer.</summary>
    public bool IsSetOffByGuest =>
        Kind == OperationKind.Restart
        || Kind == OperationKind.Wait
        || Kind == OperationKind.RenameRestart
        || Kind == OperationKind.Preserve
        || Kind == OperationKind.FollowTarget;

    public override string ToString() => Name;

    /// <summary>Every operation that there is.</summary>
    public static IReadOnlyList<OperationScenario> All { get; } =
    [
        new("create", OperationKind.Create)
        {
            Prepare = Nothing,
            Act = (_, xend) => xend.CreateAsync(Sample.Linux(), Guests.Root, default),
        },
        new("start", OperationKind.Start)
        {
            Prepare = Sample.NewAsync,
            Act = (_, xend) => xend.StartAsync("linux", paused: false, Guests.Root, default),
        },
        new("create of a fully virtualized guest", OperationKind.Create)
        {
            Prepare = Sample.AddDiscs,
            Act = (_, xend) => xend.CreateAsync(Sample.WithDrive(), Guests.Root, default),
        },
        new("create by a boot loader", OperationKind.Create)
        {
            Prepare = Nothing,
            Act = (_, xend) => xend.CreateAsync(Sample.WithBootloader(), Guests.Root, default),
        },
        new("destroy", OperationKind.Destroy)
        {
            Prepare = Sample.CreateAsync,
            Act = (_, xend) => xend.DestroyAsync("linux", Guests.Root, default),
            EndedByAskingAgain = true,
        },
        new("destroy a managed domain", OperationKind.Destroy)
        {
            Prepare = Sample.StartAsync,
            Act = (_, xend) => xend.DestroyAsync("linux", Guests.Root, default),
            EndedByAskingAgain = true,
        },
        new("restart", OperationKind.Restart)
        {
            Prepare = Sample.CreateAsync,
            Act = Sample.Reboot,
            IsDone = xend => Sample.IsUpAgain(xend, restarts: 1),
            Owed = true,
        },
        new("restart a managed domain", OperationKind.Restart)
        {
            Prepare = Sample.StartAsync,
            Act = Sample.Reboot,
            IsDone = xend => Sample.IsUpAgain(xend, restarts: 1),
            Owed = true,
        },
        new("reset", OperationKind.Reset)
        {
            Prepare = Sample.StartAsync,
            Act = (_, xend) => xend.ResetAsync("linux", Guests.Root, default),
            Owed = true,
        },
        new("wait", OperationKind.Wait)
        {
            Prepare = Sample.CrashOnceAsync,
            Act = (host, xend) => Sample.EndAsync(host, xend, ShutdownReason.Crash, TimeSpan.FromMinutes(5)),
            IsDone = xend => xend.FindDomain("linux") is { Id: null, Operation: null, Note: not null },
            // A wait that could not begin is over sooner.
            Allows = picture => picture.Contains(" restarted 2  Running  "),
        },
        new("rename-restart", OperationKind.RenameRestart)
        {
            Prepare = async (_, xend) =>
            {
                await xend.CreateAsync(Sample.Linux(onCrash: "rename-restart"), Guests.Root, default);
                await xend.UnpauseAsync("linux", Guests.Root, default);
            },
            Act = (host, xend) => Sample.EndAsync(host, xend, ShutdownReason.Crash, TimeSpan.FromHours(1)),
            IsDone = xend => Sample.IsUpAgain(xend, restarts: 1),
            Owed = true,
        },
        new("preserve", OperationKind.Preserve)
        {
            Prepare = Sample.CreateAsync,
            Act = (host, xend) => Sample.EndAsync(host, xend, ShutdownReason.Poweroff, TimeSpan.FromHours(1)),
            IsDone = xend => xend.FindDomain("linux") is { Ending: false, Operation: null, Info.Shutdown: not null },
            Owed = true,
        },
        new("shutdown", OperationKind.Shutdown)
        {
            Prepare = Sample.CreateAsync,
            Act = (_, xend) => xend.ShutdownAsync("linux", "poweroff", Guests.Root, default),
        },
        new("pause", OperationKind.Pause)
        {
            Prepare = Sample.CreateAsync,
            Act = (_, xend) => xend.PauseAsync("linux", Guests.Root, default),
        },
        new("unpause", OperationKind.Unpause)
        {
            Prepare = (_, xend) => xend.CreateAsync(Sample.Linux(), Guests.Root, default),
            Act = (_, xend) => xend.UnpauseAsync("linux", Guests.Root, default),
        },
        new("new", OperationKind.New) { Prepare = Nothing, Act = Sample.NewAsync },
        new("new again", OperationKind.New)
        {
            Prepare = Sample.NewAsync,
            Act = (_, xend) => xend.NewAsync(Sample.Linux(memory: 300), Guests.Root, default),
        },
        new("new while it runs", OperationKind.New)
        {
            Prepare = Sample.StartAsync,
            Act = (_, xend) => xend.NewAsync(Sample.Linux(memory: 300), Guests.Root, default),
        },
        new("new of a domain that was created", OperationKind.New)
        {
            Prepare = Sample.CreateAsync,
            Act = (_, xend) => xend.NewAsync(Sample.Linux(memory: 300), Guests.Root, default),
        },
        new("create of a managed domain", OperationKind.Start)
        {
            Prepare = Sample.NewAsync,
            Act = (_, xend) => xend.CreateAsync(Sample.Linux(memory: 300), Guests.Root, default),
            // Its file is written first; a daemon that dies leaves it halted with the new one.
            Allows = picture => picture.Contains("Halted") && picture.Contains("300"),
        },
        new("delete", OperationKind.Delete)
        {
            Prepare = Sample.NewAsync,
            Act = (_, xend) => xend.DeleteAsync("linux", Guests.Root, default),
        },
        new("rename", OperationKind.Rename)
        {
            Prepare = Sample.NewAsync,
            Act = (_, xend) => xend.RenameAsync("linux", "linus", Guests.Root, default),
        },
        new("rename a running managed domain", OperationKind.Rename)
        {
            Prepare = Sample.StartAsync,
            Act = (_, xend) => xend.RenameAsync("linux", "linus", Guests.Root, default),
        },
        new("rename a running domain", OperationKind.Rename)
        {
            Prepare = Sample.CreateAsync,
            Act = (_, xend) => xend.RenameAsync("linux", "linus", Guests.Root, default),
        },
        new("mem-set down", OperationKind.MemSet)
        {
            Prepare = Sample.CreateAsync,
            Act = (_, xend) => xend.SetMemoryAsync("linux", 100, Guests.Root, default),
        },
        new("mem-set up of a managed domain", OperationKind.MemSet)
        {
            Prepare = async (host, xend) =>
            {
                await Sample.StartAsync(host, xend);
                await xend.SetMemoryAsync("linux", 100, Guests.Root, default);
            },
            Act = (_, xend) => xend.SetMemoryAsync("linux", 200, Guests.Root, default),
        },
        new("mem-set of a domain that does not run", OperationKind.MemSet)
        {
            Prepare = Sample.NewAsync,
            Act = (_, xend) => xend.SetMemoryAsync("linux", 100, Guests.Root, default),
        },
        new("follow-target", OperationKind.FollowTarget)
        {
            Prepare = Sample.CreateAsync,
            Act = async (host, xend) =>
            {
                await using var other = host.Store.Client();
                await other.WriteAsync($"/local/domain/{xend.FindDomain("linux").Id}/memory/target", $"{100 * 1024 + 77}");
            },
            IsDone = xend => xend.FindDomain("linux") is { MemoryMib: 100, Operation: null },
            Owed = true,
            // What could not be followed is looked at again after ten seconds.
            Patience = Eventually.Patience,
            // What the other tool has written stays as it is, and Xen's limit is that of the configuration.
            Demand = (host, xend) =>
            {
                var guest = xend.FindDomain("linux");
                Assert.Contains($"memory/target = {100 * 1024 + 77}", host.Store.Dump($"/local/domain/{guest.Id}").Replace("\"", ""));
                Sample.DemandMemoryLimitAsConfigured(host, xend);
            },
            DemandOnceUndone = Sample.DemandMemoryLimitAsConfigured,
        },
        new("mem-max", OperationKind.MemMax)
        {
            Prepare = Sample.StartAsync,
            Act = (_, xend) => xend.SetMaxMemoryAsync("linux", 512, Guests.Root, default),
        },
        new("vcpu-set", OperationKind.VcpuSet)
        {
            Prepare = Sample.CreateAsync,
            Act = (_, xend) => xend.SetVcpusAsync("linux", 1, Guests.Root, default),
        },
        new("vcpu-set of a domain that does not run", OperationKind.VcpuSet)
        {
            Prepare = Sample.NewAsync,
            Act = (_, xend) => xend.SetVcpusAsync("linux", 4, Guests.Root, default),
        },
        new("vcpu-pin", OperationKind.VcpuPin)
        {
            Prepare = Sample.StartAsync,
            Act = (_, xend) => xend.PinVcpuAsync("linux", 1, [1], Guests.Root, default),
        },
        new("schedule", OperationKind.Schedule)
        {
            Prepare = Sample.StartAsync,
            Act = (_, xend) => xend.SetSchedulingAsync("linux", 512, 50, Guests.Root, default),
        },
        new("sysrq", OperationKind.Sysrq)
        {
            Prepare = Sample.CreateAsync,
            Act = (_, xend) => xend.PressSysrqAsync("linux", "s", Guests.Root, default),
        },
        new("change-disc", OperationKind.ChangeDisc)
        {
            Prepare = Sample.CreateWithDriveAsync,
            Act = (_, xend) => xend.ConfigureDeviceAsync("linux", Sample.Drive("file:/images/two.iso"), Guests.Root, default),
            Demand = Sample.DemandDiscAsConfigured,
        },
        new("change-disc to none", OperationKind.ChangeDisc)
        {
            Prepare = Sample.CreateWithDriveAsync,
            Act = (_, xend) => xend.ConfigureDeviceAsync("linux", Sample.Drive(""), Guests.Root, default),
            Demand = Sample.DemandDiscAsConfigured,
        },
        new("change-disc of a domain that does not run", OperationKind.ChangeDisc)
        {
            Prepare = async (host, xend) =>
            {
                await Sample.AddDiscs(host, xend);
                await xend.NewAsync(Sample.WithDrive(), Guests.Root, default);
            },
            Act = (_, xend) => xend.ConfigureDeviceAsync("linux", Sample.Drive("file:/images/two.iso"), Guests.Root, default),
        },
        new("attach a disk", OperationKind.Attach)
        {
            Prepare = Sample.CreateBesideDiskAsync,
            Act = (_, xend) => xend.AttachAsync("linux", Sample.SecondDisk),
        },
        new("attach an image", OperationKind.Attach)
        {
            Prepare = Sample.CreateBesideImageAsync,
            Act = (_, xend) => xend.AttachAsync("linux", Sample.ImageDisk),
        },
        new("detach an image", OperationKind.Detach)
        {
            Prepare = async (host, xend) =>
            {
                await Sample.CreateBesideImageAsync(host, xend);
                await xend.AttachAsync("linux", Sample.ImageDisk);
            },
            Act = (_, xend) => xend.DetachDeviceAsync("linux", "vbd", 51728, force: true, Guests.Root, default),
            EndedByAskingAgain = true,
        },
        new("attach an interface to a managed domain", OperationKind.Attach)
        {
            Prepare = Sample.StartAsync,
            Act = (_, xend) => xend.AttachAsync("linux", "(vif (bridge eth0))"),
        },
        new("attach a disk to a domain that does not run", OperationKind.Attach)
        {
            Prepare = Sample.NewAsync,
            Act = (_, xend) => xend.AttachAsync("linux", Sample.SecondDisk),
        },
        new("attach an emulated card", OperationKind.Attach)
        {
            Prepare = Sample.CreateUndrivenAsync,
            Act = (_, xend) => xend.AttachAsync("linux", "(vif (bridge eth0))"),
        },
        new("attach an emulated disk", OperationKind.Attach)
        {
            Prepare = Sample.CreateUndrivenAsync,
            Act = (_, xend) => xend.AttachAsync("linux", Sample.ScsiDisk),
        },
        new("add a USB device", OperationKind.Attach)
        {
            Prepare = Sample.CreateBesideUsbAsync,
            Act = (_, xend) => xend.AddUsbAsync("linux", Sample.UsbStick, Guests.Root, default),
        },
        new("take a USB device", OperationKind.Detach)
        {
            Prepare = async (host, xend) =>
            {
                await Sample.CreateBesideUsbAsync(host, xend);
                await xend.AddUsbAsync("linux", Sample.UsbStick, Guests.Root, default);
            },
            Act = (_, xend) => xend.RemoveUsbAsync("linux", Sample.UsbStick, Guests.Root, default),
        },
        new("attach a USB controller", OperationKind.Attach)
        {
            Prepare = Sample.CreateAsync,
            Act = (_, xend) => xend.AttachAsync("linux", "(vusb (usb-ver 2) (num-ports 2))"),
        },
        new("plug into a port", OperationKind.Attach)
        {
            Prepare = Sample.CreateWithUsbPortsAsync,
            Act = (_, xend) => xend.SetUsbPortAsync("linux", 0, 2, "1-2", Guests.Root, default),
        },
        new("unplug from a port", OperationKind.Detach)
        {
            Prepare = Sample.CreateWithUsbPortsAsync,
            Act = (_, xend) => xend.SetUsbPortAsync("linux", 0, 1, "", Guests.Root, default),
        },
        new("detach a USB controller", OperationKind.Detach)
        {
            Prepare = Sample.CreateWithUsbPortsAsync,
            Act = (_, xend) => xend.DetachDeviceAsync("linux", "vusb", 0, force: true, Guests.Root, default),
            EndedByAskingAgain = true,
        },
        new("detach an emulated card", OperationKind.Detach)
        {
            Prepare = async (host, xend) =>
            {
                await Sample.CreateUndrivenAsync(host, xend);
                await xend.AttachAsync("linux", "(vif (bridge eth0))");
            },
            Act = (_, xend) => xend.DetachDeviceAsync("linux", "vif", 0, force: false, Guests.Root, default),
            EndedByAskingAgain = true,
        },
        new("detach an emulated disk", OperationKind.Detach)
        {
            Prepare = async (host, xend) =>
            {
                await Sample.CreateUndrivenAsync(host, xend);
                await xend.AttachAsync("linux", Sample.ScsiDisk);
            },
            Act = (_, xend) => xend.DetachDeviceAsync("linux", "vbd", 2064, force: false, Guests.Root, default),
            EndedByAskingAgain = true,
        },
        new("detach a disk", OperationKind.Detach)
        {
            Prepare = async (host, xend) =>
            {
                await Sample.CreateBesideDiskAsync(host, xend);
                await xend.AttachAsync("linux", Sample.SecondDisk);
            },
            Act = (_, xend) => xend.DetachDeviceAsync("linux", "vbd", 51728, force: true, Guests.Root, default),
            // What was taken cannot be given back, so a failure behind that is made good by going on.
            EndedByAskingAgain = true,
        },
        new("detach an interface of a managed domain", OperationKind.Detach)
        {
            Prepare = Sample.StartAsync,
            Act = (_, xend) => xend.DetachDeviceAsync("linux", "vif", 0, force: true, Guests.Root, default),
            EndedByAskingAgain = true,
        },
        new("detach a disk of a domain that does not run", OperationKind.Detach)
        {
            Prepare = Sample.NewAsync,
            Act = (_, xend) => xend.DetachDeviceAsync("linux", "vbd", 51712, force: false, Guests.Root, default),
        },
        new("create on a driver domain", OperationKind.Create)
        {
            Prepare = Sample.AddDriverDomain,
            Act = (_, xend) => xend.CreateAsync(Sample.OnDriverDomain(), Guests.Root, default),
        },
        new("destroy on a driver domain", OperationKind.Destroy)
        {
            Prepare = Sample.CreateOnDriverDomainAsync,
            Act = (_, xend) => xend.DestroyAsync("linux", Guests.Root, default),
            EndedByAskingAgain = true,
        },
        new("attach a disk of a driver domain", OperationKind.Attach)
        {
            Prepare = Sample.CreateOnDriverDomainAsync,
            Act = (_, xend) => xend.AttachAsync("linux", Sample.DriverDomainDisk),
        },
        new("detach a disk of a driver domain", OperationKind.Detach)
        {
            Prepare = Sample.CreateOnDriverDomainAsync,
            Act = (_, xend) => xend.DetachDeviceAsync("linux", "vbd", 51712, force: true, Guests.Root, default),
            EndedByAskingAgain = true,
        },
        new("create with PCI devices", OperationKind.Create)
        {
            Prepare = Sample.AddCards,
            Act = (_, xend) => xend.CreateAsync(Sample.WithCards(Sample.Card, Sample.IdleCard), Guests.Root, default),
            Demand = Sample.DemandSafeDevices,
        },
        new("destroy with PCI devices", OperationKind.Destroy)
        {
            Prepare = Sample.CreateWithCardsAsync,
            Act = (_, xend) => xend.DestroyAsync("linux", Guests.Root, default),
            EndedByAskingAgain = true,
            Demand = Sample.DemandSafeDevices,
        },
        new("restart with PCI devices", OperationKind.Restart)
        {
            Prepare = Sample.CreateWithCardsAsync,
            Act = Sample.Reboot,
            IsDone = xend => Sample.IsUpAgain(xend, restarts: 1),
            Owed = true,
            Demand = Sample.DemandSafeDevices,
        },
        new("attach the only PCI device", OperationKind.Attach)
        {
            Prepare = async (host, xend) =>
            {
                await Sample.CreateWithCardsAsync(host, xend);
                await xend.DetachPciAsync("linux", Sample.Cards(Sample.Card, Sample.IdleCard), Guests.Root, default);
            },
            Act = (_, xend) => xend.AttachPciAsync("linux", Sample.Cards(Sample.IdleCard), Guests.Root, default),
            Demand = Sample.DemandSafeDevices,
        },
        new("attach one more PCI device", OperationKind.Attach)
        {
            Prepare = async (host, xend) =>
            {
                await Sample.CreateWithCardsAsync(host, xend);
                await xend.DetachPciAsync("linux", Sample.Cards(Sample.IdleCard), Guests.Root, default);
            },
            Act = (_, xend) => xend.AttachPciAsync("linux", Sample.Cards(Sample.IdleCard), Guests.Root, default),
            Demand = Sample.DemandSafeDevices,
        },
        new("detach one of two PCI devices", OperationKind.Detach)
        {
            Prepare = Sample.CreateWithCardsAsync,
            Act = (_, xend) => xend.DetachPciAsync("linux", Sample.Cards(Sample.IdleCard), Guests.Root, default),
            EndedByAskingAgain = true,
            Demand = Sample.DemandSafeDevices,
        },
        new("detach all PCI devices", OperationKind.Detach)
        {
            Prepare = Sample.CreateWithCardsAsync,
            Act = (_, xend) => xend.DetachPciAsync("linux", Sample.Cards(Sample.Card, Sample.IdleCard), Guests.Root, default),
            EndedByAskingAgain = true,
            Demand = Sample.DemandSafeDevices,
        },
        new("attach a PCI device to a domain that does not run", OperationKind.Attach)
        {
            Prepare = async (host, xend) =>
            {
                await Sample.AddCards(host, xend);
                await Sample.NewAsync(host, xend);
            },
            Act = (_, xend) => xend.AttachPciAsync("linux", Sample.Cards(Sample.IdleCard), Guests.Root, default),
        },
        .. PciScenarios.All,
        .. ScsiScenarios.All,
        .. SavingScenarios.All,
        .. ChannelScenarios.All,
        .. VtpmScenarios.All,
        new("mem-set of dom0", OperationKind.MemSet)
        {
            Domain = "Domain-0",
            Prepare = (host, xend) => Sample.SetControlDomainMemoryAsync(host, xend, 1000),
            Act = (_, xend) => xend.SetMemoryAsync("Domain-0", 900, Guests.Root, default),
        },
        new("vcpu-set of dom0", OperationKind.VcpuSet)
        {
            Domain = "Domain-0",
            Prepare = (_, xend) => xend.SetVcpusAsync("Domain-0", 2, Guests.Root, default),
            Act = (_, xend) => xend.SetVcpusAsync("Domain-0", 1, Guests.Root, default),
        },
        new("vcpu-pin of dom0", OperationKind.VcpuPin)
        {
            Domain = "Domain-0",
            Prepare = Nothing,
            Act = (_, xend) => xend.PinVcpuAsync("Domain-0", null, [1], Guests.Root, default),
        },
        new("schedule of dom0", OperationKind.Schedule)
        {
            Domain = "Domain-0",
            Prepare = Nothing,
            Act = (_, xend) => xend.SetSchedulingAsync("Domain-0", 512, 50, Guests.Root, default),
        },
    ];

    private static Task Nothing(SimulatedHost host, Toolstack xend) => Task.CompletedTask;
}
