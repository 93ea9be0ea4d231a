using System.Globalization;
using Sxp;
using Xm.CommandLine;
using Xm.Config.Domain;

namespace Xm.Commands;

/// <summary><c>xm pci-attach</c></summary>
internal sealed class PciAttachCommand : Command
{
    public override int Run(CommandCall call)
    {
        var (options, words) = call.Options("o:", "options=");
        foreach (var option in options.Where(option => option.Value.Split('=').Length != 2))
        {
            throw new UsageError($"Invalid pci attach option: {option.Value}");
        }
        if (words.Count is < 2 or > 3)
        {
            throw new UsageError("Invalid argument for 'xm pci-attach'");
        }
        var place = words.Count == 3 ? $"@{WithoutPrefix(words[2])}" : "";
        var line = string.Join(',', [words[1] + place, .. options.Select(option => option.Value)]);
        PciDevices.Configure(call, words[0], line, "Initialising");
        return 0;
    }

    private static string WithoutPrefix(string slot) => slot.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? slot[2..] : slot;
}

/// <summary><c>xm pci-detach</c></summary>
internal sealed class PciDetachCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(2);
        PciDevices.Configure(call, call.Arguments[0], call.Arguments[1], "Closing");
        return 0;
    }
}

/// <summary><c>xm pci-list</c></summary>
internal sealed class PciListCommand : Command
{
    private const int AnySlot = 0x100;

    public override int Run(CommandCall call)
    {
        call.RequireCount(1);
        var devices = call.Xend.Call("xend.domain.getDeviceSxprs", call.Arguments[0], "pci") is SList list
            ? list.Items.OfType<SStruct>().ToList()
            : [];
        if (devices.Count == 0)
        {
            return 0;
        }
        var arePlaced = devices.Any(device => (Number(device, "vdevfn") & AnySlot) == 0);
        call.Out.WriteLine(arePlaced ? "Vdev Device" : "Device");
        foreach (var device in devices)
        {
            call.Out.WriteLine(arePlaced ? $"{Place(device), -4} {Name(device)}" : Name(device));
        }
        return 0;
    }

    private static string Place(SStruct device) =>
        Number(device, "vdevfn") is var place && (place & AnySlot) == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{place >> 3:x2}.{place & 7:x}")
            : "-";

    private static string Name(SStruct device) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Number(device, "domain"):x4}:{Number(device, "bus"):x2}:{Number(device, "slot"):x2}.{Number(device, "func"):x}"
        );

    private static int Number(SStruct device, string key) => PciDevices.Number(device.Value(key));
}

/// <summary><c>xm pci-list-assignable-devices</c></summary>
internal sealed class PciListAssignableCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(0);
        if (call.Xend.Call("xend.node.pciinfo") is not SList devices)
        {
            // On standard output and with exit status 0, as of old.
            call.Out.WriteLine("Error: pciback/pci-stub not loaded?");
            return 0;
        }
        foreach (var device in devices.Items.OfType<SList>())
        {
            call.Out.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Part(device, "domain"):x4}:{Part(device, "bus"):x2}:{Part(device, "slot"):x2}.{Part(device, "func"):x}"
                )
            );
        }
        return 0;
    }

    private static int Part(SList device, string key) => PciDevices.Number(device.Value(key));
}

/// <summary>What the commands for PCI devices share.</summary>
internal static class PciDevices
{
    /// <summary>Sends a device with the state that it is to have.</summary>
    public static void Configure(CommandCall call, string domain, string line, string state)
    {
        var device = PciLine.ToSxp(PciLine.Parse(line, call.Surroundings));
        call.Xend.Call("xend.domain.device_configure", domain, new SList(device.Items.Add(SList.Of("state", state))));
    }

    /// <summary>xend writes hexadecimal numbers as texts: 0x1f.</summary>
    public static int Number(SValue? value) =>
        value.AsText() is { } text
        && int.TryParse(
            text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text,
            NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : throw new CommandError($"xend's answer has no number where one belongs: {value}");
}
