using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using Sxp;

namespace Model.Domains;

/// <summary>
/// Writes a configuration as the s-expression that <see cref="DomainConfigReader"/> reads back to the same configuration.
/// </summary>
public static class DomainConfigWriter
{
    public static SList Write(DomainConfig config)
    {
        var items = ImmutableArray.CreateBuilder<SValue>();
        items.Add("vm");
        Add("name", config.Name);
        Add("uuid", config.Uuid.ToString());
        Add("memory", config.MemoryMib);
        Add("maxmem", config.MaxMemoryMib);
        Add("vcpus", config.Vcpus);
        if (config.OnlineVcpus < config.Vcpus)
        {
            Add("vcpu_avail", ((BigInteger.One << (int)config.OnlineVcpus) - 1).ToString(CultureInfo.InvariantCulture));
        }
        if (!config.Cpus.IsEmpty)
        {
            Add("cpus", new SList(config.Cpus.Select(Ranges)));
        }
        AddOptional("cpu_weight", config.CpuWeight);
        AddOptional("cpu_cap", config.CpuCap);
        Add("pool_name", config.PoolName);
        AddText("description", config.Description);
        AddText("features", config.Features);
        AddText("bootloader", config.Bootloader);
        AddText("bootloader_args", config.BootloaderArgs);
        Add("on_poweroff", config.OnPoweroff.Name());
        Add("on_reboot", config.OnReboot.Name());
        Add("on_crash", config.OnCrash.Name());
        Add("on_xend_start", config.OnXendStart);
        Add("on_xend_stop", config.OnXendStop);
        if (config.StartOrder.Position != 0)
        {
            Add("start_order", config.StartOrder.Position);
        }
        if (config.StartOrder.DelaySeconds > 0)
        {
            Add("start_delay", config.StartOrder.DelaySeconds);
        }
        AddText("start_wait", config.StartOrder.Wait.Name());
        if (config.ShadowMemoryMib > 0)
        {
            Add("shadow_memory", config.ShadowMemoryMib);
        }
        Add("image", Image(config.Image));
        foreach (var device in config.Devices)
        {
            Add("device", DeviceClasses.Of(device).Write(device));
        }
        return new SList(items.ToImmutable());

        void Add(string key, SValue value) => items.Add(SList.Of(key, value));

        void AddText(string key, string text)
        {
            if (text.Length > 0)
            {
                Add(key, text);
            }
        }

        void AddOptional(string key, int? number)
        {
            if (number is { } value)
            {
                Add(key, value);
            }
        }
    }

    /// <summary><c>(0-3 5)</c>: a list, for a text could grow longer than what is read back.</summary>
    private static SValue Ranges(ImmutableArray<int> cpus)
    {
        var ranges = ImmutableArray.CreateBuilder<SValue>();
        for (var first = 0; first < cpus.Length; )
        {
            var last = first;
            while (last + 1 < cpus.Length && cpus[last + 1] == cpus[last] + 1)
            {
                last++;
            }
            ranges.Add(first == last ? $"{cpus[first]}" : $"{cpus[first]}-{cpus[last]}");
            first = last + 1;
        }
        return new SList(ranges.ToImmutable());
    }

    private static SList Image(ImageConfig image)
    {
        List<SValue> items = [image.Builder, SList.Of("kernel", image.Kernel)];
        if (image.Ramdisk.Length > 0)
        {
            items.Add(SList.Of("ramdisk", image.Ramdisk));
        }
        items.Add(SList.Of("args", image.CommandLine));
        items.AddRange(image.Platform.Select(entry => SList.Of(entry.Key, entry.Value)));
        return new SList(items);
    }
}
