using System.Collections.Immutable;
using System.Globalization;
using Linux.Interop;

namespace Xend.Host;

/// <summary>Looks PCI devices up in sysfs, whose layout is that of Documentation/ABI/testing/sysfs-bus-pci of Linux.</summary>
/// <param name="sysfs">Where it is mounted.</param>
public sealed class PciDevices(string sysfs = "/sys") : IPciDevices
{
    /// <summary>The drivers that hold a device for guests. The kernel's module of the first is xen-pciback.</summary>
    private static readonly string[] Holders = ["pciback", "pci-stub"];

    /// <summary>Six base addresses and the expansion ROM; what follows in the file is a bridge's windows.</summary>
    private const int ResourceLines = 7;

    /// <summary>IORESOURCE_IO of Linux's ioport.h.</summary>
    private const ulong IsPortsFlag = 0x100;

    private string Bus => $"{sysfs}/bus/pci";

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
                [.. Uses("net", "interface", address), .. Uses("block", "disk", address)],
                Resources($"{directory}/resource"),
                uint.TryParse(Read($"{directory}/irq")?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var irq) && irq > 0
                    ? irq
                    : null,
                [.. AddressesIn($"{directory}/iommu_group/devices").Where(other => other != address).OrderBy(other => other.Encoded)]
            )
            : null;
    }

    public string? Reset(PciAddress address)
    {
        // pciback's own, of the Xen Project's kernels, knows of more devices than the kernel's.
        var own = $"{Bus}/drivers/pciback/do_flr";
        return File.Exists(own) ? Write(own, $"{address}") : Write($"{Bus}/devices/{address}/reset", "1");
    }

    private static IEnumerable<PciAddress> AddressesIn(string directory) =>
        Directory.Exists(directory)
            ? Directory.EnumerateFileSystemEntries(directory).Select(path => PciAddress.Parse(Path.GetFileName(path))).OfType<PciAddress>()
            : [];

    /// <summary>Interfaces and disks whose device is below the function: their links in sysfs's classes lead through it.</summary>
    private IEnumerable<PciUse> Uses(string deviceClass, string kind, PciAddress address)
    {
        var directory = $"{sysfs}/class/{deviceClass}";
        if (!Directory.Exists(directory))
        {
            return [];
        }
        return Directory
            .EnumerateFileSystemEntries(directory)
            .Where(path => new DirectoryInfo(path).LinkTarget?.Contains($"/{address}/", StringComparison.Ordinal) == true)
            .Select(path => new PciUse(kind, Path.GetFileName(path)))
            .OrderBy(use => use.Name, StringComparer.Ordinal);
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

    private static string? Write(string path, string text)
    {
        if (!File.Exists(path))
        {
            return "the kernel knows no way to reset it";
        }
        try
        {
            File.WriteAllText(path, text);
            return null;
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
}
