using Sxp;
using Xend.Domains;

namespace Xend.Api;

/// <summary>A domain as clients see it: <c>(domain (domid 1) ...)</c>, the text of <c>xm list --long</c>.</summary>
/// <remarks>
/// Names and order of the elements are those of Xen 4.1's XendConfig.to_sxp; scripts cut these lines out with grep and sed.
/// </remarks>
internal static class DomainSxp
{
    private const int DefaultCpuWeight = 256;

    /// <summary>The domain's expression.</summary>
    /// <param name="domain">What is known of it.</param>
    /// <param name="withDevices">The full form; the brief one is the same without the device elements.</param>
    public static SList Describe(DomainView domain, bool withDevices)
    {
        var items = new List<SValue> { "domain" };
        if (domain.Id is { } id)
        {
            items.Add(SList.Of("domid", id));
        }
        if (domain.Config is { } config)
        {
            AddConfiguration(items, domain, config);
        }
        else if (domain.IsControlDomain)
        {
            AddControlDomain(items, domain);
        }
        else
        {
            AddForeign(items, domain);
        }
        AddState(items, domain);
        AddStartOrder(items, domain);
        AddRestart(items, domain);
        if (withDevices && domain.Config is { } described)
        {
            items.AddRange(DeviceSxp.Describe(domain, described).Select(device => SList.Of("device", device)));
        }
        if (domain.Config?.Image.Platform.FirstOrDefault(pair => pair.Key == "cpuid").Value is SList { Count: > 0 } cpuid)
        {
            items.Add(SList.Of("cpuid", cpuid));
        }
        return new SList(items);
    }

    private static void AddConfiguration(List<SValue> items, DomainView domain, DomainConfig config)
    {
        items.AddRange([
            SList.Of("cpu_weight", config.CpuWeight ?? DefaultCpuWeight),
            SList.Of("cpu_cap", config.CpuCap ?? 0),
            SList.Of("pool_name", config.PoolName),
            SList.Of("bootloader", config.Bootloader),
            SList.Of("vcpus", Number(domain.Vcpus)),
            SList.Of("cpus", Pinning(domain, config)),
            SList.Of("on_poweroff", Word(config.OnPoweroff)),
            SList.Of("description", config.Description),
            SList.Of("on_crash", Word(config.OnCrash)),
            SList.Of("uuid", domain.Uuid.ToString("D")),
            SList.Of("bootloader_args", config.BootloaderArgs),
            SList.Of("name", domain.Name),
            SList.Of("on_reboot", Word(config.OnReboot)),
            SList.Of("maxmem", Number(domain.MaxMemoryMib)),
            SList.Of("memory", Number(domain.MemoryMib)),
            SList.Of("shadow_memory", Number(config.ShadowMemoryMib)),
            SList.Of("features", config.Features),
            SList.Of("on_xend_start", config.OnXendStart),
            SList.Of("on_xend_stop", config.OnXendStop),
        ]);
        AddRuntime(items, domain);
        items.Add(ImageSxp.Describe(config.Image));
    }

    /// <summary>
    /// Domain-0's own form: nobody configured it, so it shows old xend's defaults, and neither description nor start time.
    /// </summary>
    private static void AddControlDomain(List<SValue> items, DomainView domain)
    {
        items.AddRange([
            SList.Of("cpu_weight", DefaultCpuWeight),
            SList.Of("cpu_cap", 0),
            SList.Of("pool_name", "Pool-0"),
            SList.Of("bootloader", ""),
            SList.Of("vcpus", Number(domain.Vcpus)),
            SList.Of("cpus", Unpinned(domain.Vcpus)),
            SList.Of("on_poweroff", "destroy"),
            SList.Of("on_crash", "restart"),
            SList.Of("uuid", domain.Uuid.ToString("D")),
            SList.Of("bootloader_args", ""),
            SList.Of("name", domain.Name),
            SList.Of("on_reboot", "restart"),
            SList.Of("maxmem", Number(domain.MaxMemoryMib)),
            SList.Of("memory", Number(domain.MemoryMib)),
            SList.Of("shadow_memory", 0),
            SList.Of("features", ""),
            SList.Of("on_xend_start", "ignore"),
            SList.Of("on_xend_stop", "ignore"),
        ]);
        AddRuntime(items, domain with { StartTime = null });
        items.Add(
            SList.Of(
                "image",
                SList.Of("linux", SList.Of("kernel", ""), SList.Of("superpages", 0), SList.Of("nomigrate", 0), SList.Of("tsc_mode", 0))
            )
        );
    }

