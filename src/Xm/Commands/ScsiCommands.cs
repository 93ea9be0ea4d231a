using System.Globalization;
using Sxp;
using Xm.CommandLine;
using Xm.Config.Domain;
using Xm.Output;

namespace Xm.Commands;

/// <summary><c>xm scsi-attach</c></summary>
internal sealed class ScsiAttachCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(3, 4);
        var words = call.Arguments.Where(word => word != "--").ToArray();
        var (wanted, place) = (words[1], words[2]);
        var isHost = place == "host";
        if (!isHost)
        {
            ScsiUnits.RefuseNoAddress(place);
        }
        var present = ScsiDevice.OfHost(call.Surroundings);
        var device = ScsiDevice.Find(wanted, present, call.Surroundings) ?? throw new UsageError($"Cannot find device '{wanted}'");
        var units = isHost
            ? present
                .Where(other => other.Adapter == device.Adapter)
                .Select(other => ScsiUnits.Unit(ScsiUnits.Initialising, other.Address, other.Address, other.Name))
            : [ScsiUnits.Unit(ScsiUnits.Initialising, place, device.Address, device.Name)];
        ScsiUnits.Configure(call, words[0], isHost, units, words.Length > 3 ? words[3] : null);
        return 0;
    }
}

/// <summary><c>xm scsi-detach</c></summary>
internal sealed class ScsiDetachCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(2);
        var words = call.Arguments.Where(word => word != "--").ToArray();
        ScsiUnits.RefuseNoAddress(words[1]);
        ScsiUnits.Configure(
            call,
            words[0],
            isHost: false,
            [ScsiUnits.Unit(ScsiUnits.Closing, words[1], SNone.Instance, SNone.Instance)],
            backend: null
        );
        return 0;
    }
}

/// <summary><c>xm scsi-list</c></summary>
internal sealed class ScsiListCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(1, 2);
        var (options, words) = call.Options("l", "long");
        if (words.Count == 0)
        {
            throw new UsageError("No domain parameter given");
        }
        if (words.Count > 1)
        {
            throw new UsageError("No multiple domain parameters allowed");
        }
        var adapters = Devices.Of(call, words[0], "vscsi");
        if (options.Count > 0)
        {
            foreach (var adapter in adapters)
            {
                call.Out.Write(SxpWriter.Pretty(adapter));
            }
            return 0;
        }
        if (adapters.Count > 0)
        {
            call.Out.WriteLine(DeviceTable.ScsiHeader);
        }
        foreach (var adapter in adapters)
        {
            foreach (var unit in ScsiUnits.Of(adapter))
            {
                call.Out.WriteLine(DeviceTable.ScsiRow(adapter, unit));
            }
        }
        return 0;
    }
}

/// <summary>What the commands for SCSI devices share.</summary>
internal static class ScsiUnits
{
    /// <summary>XenbusState of xen/include/public/io/xenbus.h: the device is to come.</summary>
    public const int Initialising = 1;

    /// <summary>It is to go.</summary>
    public const int Closing = 5;

    public static void RefuseNoAddress(string place)
    {
        if (place.Split(':').Length != 4)
        {
            throw new UsageError($"Invalid argument: {place}");
        }
    }

    /// <param name="state">What is to become of it.</param>
    /// <param name="place">Host adapter, channel, target and LUN in the domain.</param>
    /// <param name="device">The same in the host.</param>
    /// <param name="name">What the host calls it.</param>
    public static SList Unit(int state, string place, SValue device, SValue name) =>
        SList.Of(
            "dev",
            SList.Of("state", state),
            SList.Of("devid", Adapter(place)),
            SList.Of("p-dev", device),
            SList.Of("p-devname", name),
            SList.Of("v-dev", place)
        );

    public static void Configure(CommandCall call, string domain, bool isHost, IEnumerable<SList> units, string? backend)
    {
        List<SValue> adapter = ["vscsi", SList.Of("feature-host", isHost ? 1 : 0), .. units];
        if (backend is not null)
        {
            adapter.Add(SList.Of("backend", backend));
        }
        call.Xend.Call("xend.domain.device_configure", domain, new SList(adapter));
    }

    /// <summary>The units of an adapter, by channel, target and LUN in the domain, as old xm sorted them.</summary>
    public static IReadOnlyList<SList> Of(SList adapter) =>
        DeviceTable.NodesOf(adapter).Child("devs") is { Count: > 1 } devs && devs[1] is SList units
            ? [.. units.Items.OfType<SList>().OrderBy(unit => Key(unit, 1)).ThenBy(unit => Key(unit, 2)).ThenBy(unit => Key(unit, 3))]
            : [];

    private static int Key(SList unit, int part) =>
        unit.Value("v-dev").AsText()?.Split(':') is { Length: 4 } parts
        && int.TryParse(parts[part], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;

    private static int Adapter(string place) =>
        int.TryParse(place.Split(':')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var adapter)
            ? adapter
            : throw new UsageError("Invalid argument.");
}
