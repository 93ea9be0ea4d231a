using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Linux.Interop;

namespace Xend.Host;

/// <summary>Looks PCI devices up in sysfs, whose layout is that of Documentation/ABI/testing/sysfs-bus-pci of Linux.</summary>
/// <param name="sysfs">Where it is mounted.</param>
/// <param name="writeLimit">How long the kernel may take for an order; 20 s where it is not given.</param>
/// <param name="kernel">What takes the orders: a path, and what is written there. The kernel, where it is not given.</param>
public sealed class PciDevices(string sysfs = "/sys", TimeSpan? writeLimit = null, Action<string, string>? kernel = null) : IPciDevices
{
    /// <summary>The drivers that hold a device for guests.</summary>
    private static readonly string[] Holders = [PciFunctionFacts.Backend, PciFunctionFacts.Stub];

    /// <summary>The highest byte of a function's class code; pci_ids.h has it as PCI_BASE_CLASS_BRIDGE.</summary>
    private const uint BridgeClass = 0x06;

    /// <summary>IFF_UP of if.h.</summary>
    private const ulong IsUpFlag = 1;

    /// <summary>Six base addresses and the expansion ROM; what follows in the file is a bridge's windows.</summary>
    private const int ResourceLines = 7;

    /// <summary>IORESOURCE_IO of Linux's ioport.h.</summary>
    private const ulong IsPortsFlag = 0x100;

    private string Bus => $"{sysfs}/bus/pci";

    private string Backend => $"{Bus}/drivers/{PciFunctionFacts.Backend}";

    public bool HasBackend => Directory.Exists(Backend);

    public IReadOnlyList<PciAddress>? Assignable()
    {
        var drivers = Holders.Select(driver => $"{Bus}/drivers/{driver}").Where(Directory.Exists).ToList();
        return drivers.Count == 0 ? null : [.. drivers.SelectMany(AddressesIn).OrderBy(address => address.Encoded)];
    }

    public PciFunctionFacts? Find(PciAddress address)
    {
        var directory = $"{Bus}/devices/{address}";
        return Directory.Exists(directory)
            ? new PciFunctionFacts(
                address,
                LinkName($"{directory}/driver"),
                [
                    .. Uses("net", address).Select(name => new PciUse("interface", name, IsDown(name))),
                    .. Uses("block", address).Select(name => new PciUse("disk", name)),
                    .. Read($"{directory}/boot_vga")?.Trim() == "1" ? [new PciUse("display", "of the host")] : Array.Empty<PciUse>(),
                ],
                Resources($"{directory}/resource"),
                uint.TryParse(Read($"{directory}/irq")?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var irq) && irq > 0
                    ? irq
                    : null,
                [.. AddressesIn($"{directory}/iommu_group/devices").Where(other => other != address).OrderBy(other => other.Encoded)]
            )
            {
                IsBridge = Hex(Read($"{directory}/class")?.Trim() ?? "") >> 16 == BridgeClass || Space(address) is { IsBridge: true },
            }
            : null;
    }

    public string? Reset(PciAddress address)
    {
        // pciback's own, of the Xen Project's kernels, knows of more devices than the kernel's.
        var own = $"{Backend}/do_flr";
        var kernels = $"{Bus}/devices/{address}/reset";
        return File.Exists(own) ? Write(own, $"{address}")
            : File.Exists(kernels) ? Write(kernels, "1")
            : $"the kernel knows no way to reset it; its configuration space names {WaysToReset(address)}";
    }

    public string? Bind(PciAddress address, string? driver)
    {
        var directory = $"{Bus}/devices/{address}";
        if (!Directory.Exists(directory))
        {
            return "it is not there any more";
        }
        var present = LinkName($"{directory}/driver");
        if (present == driver)
        {
            return null;
        }
        if (driver is not null && (driver.Contains('/') || !Directory.Exists($"{Bus}/drivers/{driver}")))
        {
            return $"dom0's kernel has no driver {driver}";
        }
        return (present is null ? null : Write($"{Bus}/drivers/{present}/unbind", $"{address}"))
            // A slot of pciback is what has it take the device; one that stays would have it take the device again.
            ?? (driver == PciFunctionFacts.Backend ? AddSlot(address) : RemoveSlot(address))
            // The kernel may have given it to the driver by itself, when it was free.
            ?? (driver is null || LinkName($"{directory}/driver") == driver ? null : Write($"{Bus}/drivers/{driver}/bind", $"{address}"))
            ?? (LinkName($"{directory}/driver") == driver ? null : $"the kernel has not given it to {driver ?? "nobody"}");
    }

