using System.Globalization;
using Xm.Host;

namespace Xm.Config.Domain;

/// <summary>A SCSI device of the host, as sysfs has it.</summary>
/// <param name="Address">Host, channel, target and LUN.</param>
/// <param name="Name">What Linux calls it (sda, st0); empty where only a generic device is there.</param>
/// <param name="Generic">The name of its generic device (sg0), or empty.</param>
internal sealed record ScsiDevice(string Address, string Name, string Generic)
{
    /// <summary>The number of its host adapter.</summary>
    public int Adapter => Numbers(Address)[0];

    /// <summary>All devices, by address.</summary>
    public static IReadOnlyList<ScsiDevice> OfHost(Surroundings surroundings)
    {
        var directory = surroundings.HostFile("/sys/bus/scsi/devices");
        if (!Directory.Exists(directory))
        {
            return [];
        }
        return
        [
            .. Directory
                .GetDirectories(directory)
                .Where(entry => IsAddress(Path.GetFileName(entry)))
                .Select(entry => new ScsiDevice(
                    Path.GetFileName(entry),
                    NameIn(entry, "block") ?? NameIn(entry, "scsi_tape") ?? NameIn(entry, "scsi_changer") ?? "",
                    NameIn(entry, "scsi_generic") ?? ""
                ))
                .OrderBy(device => device.Address, Comparer<string>.Create(Compare)),
        ];
    }

    /// <summary>
    /// The device with an address; or with a name, where the number of a partition and a link under /dev (disk/by-id) lead to the disk.
    /// </summary>
    public static ScsiDevice? Find(string text, IEnumerable<ScsiDevice> devices, Surroundings surroundings)
    {
        if (IsAddress(text))
        {
            return devices.FirstOrDefault(device => device.Address == text);
        }
        var name = text.StartsWith("/dev/", StringComparison.Ordinal) ? NameOf(text, surroundings) : text;
        return name.Length == 0 ? null : devices.FirstOrDefault(device => device.Name == name || device.Generic == name);
    }

    public static bool IsAddress(string text) =>
        text.Split(':') is { Length: 4 } parts && parts.All(part => part.Length is > 0 and < 6 && part.All(char.IsAsciiDigit));

    private static string NameOf(string path, Surroundings surroundings)
    {
        var place = path.Contains('\0') ? null : new FileInfo(surroundings.HostFile(path));
        var target = place is { LinkTarget: not null } ? place.ResolveLinkTarget(returnFinalTarget: true)?.Name : null;
        var name = target ?? path.Substring("/dev/".Length);
        return name.StartsWith("sd", StringComparison.Ordinal) ? name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9') : name;
    }

    private static string? NameIn(string entry, string kind) =>
        Path.Combine(entry, kind) is var directory && Directory.Exists(directory)
            ? Directory.GetDirectories(directory).Select(Path.GetFileName).Order(StringComparer.Ordinal).FirstOrDefault()
            : null;

    private static int Compare(string? one, string? other) =>
        Numbers(one!).Zip(Numbers(other!), (left, right) => left.CompareTo(right)).FirstOrDefault(order => order != 0);

    private static int[] Numbers(string address) => [.. address.Split(':').Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
}
