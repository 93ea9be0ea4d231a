using System.Collections.Immutable;
using System.Globalization;
using Sxp;

namespace Model.Devices;

/// <summary>
/// The shape of PCI passthrough: <c>(pci (dev (domain 0x0000) (bus 0x07) (slot 0x00) (func 0x0) (vdevfn 0x100) (key 07:00.0)
/// (opts (msitranslate 1))) ...)</c>.
/// </summary>
public sealed class PciClass : DeviceClass<PciConfig>
{
    private const int LongestKey = 64;

    private static readonly string[] OptionNames = ["msitranslate", "power_mgmt"];

    public override string Name => PciConfig.ClassName;

    public override bool HasDeviceId => false;

    public override PciConfig Read(SList body, DeviceReading reading)
    {
        var functions = body.Children("dev").ToList();
        return functions.Count switch
        {
            _ when reading.Id > 0 => throw DomainConfigReader.Invalid(
                "pci: a domain has one device of this class, with all functions in it."
            ),
            0 => throw DomainConfigReader.Invalid("pci: no device is named."),
            > PciConfig.MostFunctions => throw DomainConfigReader.Invalid(
                $"pci: a domain has {PciConfig.MostFunctions} functions of PCI devices at most."
            ),
            _ => new PciConfig(reading.Uuid, reading.Id, [.. functions.Select(function => ReadFunction(function, reading.Uuid))]),
        };
    }

    protected override SList Write(PciConfig device) =>
        new([Name, SList.Of("uuid", device.Uuid.ToString()), .. device.Functions.Select(SValue (function) => WriteFunction(function))]);

    protected override SList Show(PciConfig device, DeviceShowing showing) =>
        new([
            Name,
            .. device.Functions.Select(SValue (function) => WriteFunction(function)),
            SList.Of("backend", 0),
            SList.Of("uuid", device.Uuid.ToString()),
        ]);

    protected override IEnumerable<DeviceMark> Marks(PciConfig device) =>
        [
            new($"pci/{device.Id}", $"The device \"pci {device.Id}\""),
            .. device.Functions.Select(function => new DeviceMark($"pci/{function.Address}", $"The device \"{function.Address}\"")),
        ];

    protected override void RefuseUnconnectable(PciConfig device, DomainConfig domain)
    {
        if (domain.Type == GuestType.Pvh)
        {
            throw new XendError(
                ErrorCode.Unsupported,
                $"{domain.Name}: a PVH guest cannot be given PCI devices.",
                "Xen has no passthrough for guests of that type.",
                "Run it paravirtualized (builder = 'linux') or fully virtualized (builder = 'hvm')."
            );
        }
        RefuseMemoryOnDemand(domain);
    }

    /// <summary>
    /// Refuses PCI devices of a guest whose memory would come as it is touched: a device writes where the guest tells it to, at once. A
    /// paravirtualized guest has all its memory from the start.
    /// </summary>
    public static void RefuseMemoryOnDemand(DomainConfig domain)
    {
        if (domain.Type == GuestType.Hvm && domain.MaxMemoryMib > domain.MemoryMib && domain.Devices.Any(device => device is PciConfig))
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"{domain.Name}: a fully virtualized guest with PCI devices must start with all of its memory.",
                $"It has {domain.MemoryMib} MiB (memory) of {domain.MaxMemoryMib} (maxmem), and the IOMMU leads its devices to memory that is there only.",
                "Let maxmem be what memory is, or leave it out."
            );
        }
    }

    private static PciFunctionConfig ReadFunction(SList function, Guid device)
    {
        var address = new PciAddress(
            (ushort)Number(function, "domain", 0xffff, 0),
            (byte)Number(function, "bus", 0xff, null),
            (byte)Number(function, "slot", PciAddress.MostSlots - 1, null),
            (byte)Number(function, "func", PciAddress.MostFunctions - 1, null)
        );
        var key = DomainConfigReader.Text(function, "key") ?? "";
        if (key.Length > LongestKey || key.Any(letter => letter is < ' ' or > '~'))
        {
            throw DomainConfigReader.Invalid($"pci: invalid key of {address}: {DomainConfigReader.Printable(key)}");
        }
        return new PciFunctionConfig(
            address,
            Number(function, "vdevfn", PciFunctionConfig.AnySlot | 0xff, PciFunctionConfig.AnySlot),
            key,
            Guid.TryParse(DomainConfigReader.Text(function, "uuid"), out var uuid) ? uuid : Derive(device, address),
            ReadOptions(function)
        );
    }

    /// <summary>Hexadecimal, with 0x before it or without, as Python read it.</summary>
    private static int Number(SList function, string key, int most, int? otherwise)
    {
        var text = DomainConfigReader.Text(function, key);
        if (text is null && otherwise is { } number)
        {
            return number;
        }
        var digits = text?.StartsWith("0x", StringComparison.OrdinalIgnoreCase) == true ? text[2..] : text;
        return
            int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && value >= 0 && value <= most
            ? value
            : throw DomainConfigReader.Invalid(
                $"pci: invalid {key}: {DomainConfigReader.Printable(text ?? "none")}",
                $"A hexadecimal number up to 0x{most:x} is needed."
            );
    }

    private static ImmutableArray<(string Name, bool IsOn)> ReadOptions(SList function)
    {
        var options = ImmutableArray.CreateBuilder<(string, bool)>();
        foreach (var option in function.Children("opts").SelectMany(list => list.Items.Skip(1)))
        {
            var pair = option as SList ?? SList.Empty;
            var value = pair.Count == 2 ? pair[1].AsText()?.ToLowerInvariant() : null;
            if (
                !OptionNames.Contains(pair.Name)
                || options.Any(known => known.Item1 == pair.Name)
                || value is not ("0" or "1" or "yes" or "no")
            )
            {
                throw DomainConfigReader.Invalid(
                    $"Invalid pci option {DomainConfigReader.Printable(option.ToString())}",
                    "There are msitranslate and power_mgmt, each once, with 0 or 1."
                );
            }
            options.Add((pair.Name!, value is "1" or "yes"));
        }
        return options.ToImmutable();
    }

    /// <summary>The order of old xend's dictionary.</summary>
    private static SList WriteFunction(PciFunctionConfig function)
    {
        var address = function.Address;
        List<SValue> items =
        [
            "dev",
            SList.Of("slot", Hex(address.Slot, 2)),
            SList.Of("domain", Hex(address.Segment, 4)),
            SList.Of("uuid", function.Uuid.ToString()),
            SList.Of("bus", Hex(address.Bus, 2)),
            SList.Of("key", function.Key),
            SList.Of("vdevfn", Hex(function.VirtualSlot, 2)),
            SList.Of("func", Hex(address.Function, 1)),
        ];
        items.AddRange(function.Options.Select(option => SList.Of("opts", SList.Of(option.Name, option.IsOn ? "1" : "0"))));
        return new SList(items);
    }

    private static string Hex(int number, int digits) => "0x" + number.ToString("x" + digits, CultureInfo.InvariantCulture);

    /// <summary>The same for the same function of the same device, however often it is read.</summary>
    private static Guid Derive(Guid device, PciAddress address)
    {
        Span<byte> seed = stackalloc byte[20];
        device.TryWriteBytes(seed, bigEndian: true, out _);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(seed[16..], address.Encoded);
        return new Guid(System.Security.Cryptography.SHA256.HashData(seed).AsSpan(0, 16), bigEndian: true);
    }
}
