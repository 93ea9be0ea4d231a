using System.Collections.Immutable;
using System.Globalization;
using Sxp;

namespace Xend.Domains;

/// <summary>
/// The s-expression in the file of a managed domain: <c>(domain (vcpus_params ...) ... (name linux) ...)</c>, as Xen 4.1 wrote it.
/// </summary>
/// <remarks>
/// First come the names of the Xen-API with their units (memory in bytes), then those of <see cref="DomainConfigWriter"/>. Both are
/// written, for
/// old tools that read either; ours are read back from the second, and of the first only what the second does not have.
/// </remarks>
public static class ManagedDomainForm
{
    private const long Mib = 1024 * 1024;

    /// <summary>Beside a configuration that the domain does not run with yet.</summary>
    private const string NextMark = "xend_next";

    /// <summary>The host to which the domain has gone.</summary>
    private const string AwayMark = "xend_away";

    public static SList Write(DomainEntry entry)
    {
        var config = entry.Next ?? entry.Config ?? throw new ArgumentException($"{entry.Name} has no configuration", nameof(entry));
        var plain = DomainConfigWriter.Write(config);
        var items = ImmutableArray.CreateBuilder<SValue>();
        items.Add("domain");
        items.AddRange(
            SList.Of("vcpus_params", new SList([SList.Of("cap", config.CpuCap ?? 0), SList.Of("weight", config.CpuWeight ?? 256)])),
            SList.Of("PV_args", config.Image.Builder == "linux" ? config.Image.CommandLine : ""),
            SList.Of("memory_static_min", "0"),
            SList.Of("HVM_boot_policy", config.Image.Builder == "hvm" ? "BIOS order" : ""),
            SList.Of("PV_bootloader", config.Bootloader),
            SList.Of("auto_power_on", false),
            SList.Of("memory_static_max", Text(config.MaxMemoryMib * Mib)),
            SList.Of("memory_dynamic_min", Text(config.MemoryMib * Mib)),
            SList.Of("memory_dynamic_max", Text(config.MemoryMib * Mib)),
            SList.Of("actions_after_shutdown", Word(config.OnPoweroff)),
            SList.Of("actions_after_reboot", Word(config.OnReboot)),
            SList.Of("actions_after_crash", Word(config.OnCrash)),
            SList.Of("PV_bootloader_args", config.BootloaderArgs),
            SList.Of("VCPUs_max", Text(config.Vcpus)),
            SList.Of("name_label", config.Name),
            SList.Of("Description", config.Description)
        );
        items.AddRange(plain.Items.Skip(1));
        if (entry.LastStart is { } start)
        {
            items.Add(SList.Of("start_time", start.ToString("R", CultureInfo.InvariantCulture)));
        }
        if (entry.Next is not null)
        {
            items.Add(SList.Of(NextMark, 1));
        }
        if (entry.AwayAt is { } host)
        {
            items.Add(SList.Of(AwayMark, host));
        }
        if (entry is { Note: { State: RestartState.GaveUp } note })
        {
            items.Add(note.Describe());
        }
        return new SList(items.ToImmutable());
    }

    /// <summary>
    /// The domain as the file has it, halted. Where it is that of its next start, it is <see cref="DomainEntry.Next"/> too.
    /// </summary>
    /// <exception cref="XendError">It is none.</exception>
    public static DomainEntry Read(SList source)
    {
        // The configuration was complete when it was written, so no default is left to supply.
        var config = new DomainConfigReader(defaultVifScript: "vif-bridge").Read(Completed(source));
        return new DomainEntry
        {
            Uuid = config.Uuid,
            Name = config.Name,
            Config = config,
            Next = source.Child(NextMark) is null ? null : config,
            Managed = true,
            Note = RestartNote.Read(source),
            AwayAt = source.Value(AwayMark)?.ToString(),
            State = DomainState.Halted,
            LastStart = source.Value("start_time") switch
            {
                SFloat number => number.Value,
                SInt number => number.Value,
                SString text when double.TryParse(text.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
                _ => null,
            },
        };
    }

    /// <summary>
    /// Old xend wrote weight and cap under their Xen-API name only, and switched a domain on at start by either of two names.
    /// </summary>
    private static SList Completed(SList source)
    {
        var items = source.Items;
        if (source.Child("cpu_weight") is null && source.Child("cpu_cap") is null && source.Value("vcpus_params") is SList parameters)
        {
            items = AddFrom(parameters, "weight", "cpu_weight", "256", items);
            items = AddFrom(parameters, "cap", "cpu_cap", "0", items);
        }
        if (source.Child("on_xend_start") is null && source.Value("auto_power_on") is SBool { Value: true } or SInt { Value: 1 })
        {
            items = items.Add(SList.Of("on_xend_start", "start"));
        }
        return new SList(items);
    }

    /// <summary>What Xen takes by itself was written too, and means that nothing was asked for.</summary>
    private static ImmutableArray<SValue> AddFrom(
        SList parameters,
        string oldName,
        string name,
        string untold,
        ImmutableArray<SValue> items
    ) => parameters.Value(oldName) is { } value && value.ToString() != untold ? items.Add(SList.Of(name, value)) : items;

    /// <summary>The Xen-API's words have underscores.</summary>
    private static string Word(DomainAction action) => action.Name().Replace('-', '_');

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
