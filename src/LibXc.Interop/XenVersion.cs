using System.Globalization;

namespace LibXc.Interop;

/// <summary>A Xen release, by which its unstable libraries are named: 4.17.</summary>
public readonly record struct XenVersion(int Major, int Minor) : IComparable<XenVersion>
{
    /// <summary>Where the kernel tells the running hypervisor's version (Documentation/ABI/stable/sysfs-hypervisor-xen).</summary>
    private const string SysfsDirectory = "/sys/hypervisor/version";

    /// <summary>The running hypervisor's version, or null where this kernel does not run on Xen.</summary>
    /// <param name="directory">Another place to look in, for tests.</param>
    public static XenVersion? Running(string directory = SysfsDirectory)
    {
        try
        {
            return TryParse($"{File.ReadAllText($"{directory}/major").Trim()}.{File.ReadAllText($"{directory}/minor").Trim()}");
        }
        catch (IOException)
        {
            return null; // No such directory: no Xen below.
        }
        catch (UnauthorizedAccessException)
        {
            return null; // In some containers; the libraries that are installed decide then.
        }
    }

    /// <summary>"4.17" as a version; null for anything else.</summary>
    public static XenVersion? TryParse(string text)
    {
        var parts = text.Split('.');
        return
            parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            ? new XenVersion(major, minor)
            : null;
    }

    public int CompareTo(XenVersion other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    public static bool operator <(XenVersion left, XenVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(XenVersion left, XenVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(XenVersion left, XenVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(XenVersion left, XenVersion right) => left.CompareTo(right) >= 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}