    /// <summary>Another toolstack's domain: only what Xen and xenstore say. What happens at its end is not ours to tell.</summary>
    private static void AddForeign(List<SValue> items, DomainView domain)
    {
        if (domain.Info is { CpuPool: 0 })
        {
            items.Add(SList.Of("pool_name", "Pool-0"));
        }
        items.AddRange([
            SList.Of("vcpus", Number(domain.Vcpus)),
            SList.Of("uuid", domain.Uuid.ToString("D")),
            SList.Of("name", domain.Name),
            SList.Of("maxmem", Number(domain.MaxMemoryMib)),
            SList.Of("memory", Number(domain.MemoryMib)),
        ]);
        AddRuntime(items, domain);
        items.Add(SList.Of("image", SList.Of(domain.Info is { Hvm: true } ? "hvm" : "linux", SList.Of("kernel", ""))));
    }

    private static void AddRuntime(List<SValue> items, DomainView domain)
    {
        if (domain.StartTime is { } start)
        {
            items.Add(SList.Of("start_time", start));
        }
        if (domain.Info is { } info)
        {
            items.Add(SList.Of("cpu_time", info.CpuTimeNs / 1e9));
            items.Add(SList.Of("online_vcpus", Number(info.OnlineVcpus)));
        }
    }

    private static void AddState(List<SValue> items, DomainView domain)
    {
        items.Add(SList.Of("status", (int)DomainStatus.Of(domain)));
        if (domain.Info is { } info)
        {
            items.Add(SList.Of("state", DomainStatus.Letters(info)));
        }
        if (domain.HeldBy is { } holders)
        {
            items.Add(SList.Of("held_by", holders));
        }
        if (domain.StoreFrame is { } store)
        {
            items.Add(SList.Of("store_mfn", Number(store)));
        }
        if (domain is { ConsoleFrame: { } console, Config: null or { Type: GuestType.Pv } })
        {
            items.Add(SList.Of("console_mfn", Number(console)));
        }
    }

    /// <summary>Ours, and only where the configuration has it.</summary>
    private static void AddStartOrder(List<SValue> items, DomainView domain)
    {
        if (domain.Config?.StartOrder is not { } order || order == StartOrder.None)
        {
            return;
        }
        items.Add(SList.Of("start_order", order.Position));
        items.Add(SList.Of("start_delay", order.DelaySeconds));
        items.Add(
            SList.Of(
                "start_wait",
                order.Wait switch
                {
                    StartWait.Connected => "connected",
                    StartWait.ShutdownCapable => "shutdown-capable",
                    _ => "",
                }
            )
        );
    }

    /// <summary>Ours, and only where there is something to say.</summary>
    private static void AddRestart(List<SValue> items, DomainView domain)
    {
        if (domain.Restarting)
        {
            items.Add(SList.Of("xend_restart", SList.Of("state", "restarting")));
        }
        else if (domain.Note is { } note)
        {
            items.Add(note.Describe());
        }
    }

    private static SList Pinning(DomainView domain, DomainConfig config) =>
        config.Cpus.IsDefaultOrEmpty
            ? Unpinned(domain.Vcpus)
            : new SList(config.Cpus.Select(SValue (cpus) => new SList(cpus.Select(SValue (cpu) => cpu))));

    private static SList Unpinned(uint vcpus) => new(Enumerable.Repeat<SValue>(SList.Empty, (int)Math.Min(vcpus, 8192)));

    /// <summary>XML-RPC has 32-bit integers only; a client reads a number that comes as a string just as well.</summary>
    private static SValue Number(ulong value) =>
        value <= int.MaxValue ? (long)value : value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Word(DomainAction action) =>
        action switch
        {
            DomainAction.Restart => "restart",
            DomainAction.Preserve => "preserve",
            DomainAction.RenameRestart => "rename-restart",
            DomainAction.CoredumpDestroy => "coredump-destroy",
            DomainAction.CoredumpRestart => "coredump-restart",
            _ => "destroy",
        };
}
