using System.Globalization;
using Sxp;
using Xm.CommandLine;
using Xm.Host;

namespace Xm.Config.Domain;

/// <summary><c>PDEV,VDEV[,BACKEND]</c>: a SCSI device of the host for the domain.</summary>
/// <param name="Device">The device of the host.</param>
/// <param name="Virtual">Host, channel, target and LUN in the domain.</param>
/// <param name="IsHost">The whole host adapter is given away (VDEV is <c>host</c>).</param>
/// <param name="Backend">The driver domain; may be empty.</param>
internal sealed record ScsiLine(ScsiDevice Device, string Virtual, bool IsHost, string Backend)
{
    /// <summary>The number of the host adapter that the domain sees.</summary>
    public int Adapter => int.Parse(Virtual.Split(':')[0], CultureInfo.InvariantCulture);

    /// <summary>The <c>(vscsi …)</c> devices: one for each host adapter that the domain sees.</summary>
    /// <exception cref="CommandError">
    /// A line is malformed, its device is not there, one is named twice, or lines of one adapter contradict each other.
    /// </exception>
    public static IEnumerable<SList> ToSxp(Settings settings, Surroundings surroundings)
    {
        var adapters = new Dictionary<int, SxpList>();
        var last = new Dictionary<int, ScsiLine>();
        foreach (var line in Parse(settings, surroundings))
        {
            if (!adapters.TryGetValue(line.Adapter, out var device))
            {
                device = new SxpList("vscsi").Add("feature-host", line.IsHost ? 1 : 0);
                adapters.Add(line.Adapter, device);
            }
            last[line.Adapter] = line;
            // 1 is XenbusStateInitialising.
            device.Add(
                SList.Of(
                    "dev",
                    SList.Of("state", 1),
                    SList.Of("devid", line.Adapter),
                    SList.Of("p-dev", line.Device.Address),
                    SList.Of("p-devname", line.Device.Name),
                    SList.Of("v-dev", line.Virtual)
                )
            );
        }
        foreach (var adapter in PythonOrder.Of(adapters.Keys))
        {
            var device = adapters[adapter];
            yield return (last[adapter].Backend is { Length: > 0 } backend ? device.Add("backend", backend) : device).ToSxp();
        }
    }

    public static IReadOnlyList<ScsiLine> Parse(Settings settings, Surroundings surroundings)
    {
        var lines = new List<ScsiLine>();
        var devices = new Lazy<IReadOnlyList<ScsiDevice>>(() => ScsiDevice.OfHost(surroundings));
        foreach (var line in settings.Texts("vscsi").SelectMany(text => Parse(text, devices.Value, surroundings)))
        {
            if (lines.Exists(other => other.Device.Address == line.Device.Address))
            {
                throw new CommandError($"The physical device \"{line.Device.Address}\" is already defined");
            }
            if (lines.Exists(other => other.Virtual == line.Virtual))
            {
                throw new CommandError($"The virtual device \"{line.Virtual}\" is already defined");
            }
            if (lines.Find(other => other.Adapter == line.Adapter) is { } beside)
            {
                var different =
                    beside.IsHost != line.IsHost ? "mode"
                    : beside.Backend != line.Backend ? "backend"
                    : null;
                if (different is not null)
                {
                    throw new CommandError($"The physical device \"{line.Device.Address}\" cannot define because {different} is different");
                }
            }
            lines.Add(line);
        }
        return lines;
    }

    /// <summary>One line: a device, or for <c>host</c> all devices of its adapter, each with the address that it has in the host.</summary>
    private static IEnumerable<ScsiLine> Parse(string text, IReadOnlyList<ScsiDevice> devices, Surroundings surroundings)
    {
        var fields = text.Split(',').Select(PythonStrip.Strip).ToArray();
        if (fields.Length is < 2 or > 3)
        {
            throw new CommandError($"vscsi syntax error \"{text}\"");
        }
        if (fields[1] != "host" && !ScsiDevice.IsAddress(fields[1]))
        {
            throw new CommandError($"vscsi syntax error \"{fields[1]}\"");
        }
        var device = ScsiDevice.Find(fields[0], devices, surroundings) ?? throw new CommandError($"Cannot find device \"{fields[0]}\"");
        var backend = fields.ElementAtOrDefault(2) ?? "";
        return fields[1] == "host"
            ? devices
                .Where(other => other.Adapter == device.Adapter)
                .Select(other => new ScsiLine(other, other.Address, IsHost: true, backend))
            : [new ScsiLine(device, fields[1], IsHost: false, backend)];
    }
}
