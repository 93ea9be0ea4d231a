using System.Collections.Concurrent;
using Sxp;
using Xend.Domains;
using Xend.Hypervisor;
using Xend.Operations;
using Xend.Operations.Audit;
using Xend.Requests;

namespace Xend.Tests.Api;

/// <summary>A request handler that remembers what it was asked for, and answers as a test wants it to.</summary>
internal sealed class FakeToolstack : IToolstack
{
    public ConcurrentQueue<string> Calls { get; } = [];

    public List<DomainView> Domains { get; } = [SampleDomains.Control, SampleDomains.Linux];

    /// <summary>What create waits for.</summary>
    public Task CreateGate { get; set; } = Task.CompletedTask;

    public TaskCompletionSource CreateBegun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource<bool> CreateEnded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Thrown by whatever changes a domain.</summary>
    public Exception? Failure { get; set; }

    public string LogText { get; set; } = "";

    public IReadOnlyList<DomainView> ListDomains() => Domains;

    public DomainView FindDomain(string reference) =>
        Domains.Find(domain =>
            domain.Name == reference
            || domain.Id?.ToString(System.Globalization.CultureInfo.InvariantCulture) == reference
            || domain.Uuid.ToString() == reference
        ) ?? throw XendError.NoSuchDomain(reference);

    public async Task<DomainView> CreateAsync(DomainConfig wanted, Requester requester, CancellationToken cancellation)
    {
        Calls.Enqueue(
            $"create {wanted.Name} {wanted.MemoryMib} {string.Concat(wanted.Devices.OfType<VifConfig>().Select(vif => vif.Script))}"
        );
        CreateBegun.TrySetResult();
        try
        {
            await CreateGate.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            CreateEnded.TrySetResult(false);
            throw;
        }
        Fail();
        CreateEnded.TrySetResult(true);
        return SampleDomains.Linux;
    }

    /// <summary>What can be given away; null where dom0 has no driver for that.</summary>
    public IReadOnlyList<PciAddress>? AssignablePci { get; set; }

    public Task<IReadOnlyList<PciAddress>?> ListAssignablePciAsync(CancellationToken cancellation) => Task.FromResult(AssignablePci);

    public Task AttachPciAsync(string reference, PciConfig functions, Requester requester, CancellationToken cancellation) =>
        Record($"attachPci {reference} {functions.Functions[0].Address}");

    public Task DetachPciAsync(string reference, PciConfig functions, Requester requester, CancellationToken cancellation) =>
        Record($"detachPci {reference} {functions.Functions[0].Address}");

    public Task WaitForDevicesAsync(string reference, CancellationToken cancellation) => Record($"waitForDevices {reference}");

    public Task WaitForConsoleAsync(string reference, CancellationToken cancellation) => Record($"waitForConsole {reference}");

    public Task DestroyAsync(string reference, Requester requester, CancellationToken cancellation) => Record($"destroy {reference}");

    public Task SaveAsync(string reference, string path, bool checkpoint, Requester requester, CancellationToken cancellation) =>
        Record($"save {reference} {path} {checkpoint}");

    public async Task<DomainView> RestoreAsync(string path, bool paused, Requester requester, CancellationToken cancellation)
    {
        await Record($"restore {path} {paused}");
        return FindDomain("linux");
    }

    /// <summary>What shutdown has to say.</summary>
    public string? Notice { get; set; }

    public async Task<string?> ShutdownAsync(string reference, string reason, Requester requester, CancellationToken cancellation)
    {
        await Record($"shutdown {reference} {reason}");
        return Notice;
    }

    public Task ConfigureDeviceAsync(string reference, DeviceConfig device, Requester requester, CancellationToken cancellation) =>
        Record($"device_configure {reference} {device.Class}");

    public async Task<AttachedDevice> AttachDeviceAsync(
        string reference,
        Func<DeviceNeighbours, DeviceConfig> device,
        Requester requester,
        CancellationToken cancellation
    )
    {
        var config = device(new DeviceNeighbours(Guid.Empty, [], _ => new HashSet<uint>()));
        await Record($"attach {reference} {config.Class} {config.Id}");
        return new AttachedDevice(config.Class, config.Id, 3);
    }

    public Task DetachDeviceAsync(
        string reference,
        string deviceClass,
        uint id,
        bool force,
        Requester requester,
        CancellationToken cancellation
    ) => Record($"detach {reference} {deviceClass} {id}{(force ? " by force" : "")}");

