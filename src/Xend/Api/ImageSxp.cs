using System.Collections.Frozen;
using Sxp;
using Xend.Domains;

namespace Xend.Api;

/// <summary>The <c>(image (linux ...))</c> element, or that of another builder.</summary>
internal static class ImageSxp
{
    /// <summary>The order in which Xen 4.1 printed the platform keys: that of a Python dictionary, frozen by time.</summary>
    private static readonly string[] Order =
    [
        "superpages",
        "videoram",
        "hpet",
        "monitor_path",
        "stdvga",
        "vnclisten",
        "loader",
        "xen_platform_pci",
        "monitor",
        "opengl",
        "nestedhvm",
        "rtc_timeoffset",
        "parallel",
        "pci",
        "hap",
        "localtime",
        "timer_mode",
        "xen_extended_power_mgmt",
        "vncdisplay",
        "pci_msitranslate",
        "oos",
        "apic",
        "sdl",
        "fda",
        "fdb",
        "usbdevice",
        "display",
        "vpt_align",
        "vncconsole",
        "serial",
        "vncunused",
        "soundhw",
        "gfx_passthru",
        "boot",
        "vncpasswd",
        "pae",
        "vhpt",
        "viridian",
        "acpi",
        "vnc",
        "nographic",
        "nomigrate",
        "usb",
        "tsc_mode",
        "guest_os_type",
        "device_model",
        "keymap",
        "pci_power_mgmt",
        "xauthority",
        "isa",
    ];

    private static readonly FrozenDictionary<string, int> Rank = Order
        .Select((key, rank) => KeyValuePair.Create(key, rank))
        .ToFrozenDictionary();

    /// <summary>What old xend kept elsewhere, or to itself; and the password, which is nobody's to read here.</summary>
    private static readonly FrozenSet<string> NotShown = new[]
    {
        "vncpasswd",
        "vcpus",
        "memory_sharing",
        "cpuid",
        "cpuid_check",
    }.ToFrozenSet();

    public static SList Describe(ImageConfig image)
    {
        if (image.Builder == "hvm")
        {
            image = AsHvm(image);
        }
        var items = new List<SValue> { image.Builder, SList.Of("kernel", image.Kernel) };
        if (image.Ramdisk.Length > 0)
        {
            items.Add(SList.Of("ramdisk", image.Ramdisk));
        }
        if (image.CommandLine.Length > 0)
        {
            items.Add(SList.Of("args", image.CommandLine));
        }
        var platform = image.Platform.IsDefault ? [] : image.Platform;
        if (!platform.Any(pair => pair.Key == "superpages"))
        {
            platform = platform.Add(("superpages", 0));
        }
        items.AddRange(platform.Where(pair => !NotShown.Contains(pair.Key)).OrderBy(pair => RankOf(pair.Key)).Select(Element));
        return SList.Of("image", new SList(items));
    }

    /// <summary>
    /// The loader of an HVM guest is no kernel; keys without a value are not kept; its notes say what every such guest can.
    /// </summary>
    private static ImageConfig AsHvm(ImageConfig image)
    {
        var isLoader = image.Kernel.Length == 0 || System.IO.Path.GetFileName(image.Kernel) == "hvmloader";
        var platform = (image.Platform.IsDefault ? [] : image.Platform).RemoveAll(pair => pair.Value is SString { Value: "" });
        if (!platform.Any(pair => pair.Key == "loader"))
        {
            platform = platform.Add(("loader", isLoader && image.Kernel.Length > 0 ? image.Kernel : "hvmloader"));
        }
        return image with
        {
            Kernel = isLoader ? "" : image.Kernel,
            Platform = platform.Add(("notes", SList.Of(SList.Of("SUSPEND_CANCEL", 1)))),
        };
    }

    /// <summary>Keys that 4.1 did not know follow those that it did; the kernel's notes are always last.</summary>
    private static int RankOf(string key) =>
        Rank.TryGetValue(key, out var rank) ? rank
        : key == "notes" ? int.MaxValue
        : Order.Length;

    /// <summary>Notes are many pairs in one element: <c>(notes (GUEST_OS linux) ...)</c>.</summary>
    private static SValue Element((string Key, SValue Value) pair) =>
        pair is { Key: "notes", Value: SList notes } ? new SList([pair.Key, .. notes.Items]) : SList.Of(pair.Key, pair.Value);
}
