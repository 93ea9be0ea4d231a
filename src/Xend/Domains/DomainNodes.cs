using System.Globalization;
using Xend.Hypervisor;
using XenStore;

namespace Xend.Domains;

/// <summary>The nodes of a domain in xenstore, beside those of its devices. The keys that libxl 4.17 and old xend wrote.</summary>
/// <remarks>
/// A new node inherits its parent's permissions, owner included; so each directory comes first, with its permissions, then what is
/// below it. All requests of a transaction are sent without waiting in between: xenstored takes them in order.
/// </remarks>
public static class DomainNodes
{
    private static readonly string[] ReadableDirectories = ["cpu", "memory", "device", "control"];

    private static readonly string[] GuestDirectories = ["data", "drivers", "feature", "attr", "error", "guest", "hvmpv"];

    private static readonly string[] GuestControls =
    [
        "control/shutdown",
        "control/sysrq",
        "control/feature-poweroff",
        "control/feature-reboot",
        "control/feature-suspend",
        "device/suspend/event-channel",
    ];

    private static readonly string[] HvmControls = ["control/feature-s3", "control/feature-s4"];

    public static async Task<bool> WriteSkeletonAsync(
        IXenStoreOperations store,
        uint domainId,
        DomainConfig config,
        CancellationToken cancellation
    )
    {
        var domain = PathOf(domainId);
        var vm = $"/vm/{config.Uuid}";
        var libxl = $"/libxl/{domainId}";
        var readable = XenStorePermissions.OwnedAndReadBy(0, domainId);
        var own = XenStorePermissions.Owner(domainId);
        var batch = new Batch(store, cancellation);

        // What stands there is of an earlier domain of that number.
        batch.Add(store.RemoveAsync(domain, cancellation));
        batch.Add(store.RemoveAsync(vm, cancellation));
        batch.Directory(domain, readable);
        batch.Directory(vm, readable);
        batch.Directory(libxl, XenStorePermissions.Dom0Only);
        batch.Write(libxl, ("type", TypeName(config.Type)), ("dm-version", "qemu_xen"));
        batch.Write(
            vm,
            ("uuid", config.Uuid.ToString()),
            ("name", config.Name),
            ("pool_name", config.PoolName),
            ("vcpus", Text(config.Vcpus)),
            ("memory", Text(config.MemoryMib)),
            ("maxmem", Text(config.MaxMemoryMib)),
            ("on_poweroff", config.OnPoweroff.Name()),
            ("on_reboot", config.OnReboot.Name()),
            ("on_crash", config.OnCrash.Name()),
            ("image/ostype", config.Image.Builder),
            ("image/kernel", config.Image.Kernel),
            ("image/ramdisk", config.Image.Ramdisk),
            ("image/cmdline", config.Image.CommandLine)
        );
        batch.Write(domain, ("vm", vm), ("name", config.Name), ("domid", Text(domainId)), ("description", config.Description));
        foreach (var directory in ReadableDirectories)
        {
            batch.Directory($"{domain}/{directory}", readable);
        }
        if (config.Type == GuestType.Hvm)
        {
            batch.Directory($"{domain}/hvmloader", readable);
        }
        foreach (var directory in GuestDirectories)
        {
            batch.Directory($"{domain}/{directory}", own);
        }
        foreach (var control in config.Type == GuestType.Hvm ? [.. GuestControls, .. HvmControls] : GuestControls)
        {
            batch.Write(domain, (control, ""));
            batch.Add(store.SetPermissionsAsync($"{domain}/{control}", own, cancellation));
        }
        batch.Write(domain, ("control/platform-feature-multiprocessor-suspend", "1"), ("control/platform-feature-xs_reset_watches", "1"));
        await batch.AllAsync().ConfigureAwait(false);
        return true;
    }

