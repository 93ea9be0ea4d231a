using System.Runtime.InteropServices;
using LibXc.Interop.Abi;

namespace LibXc.Interop;

/// <summary>libxenctrl and libxenguest of one Xen release, loaded by their versioned names.</summary>
/// <remarks>Both are part of Xen's unstable ABI: a hypervisor accepts only the libraries of its own release.</remarks>
public sealed class XenLibraries
{
    private static readonly string[] UsualDirectories =
    [
        "/usr/lib/x86_64-linux-gnu",
        "/lib/x86_64-linux-gnu",
        "/usr/lib/aarch64-linux-gnu",
        "/usr/lib64",
        "/lib64",
        "/usr/lib",
        "/usr/local/lib",
        "/usr/local/lib64",
    ];

    private XenLibraries(XenVersion version, XenAbi abi, string? warning, nint control, nint guest)
    {
        Version = version;
        Abi = abi;
        Warning = warning;
        Control = new LibXenCtrl(new Exports(control, $"libxenctrl.so.{version}"));
        Guest = new LibXenGuest(new Exports(guest, $"libxenguest.so.{version}"));
    }

    public XenVersion Version { get; }

    public XenAbi Abi { get; }

    /// <summary>What an administrator should know about the choice; null where it is as it should be.</summary>
    public string? Warning { get; }

    internal LibXenCtrl Control { get; }

    internal LibXenGuest Guest { get; }

    /// <summary>
    /// Loads the libraries of the running hypervisor; without one, those that are installed (the newest).
    /// Throws <see cref="XenLibraryException"/>, which says what to install.
    /// </summary>
    /// <param name="version">A certain release instead.</param>
    public static XenLibraries Load(XenVersion? version = null)
    {
        var running = version ?? XenVersion.Running();
        var installed = Installed();
        var chosen = running
            ?? (
                installed.Count > 0
                    ? installed[^1]
                    : throw new XenLibraryException(
                        "libxenctrl is not installed: install the package libxenmisc of this host's Xen release (libxenmisc4.17 on "
                            + "Debian 12)"
                    )
            );
        var abi = XenAbi.For(chosen, out var warning);
        return new XenLibraries(chosen, abi, warning, Open("libxenctrl", chosen, installed), Open("libxenguest", chosen, installed));
    }

    /// <summary>The releases whose libxenctrl lies in one of the usual directories, ascending.</summary>
    public static IReadOnlyList<XenVersion> Installed()
    {
        const string Prefix = "libxenctrl.so.";
        var found = new SortedSet<XenVersion>();
        foreach (var directory in UsualDirectories.Where(Directory.Exists))
        {
            foreach (var path in Directory.EnumerateFiles(directory, Prefix + "*"))
            {
                // libxenctrl.so.4.17 is the SONAME; a third number belongs to the file behind it, none to a development package.
                var name = Path.GetFileName(path);
                if (name.Length > Prefix.Length && XenVersion.TryParse(name[Prefix.Length..]) is { } version)
                {
                    found.Add(version);
                }
            }
        }
        return [.. found];
    }

    private static nint Open(string library, XenVersion version, IReadOnlyList<XenVersion> installed)
    {
        var name = $"{library}.so.{version}";
        if (NativeLibrary.TryLoad(name, out var handle))
        {
            return handle;
        }

        var others = installed.Count == 0 ? "no other release either" : $"installed: {string.Join(", ", installed)}";
        throw new XenLibraryException($"{name} cannot be loaded ({others}): install the package libxenmisc{version}");
    }

    /// <summary>The functions of one library.</summary>
    internal readonly struct Exports(nint library, string name)
    {
        public nint this[string function] =>
            NativeLibrary.TryGetExport(library, function, out var address)
                ? address
                : throw new XenLibraryException($"{name} has no function {function}: this build of Xen's libraries cannot be used");
    }
}
