using Sxp;
using Xm.CommandLine;
using Xm.Host;

namespace Xm.Config.Domain;

/// <summary><c>PDEV,VDEV[,BACKEND]</c>: a SCSI device of the host for the domain.</summary>
/// <param name="Physical">Host, channel, target and LUN in the host.</param>
/// <param name="Name">What Linux calls it: sda, st0.</param>
/// <param name="Virtual">Host, channel, target and LUN in the domain.</param>
/// <param name="IsHost">The whole host adapter is given away (VDEV is <c>host</c>).</param>
/// <param name="Backend">The driver domain; may be empty.</param>
internal sealed record ScsiLine(string Physical, string Name, string Virtual, bool IsHost, string Backend)
{
    /// <summary>The <c>(vscsi …)</c> devices: one for each host adapter that the domain sees.</summary>
    /// <exception cref="CommandError">A line is malformed, its device is not there, or one is named twice.</exception>
    public static IEnumerable<SList> ToSxp(Settings settings, Surroundings surroundings)
    {
        var adapters = new Dictionary<string, SxpList>(StringComparer.Ordinal);
        foreach (var line in Parse(settings, surroundings))
        {
            var adapter = line.Virtual.Split(':')[0];
            if (!adapters.TryGetValue(adapter, out var device))
            {
                device = new SxpList("vscsi").Add("feature-host", line.IsHost ? 1 : 0);
                adapters.Add(adapter, line.Backend.Length > 0 ? device.Add("backend", line.Backend) : device);
            }
            // 1 is XenbusStateInitialising.
            device.Add(
                SList.Of(
                    "dev",
                    SList.Of("state", 1),
                    SList.Of("devid", adapter),
                    SList.Of("p-dev", line.Physical),
                    SList.Of("p-devname", line.Name),
                    SList.Of("v-dev", line.Virtual)
                )
            );
        }
        return adapters.Values.Select(device => device.ToSxp());
    }

    public static IReadOnlyList<ScsiLine> Parse(Settings settings, Surroundings surroundings)
    {
        var lines = new List<ScsiLine>();
        var physical = new HashSet<string>(StringComparer.Ordinal);
        var virtuals = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in settings.Texts("vscsi"))
        {
            var line = Parse(text, surroundings);
            if (!physical.Add(line.Physical))
            {
                throw new CommandError($"The physical device \"{line.Physical}\" is already defined");
            }
            if (!virtuals.Add(line.Virtual))
            {
                throw new CommandError($"The virtual device \"{line.Virtual}\" is already defined");
            }
            lines.Add(line);
        }
        return lines;
    }

    private static ScsiLine Parse(string text, Surroundings surroundings)
    {
        var fields = text.Split(',', StringSplitOptions.TrimEntries);
        if (fields.Length is < 2 or > 3 || fields[0].Length == 0 || (fields[1] != "host" && !IsAddress(fields[1])))
        {
            throw new CommandError($"vscsi syntax error \"{text}\"");
        }
        var (address, name) = Find(fields[0], surroundings) ?? throw new CommandError($"Cannot find device \"{fields[0]}\"");
        return new ScsiLine(
            address,
            name,
            fields[1] == "host" ? address : fields[1],
            fields[1] == "host",
            fields.ElementAtOrDefault(2) ?? ""
        );
    }

    /// <summary>The device by its address, or by its name with or without /dev/ and with or without a partition.</summary>
    private static (string Address, string Name)? Find(string device, Surroundings surroundings)
    {
        var directory = surroundings.HostFile("/sys/bus/scsi/devices");
        var name = device.StartsWith("/dev/", StringComparison.Ordinal) ? device.Substring("/dev/".Length) : device;
        var disk = name.StartsWith("sd", StringComparison.Ordinal) ? name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9') : name;
        foreach (
            var entry in Directory.Exists(directory)
                ? Directory.GetDirectories(directory).Order(StringComparer.Ordinal)
                : Enumerable.Empty<string>()
        )
        {
            var address = Path.GetFileName(entry);
            var names = IsAddress(address) ? Names(entry) : [];
            if (IsAddress(address) && (address == device || names.Contains(disk)))
            {
                return (address, names.FirstOrDefault() ?? "");
            }
        }
        return null;
    }

    private static List<string> Names(string entry) =>
        new[] { "block", "scsi_tape", "scsi_generic" }
            .Select(kind => Path.Combine(entry, kind))
            .Where(Directory.Exists)
            .SelectMany(Directory.GetDirectories)
            .Select(path => Path.GetFileName(path))
            .ToList();

    private static bool IsAddress(string text) =>
        text.Split(':') is { Length: 4 } parts && parts.All(part => part.Length is > 0 and < 6 && part.All(char.IsAsciiDigit));
}
