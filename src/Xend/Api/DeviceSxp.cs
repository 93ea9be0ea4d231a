using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Sxp;
using Xend.Devices;
using Xend.Domains;

namespace Xend.Api;

/// <summary>The <c>(device (CLASS ...))</c> elements of a domain.</summary>
internal static class DeviceSxp
{
    /// <summary>The order of the classes; within one, that of the configuration. As Xen 4.1 printed them.</summary>
    private static readonly ImmutableArray<string> Classes =
    [
        "tap2",
        "vif",
        "vkbd",
        "ioports",
        "tap",
        "vif2",
        "console",
        "vscsi",
        "vbd",
        "irq",
        "vfb",
        "pci",
        "vusb",
        "vtpm",
    ];

    public static IEnumerable<SList> Describe(DomainView domain, DomainConfig config)
    {
        var devices = config.Devices.IsDefault ? [] : config.Devices;
        var elements = devices.Select(device => (device.Class, Element: Element(device, domain)));
        if (domain is { IsActive: true, ConsolePort: { } port } && !devices.Any(device => device.Class == "console"))
        {
            elements = elements.Append(("console", Console(domain.Uuid, port)));
        }
        if (domain.Config is { Type: GuestType.Hvm, Machine.Display.Vnc: true } && !devices.Any(device => device.Class == "vfb"))
        {
            elements = elements.Append(("vfb", ImpliedDisplay(domain)));
        }
        return elements.OrderBy(pair => Rank(pair.Class)).Select(pair => pair.Element);
    }

    private static int Rank(string deviceClass) => Classes.IndexOf(deviceClass) is var rank and >= 0 ? rank : Classes.Length;

    private static SList Element(DeviceConfig device, DomainView domain) =>
        device switch
        {
            VbdConfig vbd => domain.IsActive ? RunningDisk(vbd) : ConfiguredDisk(vbd),
            VifConfig vif => Interface(vif, domain.IsActive),
            VfbConfig vfb => Framebuffer(vfb, domain),
            VkbdConfig => SList.Of("vkbd", SList.Of("backend", 0)),
            OtherDeviceConfig { Source: { Name: "device", Count: > 1 } wrapped } when wrapped[1] is SList source => source,
            OtherDeviceConfig other => other.Source,
            _ => SList.Of(device.Class, SList.Of("uuid", device.Uuid.ToString("D"))),
        };

    private static SList RunningDisk(VbdConfig disk)
    {
        var items = new List<SValue>
        {
            disk.Class,
            SList.Of("uuid", disk.Uuid.ToString("D")),
            SList.Of("bootable", disk.Bootable ? 1 : 0),
            SList.Of("dev", disk.Name + (disk.IsCdrom ? ":cdrom" : ":disk")),
        };
        if (disk.Uname.Length > 0)
        {
            items.Add(SList.Of("uname", disk.Uname));
        }
        items.AddRange([SList.Of("mode", disk.Mode), SList.Of("backend", BackendId(disk.Backend)), SList.Of("VDI", "")]);
        return new SList(items);
    }

    private static SList ConfiguredDisk(VbdConfig disk) =>
        SList.Of(
            disk.Class,
            SList.Of("uuid", disk.Uuid.ToString("D")),
            SList.Of("bootable", disk.Bootable ? 1 : 0),
            SList.Of("driver", "paravirtualised"),
            SList.Of("dev", disk.IsCdrom ? disk.Name + ":cdrom" : disk.Name),
            SList.Of("uname", disk.Uname),
            SList.Of("mode", disk.Mode)
        );

    private static SList Interface(VifConfig vif, bool running)
    {
        var items = new List<SValue> { vif.Class };
        AddIfSet(items, "bridge", vif.Bridge);
        items.Add(SList.Of("mac", vif.Mac));
        if (running)
        {
            items.Add(SList.Of("script", vif.ScriptArguments.Length == 0 ? vif.Script : $"{vif.Script} {vif.ScriptArguments}"));
        }
        items.Add(SList.Of("uuid", vif.Uuid.ToString("D")));
        if (running)
        {
            items.Add(SList.Of("backend", BackendId(vif.Backend)));
        }
        AddIfSet(items, "ip", vif.Ip);
        AddIfSet(items, "type", vif.Type);
        AddIfSet(items, "vifname", vif.Name);
        AddIfSet(items, "rate", vif.Rate);
        AddIfSet(items, "model", vif.Model);
        return new SList(items);
    }

    /// <summary>All that it was given but the password, and where it listens.</summary>
    private static SList Framebuffer(VfbConfig vfb, DomainView domain)
    {
        var items = vfb.Source.Items.Where(item => item is not SList { Name: "vncpasswd" or "uuid" }).ToList();
        items.Add(SList.Of("uuid", vfb.Uuid.ToString("D")));
        AddLocation(items, domain);
        return new SList(items);
    }

    /// <summary>Old xend added a framebuffer to an HVM guest that only said vnc=1.</summary>
    private static SList ImpliedDisplay(DomainView domain)
    {
        var display = domain.Config!.Machine.Display;
        List<SValue> items = ["vfb", SList.Of("vncunused", display.AnyFree ? 1 : 0)];
        AddIfSet(items, "vnclisten", display.Listen);
        items.Add(SList.Of("vnc", 1));
        items.Add(SList.Of("uuid", MadeUuid($"vfb of {domain.Uuid:D}").ToString("D")));
        AddLocation(items, domain);
        return new SList(items);
    }

    private static void AddLocation(List<SValue> items, DomainView domain)
    {
        if (domain.Vnc is { } vnc)
        {
            items.Add(SList.Of("location", $"{vnc.Host}:{vnc.Port}"));
        }
    }

    private static SList Console(Guid domain, uint port) =>
        SList.Of(
            "console",
            SList.Of("protocol", "vt100"),
            SList.Of("location", port),
            SList.Of("uuid", MadeUuid($"console of {domain:D}").ToString("D"))
        );

    /// <summary>
    /// What is nobody's configuration has a UUID that follows from the domain's: the same after each start of the daemon.
    /// </summary>
    private static Guid MadeUuid(string purpose)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.ASCII.GetBytes(purpose), digest);
        digest[6] = (byte)((digest[6] & 0x0f) | 0x80); // RFC 9562: version 8, made up by its maker
        digest[8] = (byte)((digest[8] & 0x3f) | 0x80);
        return new Guid(digest[..16], bigEndian: true);
    }

    private static void AddIfSet(List<SValue> items, string key, string value)
    {
        if (value.Length > 0)
        {
            items.Add(SList.Of(key, value));
        }
    }

    /// <summary>An id is a number; a driver domain that is named stays a name.</summary>
    private static SValue BackendId(string backend) =>
        int.TryParse(backend, System.Globalization.CultureInfo.InvariantCulture, out var id) ? id : backend;
}