    public Task<IReadOnlyList<DeviceNodesView>> ListDeviceNodesAsync(
        string reference,
        string deviceClass,
        CancellationToken cancellation
    ) =>
        Task.FromResult<IReadOnlyList<DeviceNodesView>>(
            deviceClass == "vbd" ? [new DeviceNodesView(51728, [("backend-id", "0"), ("virtual-device", "51728"), ("state", "4")])] : []
        );

    public VncView GetVnc(string reference) => new("127.0.0.1", 5901, "secret");

    public Task PauseAsync(string reference, Requester requester, CancellationToken cancellation) => Record($"pause {reference}");

    public Task UnpauseAsync(string reference, Requester requester, CancellationToken cancellation) => Record($"unpause {reference}");

    public Task SetPauseFlagAsync(string reference, bool paused, CancellationToken cancellation) =>
        Record($"setpauseflag {reference} {paused}");

    public Task NewAsync(DomainConfig wanted, Requester requester, CancellationToken cancellation) => Record($"new {wanted.Name}");

    public Task DeleteAsync(string reference, Requester requester, CancellationToken cancellation) => Record($"delete {reference}");

    public Task StartAsync(string reference, bool paused, Requester requester, CancellationToken cancellation) =>
        Record($"start {reference} {paused}");

    public Task RenameAsync(string reference, string name, Requester requester, CancellationToken cancellation) =>
        Record($"rename {reference} {name}");

    public async Task<MigrationReport> MigrateAsync(
        string reference,
        MigrationRequest request,
        Requester requester,
        CancellationToken cancellation
    )
    {
        await Record($"migrate {reference} {request}");
        return new MigrationReport([], ["it stood still"]);
    }

    public async Task<MigrationReport> RehearseMigrationAsync(string reference, MigrationRequest request, CancellationToken cancellation)
    {
        await Record($"rehearse {reference} {request}");
        return new MigrationReport(["no bridge"], ["it stands still"]);
    }

    public Task SuspendAsync(string reference, Requester requester, CancellationToken cancellation) => Record($"suspend {reference}");

    public Task ResumeAsync(string reference, bool paused, Requester requester, CancellationToken cancellation) =>
        Record($"resume {reference} paused={paused}");

    public Task DumpAsync(
        string reference,
        string? path,
        bool live,
        AfterDump after,
        Requester requester,
        CancellationToken cancellation
    ) => Record($"dump {reference} {path ?? "nil"} live={live} {after}");

    public Task ResetAsync(string reference, Requester requester, CancellationToken cancellation) => Record($"reset {reference}");

    public Task StopGuestsAsync(TimeSpan limit, string saved, Requester requester, CancellationToken cancellation) =>
        Record($"stopGuests {limit.TotalSeconds} {saved}".TrimEnd());

    public Task SetMemoryAsync(string reference, int mib, Requester requester, CancellationToken cancellation) =>
        Record($"mem-set {reference} {mib}");

    public Task SetMaxMemoryAsync(string reference, int mib, Requester requester, CancellationToken cancellation) =>
        Record($"mem-max {reference} {mib}");

    public Task SetVcpusAsync(string reference, int count, Requester requester, CancellationToken cancellation) =>
        Record($"vcpu-set {reference} {count}");

    public Task PinVcpuAsync(
        string reference,
        int? vcpu,
        IReadOnlyCollection<int> cpus,
        Requester requester,
        CancellationToken cancellation
    ) =>
        Record(
            $"vcpu-pin {reference} {vcpu?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "all"} {string.Join(",", cpus)}"
        );

    public SchedulerParameters GetScheduling(string reference) => new(FindDomain(reference).Id is 0 ? 512 : 256, 50);

    public Task SetSchedulingAsync(string reference, int? weight, int? cap, Requester requester, CancellationToken cancellation) =>
        Record($"schedule {reference} {weight} {cap}");

    public Task AddUsbAsync(string reference, string device, Requester requester, CancellationToken cancellation) =>
        Record($"usb-add {reference} {device}");

    public Task RemoveUsbAsync(string reference, string device, Requester requester, CancellationToken cancellation) =>
        Record($"usb-del {reference} {device}");

    public Task SetUsbPortAsync(
        string reference,
        uint controller,
        int port,
        string place,
        Requester requester,
        CancellationToken cancellation
    ) => Record($"usb-port {reference} {controller} {port} {place}");

    public Task AttachScsiAsync(string reference, VscsiConfig added, Requester requester, CancellationToken cancellation) =>
        Record($"scsi-attach {reference} {string.Join(' ', added.Units.Select(unit => $"{unit.Physical}={unit.Virtual}"))}");

