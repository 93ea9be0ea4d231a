using System.Globalization;
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
/// <c>[DDDD:]BB:SS.F[@VSLOT][,option=value…]</c>, where F may be several functions: 0-3, or 0,2, or 0=1 with the domain's function.
/// </summary>
internal static class PciLine
{
    private const int AnySlot = 0x100;

    private const int MostFunctions = 8;

    /// <summary>All functions of all lines.</summary>
    /// <exception cref="CommandError">A line is malformed.</exception>
    public static IReadOnlyList<PciFunction> Parse(Settings settings, Surroundings surroundings) =>
        settings.Texts("pci").SelectMany(line => Parse(line, surroundings)).ToList();

    public static IReadOnlyList<PciFunction> Parse(string line, Surroundings surroundings)
    {
        var scanner = new Scanner(line);
        var numbers = new List<int>();
        while (scanner.TryHex(numbers.Count == 0 ? 4 : 2, out var number) && numbers.Count < 3 && scanner.TryAny(":,."))
        {
            numbers.Add(number);
        }
        if (numbers.Count is < 2 or > 3)
        {
            throw Malformed(line);
        }
        var hasDomain = numbers.Count == 3;
        var domain = hasDomain ? numbers[0] : 0;
        var functions = scanner.TryAny("*")
            ? FunctionsOfHost($"{domain:x4}:{numbers[^2]:x2}:{numbers[^1]:x2}.", line, surroundings)
            : Functions(scanner, line);
        var virtualSlot = scanner.TryAny("@")
            ? scanner.TryHex(2, out var given) && given < 0x20
                ? given
                : throw Malformed(line)
            : -1;
        var options =
            scanner.AtEnd ? []
            : scanner.TryAny(",") ? Options(scanner.Rest)
            : throw Malformed(line);
        var key = line.Split(',')[0];
        var result = functions.Select(function => new PciFunction(
            domain,
            numbers[^2],
            numbers[^1],
            function.Physical,
            virtualSlot < 0 ? AnySlot | function.Virtual : virtualSlot << 3 | function.Virtual,
            key,
            options
        ));
        // The domain notices a new device by its function 0, which therefore comes last.
        return result.OrderByDescending(function => function.VirtualSlot & 7).ToList();
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
        if (function.Options.Count > 0)
        {
            device.Add(new SList([(SValue)"opts", .. OptionList(function).Items]));
        }
        return device.ToSxp();
    }

    private static SList OptionList(PciFunction function) =>
        new(function.Options.Select(option => (SValue)SList.Of(option.Name, option.Value)));

    private static string Hex(int number, int digits) => "0x" + number.ToString("x" + digits, CultureInfo.InvariantCulture);

    /// <summary>The functions: one, or several with commas, a range with a dash, and <c>=</c> before the function in the domain.</summary>
    private static List<(int Physical, int Virtual)> Functions(Scanner scanner, string line)
    {
        var functions = new List<(int Physical, int Virtual)>();
        do
        {
            var first = scanner.Octal() ?? throw Malformed(line);
            var last = scanner.TryAny("-") ? scanner.Octal() ?? throw Malformed(line) : first;
            // A device has eight functions; a line that names more is no device.
            if (functions.Count > MostFunctions)
            {
                throw Malformed(line);
            }
            for (var function = first; function <= last; function++)
            {
                functions.Add((function, function));
            }
            if (first == last && scanner.TryAny("="))
            {
                functions[^1] = (first, scanner.Octal() ?? throw Malformed(line));
            }
        } while (scanner.TryCommaBeforeDigit());
        if (functions.Count == 0)
        {
            throw Malformed(line);
        }
        if (!functions.Exists(function => function.Virtual == 0))
        {
            // A device without function 0 would not be found by the domain: the lowest one takes that place.
            var lowest = functions.Index().MinBy(entry => entry.Item.Physical).Index;
            functions[lowest] = (functions[lowest].Physical, 0);
        }
        return functions;
    }

    /// <summary><c>*</c>: all functions that the host's device has.</summary>
    private static List<(int Physical, int Virtual)> FunctionsOfHost(string slot, string line, Surroundings surroundings)
    {
        var devices = surroundings.HostFile("/sys/bus/pci/devices");
        var functions = Enumerable
            .Range(0, 8)
            .Where(function => Path.Exists(Path.Combine(devices, $"{slot}{function}")))
            .Select(function => (function, function))
            .ToList();
        return functions.Count > 0
            ? functions
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

    private static CommandError Malformed(string line) => new("Failed to parse pci device: " + line);

    private sealed class Scanner(string text)
    {
        private int _at;

        public bool AtEnd => _at >= text.Length;

        public string Rest => text.Substring(_at);

        public bool TryAny(string characters)
        {
            var found = !AtEnd && characters.Contains(text[_at]);
            _at += found ? 1 : 0;
            return found;
        }

        public bool TryHex(int most, out int number)
        {
            var end = _at;
            while (end < text.Length && end - _at < most && char.IsAsciiHexDigit(text[end]))
            {
                end++;
            }
            // The digits before @ or the end belong to the function, which is read on its own.
            var isNumber = int.TryParse(
                text.AsSpan(_at, end - _at),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out number
            );
            var isField = isNumber && (_at > 0 && text[_at - 1] == '@' || end < text.Length && ":,.".Contains(text[end]) && !IsFunction);
            _at = isField ? end : _at;
            return isField;
        }

        /// <summary>Behind the dot comes the function.</summary>
        private bool IsFunction => _at > 0 && text[_at - 1] == '.';

        public int? Octal() => !AtEnd && text[_at] is >= '0' and <= '7' ? text[_at++] - '0' : null;

        public bool TryCommaBeforeDigit()
        {
            var found = _at + 1 < text.Length && text[_at] == ',' && char.IsAsciiDigit(text[_at + 1]);
            _at += found ? 1 : 0;
            return found;
        }
    }
}
