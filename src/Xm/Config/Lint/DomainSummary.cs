using Sxp;

namespace Xm.Config.Lint;

/// <summary>A domain in a few lines, from the s-expression that would be sent.</summary>
internal sealed class DomainSummary(SList domain)
{
    private SList Image => domain.Child("image") is { Count: > 1 } image && image[1] is SList body ? body : SList.Empty;

    public string Name => Text(domain, "name");

    public string Builder => Image.Name ?? "";

    public string Kind =>
        Builder switch
        {
            "hvm" => "fully virtualized",
            "pvh" => "PVH",
            "linux" => "paravirtualized",
            var other => other,
        };

    /// <summary>MiB.</summary>
    public string Memory => Text(domain, "memory");

    public string MaxMemory => Text(domain, "maxmem");

    public string Vcpus => Text(domain, "vcpus");

    public string Kernel => Text(Image, "kernel");

    /// <summary>xend takes pygrub where neither a kernel nor a boot loader is named.</summary>
    public string Bootloader =>
        Text(domain, "bootloader") is { Length: > 0 } program ? program
        : Kernel.Length == 0 && Builder != "hvm" ? "pygrub"
        : "";

    /// <summary>Name in the guest, source, mode.</summary>
    public IEnumerable<(string Device, string Source, string Mode)> Disks =>
        Devices("vbd", "tap", "tap2").Select(disk => (Text(disk, "dev"), Text(disk, "uname"), Text(disk, "mode")));

    public IEnumerable<(string Bridge, string Mac)> Interfaces => Devices("vif").Select(vif => (Text(vif, "bridge"), Text(vif, "mac")));

    /// <summary>The classes of all other devices.</summary>
    public IEnumerable<string> Others =>
        domain
            .Children("device")
            .Select(device => device.Count > 1 && device[1] is SList body ? body.Name : null)
            .OfType<string>()
            .Where(kind => kind is not ("vbd" or "tap" or "tap2" or "vif"));

    private IEnumerable<SList> Devices(params string[] kinds) =>
        domain
            .Children("device")
            .Select(device => device.Count > 1 ? device[1] as SList : null)
            .OfType<SList>()
            .Where(device => kinds.Contains(device.Name));

    private static string Text(SList list, string key) => list.Value(key) is { } value ? value.ToString() : "";
}
