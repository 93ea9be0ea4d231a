using Sxp;
using Xm.CommandLine;
using Xm.Config.Values;
using Xm.Host;

namespace Xm.Config.Domain;

/// <summary>The <c>(image (linux …))</c> part of a domain: what is started, and on what machine.</summary>
internal sealed class ImageSection(Settings settings, Surroundings surroundings)
{
    /// <summary>The bare name of the firmware, which need not be there: xend knows where it is.</summary>
    public const string HvmLoader = "hvmloader";

    /// <summary>What xend can build.</summary>
    private static readonly string[] Builders = ["linux", "hvm", "pvh"];

    private static readonly string[] HvmNames =
    [
        "acpi",
        "apic",
        "boot",
        "cpuid",
        "cpuid_check",
        "device_model",
        "display",
        "fda",
        "fdb",
        "gfx_passthru",
        "guest_os_type",
        "hap",
        "hpet",
        "isa",
        "keymap",
        "localtime",
        "nestedhvm",
        "nographic",
        "opengl",
        "oos",
        "pae",
        "pci",
        "pci_msitranslate",
        "pci_power_mgmt",
        "rtc_timeoffset",
        "sdl",
        "soundhw",
        "stdvga",
        "timer_mode",
        "usb",
        "usbdevice",
        "vcpus",
        "vnc",
        "vncconsole",
        "vncdisplay",
        "vnclisten",
        "vncunused",
        "viridian",
        "vpt_align",
        "xauthority",
        "xen_extended_power_mgmt",
        "xen_platform_pci",
        "memory_sharing",
        "vncpasswd",
        "bios",
        "hdtype",
    ];

    /// <exception cref="CommandError">The kernel, ramdisk or loader is not there.</exception>
    public SValue Build()
    {
        var builder = Builder();
        if (builder.Length == 0)
        {
            return SNone.Instance;
        }
        var image = new SxpList(builder);
        AddFiles(image, builder);
        if (KernelAddress() is { Length: > 0 } address)
        {
            image.Add("ip", WithoutPrefix("ip=", address));
        }
        if (settings.Text("root") is { Length: > 0 } root)
        {
            image.Add("root", WithoutPrefix("root=", root));
        }
        image.AddIfTrue("videoram", settings["videoram"]);
        image.AddIfTrue("parallel", settings["parallel"]);
        image.AddIfTrue("serial", settings["serial"]);
        if (settings.IsTrue("monitor_path"))
        {
            image.AddIfTrue("monitor_path", settings["monitor_path"]).Add("monitor", 1);
        }
        else
        {
            image.AddIfTrue("monitor", settings["monitor"]);
        }
        AddArguments(image);
        image.AddIfTrue("superpages", settings["superpages"]);
        if (builder == "hvm")
        {
            AddHvm(image);
        }
        if (settings["vhpt"] is not IntValue { Number: 0 })
        {
            image.AddIfSet("vhpt", settings["vhpt"]);
        }
        image.AddIfTrue("machine_address_size", settings["machine_address_size"]);
        image.AddIfTrue("suppress_spurious_page_faults", settings["suppress_spurious_page_faults"]);
        image.AddIfSet("tsc_mode", settings["tsc_mode"]);
        image.AddIfSet("nomigrate", settings["nomigrate"]);
        return image.ToSxp();
    }

    /// <summary>builder, or what its successor <c>type</c> (pv, pvh, hvm) says where builder was left at its default.</summary>
    private string Builder()
    {
        var builder = settings.Text("builder") ?? "";
        if (builder != "linux" || settings["type"] is not StrValue type)
        {
            return builder;
        }
        return type.Text switch
        {
            "pv" => "linux",
            "hvm" or "pvh" => type.Text,
            _ => throw new CommandError($"Invalid domain type: {type.Text} (it is pv, pvh or hvm)") { Setting = "type" },
        };
    }

    private void AddFiles(SxpList image, string builder)
    {
        // A boot loader looks for the files on the domain's disk, not on ours.
        var isElsewhere = settings.IsTrue("bootloader");
        foreach (var name in new[] { "kernel", "ramdisk", "loader" })
        {
            if (settings.Text(name) is not { Length: > 0 } file)
            {
                continue;
            }
            var mayBeLoader = name == "loader" || name == "kernel";
            image.Add(name, isElsewhere && name != "loader" ? file : Locate(name, file, mayBeLoader, builder));
        }
    }

    /// <summary>
    /// The file as it is to be told to xend, which must exist and has another working directory. The firmware of fully virtualized domains
    /// is looked for by xend:
    /// its place depends on the running Xen, and old configuration files name places that no longer exist.
    /// </summary>
    private string Locate(string what, string file, bool mayBeLoader, string builder)
    {
        if (mayBeLoader && (file == HvmLoader || (builder == "hvm" && Path.GetFileName(file) == HvmLoader)))
        {
            return file;
        }
        if (!Exists(file))
        {
            if (!Builders.Contains(builder))
            {
                // The file may be missing only because it is looked for as another builder's.
                throw new CommandError($"unknown image type: {builder}\n  builder = '{builder}'; it can be {string.Join(", ", Builders)}.")
                {
                    Setting = "builder",
                };
            }
            throw new CommandError($"Cannot find {what} \"{file}\"") { Setting = what };
        }
        return Path.IsPathRooted(file) ? file : surroundings.FullPath(file);
    }

    private bool Exists(string file) =>
        !file.Contains('\0') && surroundings.Resolve(file) is var place && (File.Exists(place) || Directory.Exists(place));

    /// <summary>Address, NFS server, gateway, netmask, host name, interface and method, as the kernel's <c>ip=</c> wants them.</summary>
    private string KernelAddress()
    {
        var ip = settings.Text("ip") ?? "";
        var dhcp = settings.Text("dhcp") ?? "off";
        if (ip.Length == 0 && dhcp == "off")
        {
            return "";
        }
        var server = settings.Text("nfs_server") is { Length: > 0 } given ? given : "127.0.255.255";
        return string.Join(
            ':',
            ip,
            server,
            settings.Text("gateway"),
            settings.Text("netmask"),
            settings.Text("hostname"),
            settings.Text("interface"),
            dhcp
        );
    }

    private void AddArguments(SxpList image)
    {
        if (settings.Text("nfs_root") is not { Length: > 0 } root)
        {
            image.AddIfTrue("args", settings["extra"]);
            return;
        }
        if (settings.Text("nfs_server") is not { Length: > 0 } server)
        {
            throw new CommandError("Must set nfs root and nfs server") { Setting = "nfs_root" };
        }
        image.Add("args", $"nfsroot={server}:{root} {settings.Text("extra")}");
    }

    private void AddHvm(SxpList image)
    {
        foreach (var name in HvmNames)
        {
            switch (name)
            {
                case "cpuid" or "cpuid_check":
                    image.Add(name, CpuidLines.ToSxp(settings, name));
                    break;
                case "pci":
                    image.Add(name, PciLine.Summary(settings, surroundings));
                    break;
                default:
                    image.AddIfSet(name, settings[name]);
                    break;
            }
        }
    }

    private static string WithoutPrefix(string prefix, string text) =>
        text.StartsWith(prefix, StringComparison.Ordinal) ? text.Substring(prefix.Length) : text;
}
