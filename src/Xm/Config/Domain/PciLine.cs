using System.Globalization;
using System.Text.RegularExpressions;
using Sxp;
using Xm.CommandLine;
using Xm.Host;

namespace Xm.Config.Domain;

/// <summary>One function of a PCI device of the host that the domain is given.</summary>
/// <param name="VirtualSlot">The slot and function it gets in the domain; bit 8 is set where any free slot will do.</param>
/// <param name="Key">What the configuration called the device.</param>
internal sealed record PciFunction(
    int Domain,
    int Bus,
    int Slot,
    int Function,
    int VirtualSlot,
    string Key,
    IReadOnlyList<(string Name, string Value)> Options
);

/// <summary>
/// <c>[DDDD:]BB:SS.F[@VSLOT][,option=value…]</c>, all in hexadecimal; commas may stand for the colons and the dot. F is a list of functions
/// (<see cref="PciFunctions"/>), or <c>*</c> for all that the host's device has.
/// </summary>
internal static partial class PciLine
{
    private const int AnySlot = 0x100;

    /// <summary>
    /// The line as xm 4.1 took it apart: a functions part is longest where it can be, so that <c>0,1</c> are two functions and <c>0,m</c>
    /// begins an option. The characters from comma to equals sign that mean nothing there are told apart later.
    /// </summary>
    [GeneratedRegex(
        "^(?:(?<domain>[0-9a-fA-F]{1,4})[:,])?(?<bus>[0-9a-fA-F]{1,2})[:,](?<slot>[0-9a-fA-F]{1,2})[.,]"
            + @"(?<functions>\*|[0-7](?:[,\-./0-9:;<=][0-7])*)(?:@(?<virtual>[01]?[0-9a-fA-F]))?(?:,(?<options>.*))?$"
    )]
    private static partial Regex Grammar { get; }

    /// <summary>All functions of all lines.</summary>
    /// <exception cref="CommandError">A line is malformed.</exception>
    public static IReadOnlyList<PciFunction> Parse(Settings settings, Surroundings surroundings) =>
        settings.Texts("pci").SelectMany(line => Parse(line, surroundings)).ToList();

    public static IReadOnlyList<PciFunction> Parse(string line, Surroundings surroundings)
    {
        var match = Grammar.Match(line);
        if (!match.Success)
        {
            throw new CommandError("Failed to parse pci device: " + line);
        }
        int Number(string part) =>
            match.Groups[part] is { Success: true } group
                ? int.Parse(group.ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
                : 0;
        var (domain, bus, slot) = (Number("domain"), Number("bus"), Number("slot"));
        var options = Options(match.Groups["options"].Value);
        var functions =
            match.Groups["functions"].Value is var text && text == "*"
                ? FunctionsOfHost($"{domain:x4}:{bus:x2}:{slot:x2}.", line, surroundings)
                : PciFunctions.Parse(text, line);
        var place = match.Groups["virtual"].Success ? Number("virtual") << 3 : AnySlot;
        var key = line.Split(',')[0];
        return
        [
            .. functions.Select(function => new PciFunction(domain, bus, slot, function.Physical, place | function.Virtual, key, options)),
        ];
    }

    /// <summary><c>(pci (dev …)…)</c></summary>
    public static SList ToSxp(IEnumerable<PciFunction> functions)
    {
        var list = new SxpList("pci");
        foreach (var function in functions)
        {
            list.Add(Device(function));
        }
        return list.ToSxp();
    }

    /// <summary>What the image section of a fully virtualized domain repeats of its PCI devices.</summary>
    public static SList Summary(Settings settings, Surroundings surroundings) =>
        new(
            Parse(settings, surroundings)
                .Select(function =>
                    (SValue)
                        SList.Of(
                            Hex(function.Domain, 4),
                            Hex(function.Bus, 2),
                            Hex(function.Slot, 2),
                            Hex(function.Function, 1),
                            Hex(function.VirtualSlot, 2),
                            OptionList(function),
                            function.Key
                        )
                )
        );

    private static SList Device(PciFunction function)
    {
        var values = new Dictionary<string, SValue>(StringComparer.Ordinal)
        {
            ["domain"] = Hex(function.Domain, 4),
            ["bus"] = Hex(function.Bus, 2),
            ["slot"] = Hex(function.Slot, 2),
            ["func"] = Hex(function.Function, 1),
            ["vdevfn"] = Hex(function.VirtualSlot, 2),
            ["key"] = function.Key,
        };
        var device = new SxpList("dev");
        foreach (var key in PythonOrder.Of(values.Keys))
        {
            device.Add(key, values[key]);
        }
        foreach (var option in OptionList(function).Items)
        {
            device.Add("opts", option);
        }
        return device.ToSxp();
    }

    private static SList OptionList(PciFunction function) =>
        new(function.Options.Select(option => (SValue)SList.Of(option.Name, option.Value)));

    private static string Hex(int number, int digits) => "0x" + number.ToString("x" + digits, CultureInfo.InvariantCulture);

    /// <summary><c>*</c>: all functions that the host's device has.</summary>
    private static IReadOnlyList<PciFunctionPair> FunctionsOfHost(string slot, string line, Surroundings surroundings)
    {
        var devices = surroundings.HostFile("/sys/bus/pci/devices");
        var functions = Enumerable
            .Range(0, 8)
            .Where(function => Path.Exists(Path.Combine(devices, $"{slot}{function}")))
            .Select(function => new PciFunctionPair(function, function, IsChosen: false))
            .ToList();
        return functions.Count > 0
            ? PciFunctions.Arrange(functions, line)
            : throw new CommandError($"Failed to parse pci device: {line}\n  The host has no device {slot}*.");
    }

    private static List<(string Name, string Value)> Options(string text)
    {
        var options = new List<(string, string)>();
        foreach (var option in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = option.Split('=', 2);
            var value = pair.Length == 2 ? pair[1] : "";
            if (pair[0] is not ("msitranslate" or "power_mgmt") || value.ToLowerInvariant() is not ("0" or "1" or "yes" or "no"))
            {
                throw new CommandError($"Invalid pci option {pair[0]}={value}: ");
            }
            options.Add((pair[0], value));
        }
        return options;
    }
}
