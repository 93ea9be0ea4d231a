using System.Security.Cryptography;
using System.Text;
using Sxp;
using Xend.Devices;
using Xend.Domains;
using Xend.Requests;

namespace Xend.Api;

/// <summary>The <c>(device (CLASS ...))</c> elements of a domain.</summary>
internal static class DeviceSxp
{
    private static readonly string[] FrontendOrder =
    [
        "backend-id",
        "virtual-device",
        "device-type",
        "mac",
        "handle",
        "state",
        "backend",
        "ring-ref",
        "tx-ring-ref",
        "rx-ring-ref",
        "event-channel",
        "protocol",
        "request-rx-copy",
    ];

    public static IEnumerable<SList> Describe(DomainView domain, DomainConfig config)
    {
        var devices = config.Devices.IsDefault ? [] : config.Devices;
        var showing = new DeviceShowing(domain.IsActive, domain.Vnc, domain.Terminals);
        var elements = devices.Select(device => (device.Class, Element: DeviceClasses.Of(device).Show(device, showing)));
        if (domain is { IsActive: true, ConsolePort: { } port } && !devices.Any(device => device.Class == "console"))
        {
            elements = elements.Append(("console", Console(domain.Uuid, port)));
        }
        if (domain.Config is { Type: GuestType.Hvm, Machine.Display.Vnc: true } && !devices.Any(device => device.Class == "vfb"))
        {
            elements = elements.Append(
                ("vfb", VfbClass.ShowImplied(MadeUuid($"vfb of {domain.Uuid:D}"), domain.Config.Machine.Display, domain.Vnc))
            );
        }
        return elements.OrderBy(pair => DeviceClasses.Rank(pair.Class)).Select(pair => pair.Element);
    }

    /// <summary>The guest's end of a device, in the order in which old xend wrote it and frontend drivers added to it.</summary>
    public static SList Frontend(DeviceNodesView device) =>
        new(
            device
                .Nodes.OrderBy(node => Array.IndexOf(FrontendOrder, node.Key) is >= 0 and var place ? place : FrontendOrder.Length)
                .Select(SValue (node) => SList.Of(node.Key, node.Value))
        );

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
}