    private string WaysToReset(PciAddress address) =>
        Space(address) is { Resets: { IsEmpty: false } ways } ? string.Join(", ", ways) : "none";

    private PciConfigSpace? Space(PciAddress address)
    {
        try
        {
            return PciConfigSpace.Read(File.ReadAllBytes($"{Bus}/devices/{address}/config"));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private string? AddSlot(PciAddress address) => HasSlot(address) ? null : Write($"{Backend}/new_slot", $"{address}");

    private string? RemoveSlot(PciAddress address) => HasSlot(address) ? Write($"{Backend}/remove_slot", $"{address}") : null;

    private bool HasSlot(PciAddress address) => (Read($"{Backend}/slots") ?? "").Split('\n').Any(line => line.Trim() == address.ToString());

    private static IEnumerable<PciAddress> AddressesIn(string directory) =>
        Directory.Exists(directory)
            ? Directory.EnumerateFileSystemEntries(directory).Select(path => PciAddress.Parse(Path.GetFileName(path))).OfType<PciAddress>()
            : [];

    /// <summary>Interfaces and disks whose device is below the function: their links in sysfs's classes lead through it.</summary>
    private IEnumerable<string> Uses(string deviceClass, PciAddress address)
    {
        var directory = $"{sysfs}/class/{deviceClass}";
        if (!Directory.Exists(directory))
        {
            return [];
        }
        return Directory
            .EnumerateFileSystemEntries(directory)
            .Where(path => new DirectoryInfo(path).LinkTarget?.Contains($"/{address}/", StringComparison.Ordinal) == true)
            .Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal);
    }

    /// <summary>Down, and nobody's part: a bridge, a bond.</summary>
    private bool IsDown(string name)
    {
        var directory = $"{sysfs}/class/net/{name}";
        return Hex(Read($"{directory}/flags")?.Trim() ?? "") is { } flags && (flags & IsUpFlag) == 0 && !Path.Exists($"{directory}/master");
    }

    /// <summary>Lines of <c>start end flags</c>, all hexadecimal with 0x; zeros where a base address is not used.</summary>
    private static ImmutableArray<PciResource> Resources(string path)
    {
        var resources = ImmutableArray.CreateBuilder<PciResource>();
        foreach (var line in (Read(path) ?? "").Split('\n').Take(ResourceLines))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (
                words.Length == 3
                && Hex(words[0]) is > 0 and var start
                && Hex(words[1]) is { } end
                && Hex(words[2]) is { } flags
                && end >= start
            )
            {
                resources.Add(new PciResource((flags & IsPortsFlag) != 0, start, end - start + 1));
            }
        }
        return resources.ToImmutable();
    }

    private static ulong? Hex(string word) =>
        word.StartsWith("0x", StringComparison.Ordinal)
        && ulong.TryParse(word.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    private static string? LinkName(string path) => new DirectoryInfo(path).LinkTarget is { } target ? Path.GetFileName(target) : null;

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            // A device may be pulled out at any time.
            return null;
        }
    }

    /// <summary>A driver that lets go of its device, or looks at a new one, may hang in the kernel.</summary>
    private string? Write(string path, string text)
    {
        var limit = writeLimit ?? KernelCall.UsualLimit;
        return KernelCall.TryWithin(limit, () => WriteNow(path, text), out var refusal)
            ? refusal
            : $"{path} has given no answer for {limit.TotalSeconds:0.#} s";
    }

    private string? WriteNow(string path, string text)
    {
        try
        {
            (kernel ?? WriteFile)(path, text);
            return null;
        }
        catch (FileNotFoundException)
        {
            return $"{path} is not there";
        }
        catch (DirectoryNotFoundException)
        {
            return $"{path} is not there";
        }
        catch (IOException error)
        {
            return $"{path} refuses it ({new Errno(error.HResult & 0xffff).Name})";
        }
        catch (UnauthorizedAccessException)
        {
            return $"{path} may not be written";
        }
    }

    private static void WriteFile(string path, string text)
    {
        // Never made anew: what is not there the kernel does not know.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(Encoding.ASCII.GetBytes(text));
    }
}