    public Task DetachScsiAsync(
        string reference,
        uint adapter,
        IReadOnlyList<ScsiAddress> units,
        Requester requester,
        CancellationToken cancellation
    ) => Record($"scsi-detach {reference} {adapter} {string.Join(' ', units)}");

    public Task<IReadOnlyList<ScsiView>> ListScsiAsync(string reference, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<ScsiView>>([
            new(0, false, 4, "/local/domain/0/backend/vscsi/1/0", [new(4, null, "2:0:0:0", "sda", ScsiAddress.Parse("0:0:0:0")!.Value)]),
        ]);

    public IReadOnlyList<UsbView> ListUsb() => [new("1-1", 0x0781, 0x5567, "SanDisk Cruzer", null), new("1-2", 0x046d, 0xc016, "", "win")];

    public Task PressSysrqAsync(string reference, string key, Requester requester, CancellationToken cancellation) =>
        Record($"sysrq {reference} {key}");

    public void SendDebugKeys(string keys) => Calls.Enqueue($"debug-keys {keys}");

    public IReadOnlyList<TaskView> ListTasks() =>
        [
            new(7, "linux", "create", "build-image", true, 14, "root (pid 812)", true),
            new(8, "linux", "pause", null, false, 2, "root (pid 900)", true),
        ];

    public IReadOnlyList<EndedTaskView> ListEndedTasks() =>
        [
            new(
                5,
                "web",
                Guid.Empty,
                "create",
                "root (pid 700)",
                DateTimeOffset.UnixEpoch,
                TimeSpan.FromSeconds(2.5),
                "crash after 9 s",
                null
            ),
            new(
                6,
                "db",
                Guid.Empty,
                "destroy",
                "root (pid 701)",
                DateTimeOffset.UnixEpoch.AddSeconds(1),
                TimeSpan.FromSeconds(1),
                null,
                new XendError(ErrorCode.Hotplug, "No bridge.", hint: "Make it.")
            ),
        ];

    public Task<string> CancelTaskAsync(string reference, Requester requester, CancellationToken cancellation)
    {
        Calls.Enqueue($"cancel {reference}");
        Fail();
        return Task.FromResult($"create of {reference} was cancelled at step build-image");
    }

    public Task<IReadOnlyList<AuditFinding>> AuditAsync(bool fix, Requester requester, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<AuditFinding>>([
            new("loop", "/dev/loop3", "has /images/a.img, for disk 51712 of domain linux (7), which Xen does not have", "detaches it")
            {
                Fixed = fix,
            },
            new("domain", "9", "gone was destroyed, and Xen keeps it", null),
        ]);

    public bool GetPauseFlag(string reference) => FindDomain(reference).PausedByAdmin;

    public int GetRestartCount(string reference) => FindDomain(reference).Id is 1 ? 3 : 0;

    public IReadOnlyList<VcpuInfo> GetVcpus(string reference) =>
        [new VcpuInfo(0, true, true, false, 46_250_000_000, 0, [0, 1]), new VcpuInfo(1, false, false, false, 0, 1, [1])];

    public PhysicalInfo GetPhysicalInfo() =>
        new()
        {
            ThreadsPerCore = 1,
            CoresPerSocket = 2,
            CpuCount = 2,
            NodeCount = 1,
            CpuKhz = 2_400_123,
            HvmAvailable = true,
            TotalMemoryKib = 3 * 1024 * 1024,
            FreeMemoryKib = 1_500_000,
            HardwareCapabilities = [0x178bf3ff, 0xf6f8320b, 0, 1, 2, 3, 4, 5],
        };

    public XenInfo GetXenInfo() =>
        new()
        {
            Major = 4,
            Minor = 17,
            Extra = ".6-pre",
            Capabilities = "xen-3.0-x86_64 hvm-3.0-x86_32 ",
            Scheduler = "credit2",
            PageSize = 4096,
            VirtualStart = 0xffff800000000000,
            CommandLine = "dom0_mem=1024M",
            Compiler = "gcc 12.2.0",
        };

    public string ReadConsoleRing(bool clear)
    {
        Calls.Enqueue($"ring {clear}");
        return "(XEN) one\n(XEN) two\n";
    }

    public string ReadLog() => LogText;

    private Task Record(string call)
    {
        Calls.Enqueue(call);
        Fail();
        return Task.CompletedTask;
    }

    private void Fail()
    {
        if (Failure is not null)
        {
            throw Failure;
        }
    }
}
