using System.Globalization;
using Sxp;
using Xm.CommandLine;
using Xm.Config.Values;
using Xm.Host;

namespace Xm.Config.Domain;

/// <summary>Makes the s-expression that describes a domain to xend out of the settings, element by element as xm 4.1 made it.</summary>
/// <param name="settings">The variables.</param>
/// <param name="surroundings">Where files and devices are looked for.</param>
/// <param name="warn">Told what is deprecated.</param>
internal sealed class DomainConfiguration(Settings settings, Surroundings surroundings, Action<string> warn)
{
    private static readonly string[] LeadingNames =
    [
        "name",
        "memory",
        "maxmem",
        "shadow_memory",
        "restart",
        "on_poweroff",
        "tsc_mode",
        "nomigrate",
        "on_reboot",
        "on_crash",
        "features",
        "on_xend_start",
        "on_xend_stop",
        "target",
        "cpuid",
        "cpuid_check",
        "machine_address_size",
        "suppress_spurious_page_faults",
        "description",
    ];

    /// <summary><c>(vm (name …) … (image …) … (device …)…)</c></summary>
    /// <exception cref="CommandError">A setting is wrong, or a file that it names is not there.</exception>
    public SList Build()
    {
        // What is wrong with a device is told before what is wrong with a file, as of old.
        var devices = new DeviceSection(settings, surroundings, warn);
        devices.Check();
        var vm = new SxpList("vm");
        foreach (var name in LeadingNames)
        {
            if (name is not ("cpuid" or "cpuid_check"))
            {
                vm.AddIfTrue(name, settings[name]);
            }
            else if (CpuidLines.ToSxp(settings, name) is { Count: > 0 } lines)
            {
                vm.Add(name, lines);
            }
        }
        AddCpus(vm);
        AddBackends(vm);
        vm.AddIfTrue("localtime", settings["localtime"]);
        vm.AddIfTrue("oos", settings["oos"]);
        vm.AddIfTrue("pool_name", settings["pool"]);
        foreach (var name in new[] { "start_order", "start_delay", "start_wait" })
        {
            vm.AddIfTrue(name, settings[name]);
        }
        var image = new ImageSection(settings, surroundings).Build();
        AddBootloader(vm);
        vm.Add("image", image);
        vm.Add("s3_integrity", SxpList.ToSxp("s3_integrity", settings["s3_integrity"]));
        if (AccessControlLine.ToSxp(settings) is { } security)
        {
            vm.Add(security);
        }
        foreach (var device in devices.Build())
        {
            vm.Add("device", device.Expression);
        }
        return vm.ToSxp();
    }

    private void AddCpus(SxpList vm)
    {
        var most = settings["maxvcpus"];
        var online = settings["vcpus"];
        if (most.IsTrue && online.IsTrue)
        {
            if (online is not IntValue { Number: > 0 and < 63 } count)
            {
                throw new CommandError("vcpus must be a number from 1 to 62 where maxvcpus is given.") { Setting = "vcpus" };
            }
            // XML-RPC's integers have 32 bits; a longer mask travels as text, which prints alike.
            var mask = (1L << (int)count.Number) - 1;
            vm.Add("vcpu_avail", mask <= int.MaxValue ? mask : mask.ToString(CultureInfo.InvariantCulture));
        }
        else if (!most.IsTrue && !online.IsTrue)
        {
            throw new CommandError($"'vcpus'\n  vcpus = {Shown(online)}: a domain needs at least one virtual CPU.") { Setting = "vcpus" };
        }
        vm.AddIfTrue("vcpus", most.IsTrue ? most : online);
        vm.AddIfSet("uuid", settings["uuid"]);
        vm.AddIfSet("cpu", settings["cpu"]);
        vm.AddIfSet("cpus", settings["cpus"]);
        vm.AddIfSet("cpu_cap", settings["cpu_cap"]);
        vm.AddIfSet("cpu_weight", settings["cpu_weight"]);
    }

    private static string Shown(Value value) => value is StrValue text ? $"'{text.Text}'" : SxpList.ToSxp("vcpus", value).ToString();

    private void AddBackends(SxpList vm)
    {
        foreach (var kind in new[] { "blkif", "netif", "tpmif" })
        {
            if (settings.IsTrue(kind))
            {
                vm.Add("backend", SList.Of(kind));
            }
        }
    }

    /// <summary>Without arguments of its own a boot loader is told to be quiet, unless somebody looks at its menu.</summary>
    private void AddBootloader(SxpList vm)
    {
        if (settings.Text("bootloader") is not { Length: > 0 } bootloader)
        {
            return;
        }
        vm.Add("bootloader", bootloader == "pygrub" ? new XenTools(surroundings).Find("pygrub") ?? bootloader : bootloader);
        var arguments = settings["bootargs"];
        vm.Add(
            "bootloader_args",
            arguments.IsTrue ? SxpList.ToSxp("bootargs", arguments)
                : settings.IsTrue("console_autoconnect") ? ""
                : "-q"
        );
    }
}