    /// <param name="store">Inside a transaction.</param>
    /// <param name="config">The domain's configuration.</param>
    /// <param name="runtime">Complete but for nothing.</param>
    /// <param name="consoleLimitBytes">What xenconsoled may buffer.</param>
    /// <param name="terminal">The terminal at which people listen already; empty for none.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<bool> WriteBootAsync(
        IXenStoreOperations store,
        DomainConfig config,
        DomainRuntime runtime,
        long consoleLimitBytes,
        string terminal,
        CancellationToken cancellation
    )
    {
        var domainId = runtime.Id!.Value;
        var domain = PathOf(domainId);
        var batch = new Batch(store, cancellation);
        batch.Write(
            domain,
            ("memory/static-max", Text(config.MaxMemoryMib * 1024ul)),
            ("memory/target", Text(config.MemoryMib * 1024ul)),
            ("memory/videoram", config.Type == GuestType.Hvm ? Text(config.Machine.VideoMemoryKib) : "0"),
            ("store/port", Text(runtime.StorePort!.Value)),
            ("store/ring-ref", Text(runtime.StoreFrame!.Value))
        );
        for (uint vcpu = 0; vcpu < config.Vcpus; vcpu++)
        {
            batch.Write(domain, ($"cpu/{vcpu}/availability", vcpu < config.OnlineVcpus ? "online" : "offline"));
        }
        batch.Write($"/vm/{config.Uuid}", ("start_time", runtime.StartTime!.Value.ToString("F2", CultureInfo.InvariantCulture)));

        if (config.Type == GuestType.Hvm)
        {
            WriteFirmwareNodes(batch, domain, config);
        }

        // The console: its backend is xenconsoled, which looks at the frontend's nodes only. The guest may only read them.
        var backend = $"/local/domain/0/backend/console/{domainId}/0";
        batch.Directory(backend, XenStorePermissions.OwnedAndReadBy(0, domainId));
        batch.Write(
            backend,
            ("frontend", $"{domain}/console"),
            ("frontend-id", Text(domainId)),
            ("online", "1"),
            ("state", "1"),
            ("protocol", "vt100")
        );
        batch.Write(
            $"{domain}/console",
            ("backend", backend),
            ("backend-id", "0"),
            ("limit", consoleLimitBytes.ToString(CultureInfo.InvariantCulture)),
            ("type", "xenconsoled"),
            ("output", "pty"),
            ("tty", terminal),
            ("port", Text(runtime.ConsolePort!.Value)),
            ("ring-ref", Text(runtime.ConsoleFrame!.Value))
        );
        await batch.AllAsync().ConfigureAwait(false);
        return true;
    }

    /// <summary>The terminal at which the console can be used; xenconsoled writes it for a guest that runs.</summary>
    public static string ConsoleTerminalOf(uint domainId) => $"{PathOf(domainId)}/console/tty";

    public static Task WriteConsoleTerminalAsync(IXenStore store, uint domainId, string terminal, CancellationToken cancellation) =>
        store.WriteAsync(ConsoleTerminalOf(domainId), terminal, cancellation);

    /// <summary>What hvmloader reads when the guest starts.</summary>
    private static void WriteFirmwareNodes(Batch batch, string domain, DomainConfig config)
    {
        var acpi = config.Machine.Acpi ? "1" : "0";
        batch.Write(
            domain,
            ("hvmloader/bios", config.Machine.Firmware),
            // The device model would not know of memory that hvmloader moves.
            ("hvmloader/allow-memory-relocate", "0"),
            ("platform/device-model", "qemu_xen"),
            ("platform/acpi", acpi),
            ("platform/acpi_s3", acpi),
            ("platform/acpi_s4", acpi)
        );
        batch.Write($"/vm/{config.Uuid}", ("rtc/timeoffset", config.Machine.ClockOffset.ToString(CultureInfo.InvariantCulture)));
    }

    private static string TypeName(GuestType type) =>
        type switch
        {
            GuestType.Hvm => "hvm",
            GuestType.Pvh => "pvh",
            _ => "pv",
        };

    /// <summary>Removes all that belongs to a domain and to no device.</summary>
    public static async Task RemoveAsync(IXenStore store, uint domainId, Guid uuid, CancellationToken cancellation)
    {
        var batch = new Batch(store, cancellation);
        batch.Add(store.RemoveAsync(PathOf(domainId), cancellation));
        batch.Add(store.RemoveAsync($"/vm/{uuid}", cancellation));
        batch.Add(store.RemoveAsync($"/libxl/{domainId}", cancellation));
        batch.Add(store.RemoveAsync(DeviceModelPathOf(domainId), cancellation));
        await batch.AllAsync().ConfigureAwait(false);
    }

    /// <summary>Where the device model of a domain says what it does.</summary>
    public static string DeviceModelPathOf(uint domainId) => $"/local/domain/0/device-model/{domainId}";

    /// <summary>Which process that is.</summary>
    public static string DeviceModelProcessOf(uint domainId) => $"{DirectoryOfDeviceModelProcess(domainId)}/device-model-pid";

    /// <summary>Removes what is said of the device model of a domain that lives on without it.</summary>
    public static async Task RemoveDeviceModelAsync(IXenStore store, uint domainId)
    {
        await store.RemoveAsync(DeviceModelPathOf(domainId), CancellationToken.None).ConfigureAwait(false);
        await store.RemoveAsync(DeviceModelProcessOf(domainId), CancellationToken.None).ConfigureAwait(false);
        var directory = DirectoryOfDeviceModelProcess(domainId);
        if (await store.ListAsync(directory, CancellationToken.None).ConfigureAwait(false) is { Count: 0 })
        {
            await store.RemoveAsync(directory, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static string DirectoryOfDeviceModelProcess(uint domainId) => $"{PathOf(domainId)}/image";

    /// <summary>Writes a domain's name, unless another domain has that id by now.</summary>
    public static Task WriteNameAsync(IXenStore store, uint domainId, Guid uuid, string name, CancellationToken cancellation) =>
        store.TransactAsync(
            async inside =>
            {
                var vm = $"/vm/{uuid}";
                if (await inside.ReadAsync($"{PathOf(domainId)}/vm", cancellation).ConfigureAwait(false) != vm)
                {
                    return false;
                }
                var batch = new Batch(inside, cancellation);
                batch.Write(vm, ("name", name));
                batch.Write(PathOf(domainId), ("name", name));
                await batch.AllAsync().ConfigureAwait(false);
                return true;
            },
            cancellation
        );

    /// <summary>What the guest's balloon driver goes by.</summary>
    public static async Task WriteMemoryAsync(IXenStore store, uint domainId, DomainConfig config, CancellationToken cancellation)
    {
        var batch = new Batch(store, cancellation);
        batch.Write($"/vm/{config.Uuid}", ("memory", Text(config.MemoryMib)), ("maxmem", Text(config.MaxMemoryMib)));
        batch.Write(
            PathOf(domainId),
            ("memory/static-max", Text(config.MaxMemoryMib * 1024ul)),
            ("memory/target", Text(config.MemoryMib * 1024ul))
        );
        await batch.AllAsync().ConfigureAwait(false);
    }

    /// <summary>Which vCPUs a guest is to use.</summary>
    public static async Task WriteOnlineVcpusAsync(IXenStore store, uint domainId, uint online, uint most, CancellationToken cancellation)
    {
        var batch = new Batch(store, cancellation);
        for (uint vcpu = 0; vcpu < most; vcpu++)
        {
            batch.Write(PathOf(domainId), ($"cpu/{vcpu}/availability", vcpu < online ? "online" : "offline"));
        }
        await batch.AllAsync().ConfigureAwait(false);
    }

    public static string PathOf(uint domainId) => $"/local/domain/{domainId}";

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Requests that are all under way at once.</summary>
    private sealed class Batch(IXenStoreOperations store, CancellationToken cancellation)
    {
        private readonly List<Task> _requests = [];

        public void Add(Task request) => _requests.Add(request);

        public void Directory(string path, XenStorePermissions permissions)
        {
            Add(store.MakeDirectoryAsync(path, cancellation));
            Add(store.SetPermissionsAsync(path, permissions, cancellation));
        }

        public void Write(string directory, params ReadOnlySpan<(string Key, string Value)> nodes)
        {
            foreach (var (key, value) in nodes)
            {
                Add(store.WriteAsync($"{directory}/{key}", value, cancellation));
            }
        }

        public Task AllAsync() => Task.WhenAll(_requests);
    }
}
