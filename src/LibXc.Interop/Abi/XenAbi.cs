namespace LibXc.Interop.Abi;

/// <summary>What differs from one Xen release to the next in the structures and values that we pass to libxenctrl.</summary>
/// <remarks>
/// Everything else has one layout from 4.17 to 4.20. All of it is held by a test against a C program that was compiled with each
/// release's own headers.
/// </remarks>
/// <param name="Version">The release that the tables were made for.</param>
/// <param name="CreateDomain">struct xen_domctl_createdomain, which gains a field in most releases.</param>
/// <param name="HvmEmulationFlags">What libxl asks for: XEN_X86_EMU_ALL without VPCI. From 4.19 on without USE_PIRQ, too.</param>
/// <param name="PvhEmulationFlags">The local APIC alone.</param>
public sealed record XenAbi(XenVersion Version, CreateDomainLayout CreateDomain, uint HvmEmulationFlags, uint PvhEmulationFlags)
{
    private static readonly XenAbi Xen417 = new(new XenVersion(4, 17), CreateDomainLayout.Xen417, 0x3FF, 0x001);
    private static readonly XenAbi Xen420 = new(new XenVersion(4, 20), CreateDomainLayout.Xen419, 0x1FF, 0x001);

    /// <summary>All releases with tables, ascending.</summary>
    public static IReadOnlyList<XenAbi> Known { get; } =
    [Xen417, Xen417 with { Version = new XenVersion(4, 18) }, Xen420 with { Version = new XenVersion(4, 19) }, Xen420];

    /// <summary>
    /// The tables of a release; those of the newest known one where it is newer than that, and then <paramref name="warning"/> says so.
    /// Throws <see cref="XenLibraryException"/> for a release that is too old.
    /// </summary>
    public static XenAbi For(XenVersion version, out string? warning)
    {
        warning = null;
        foreach (var abi in Known)
        {
            if (abi.Version == version)
            {
                return abi;
            }
        }
        if (version < Known[0].Version)
        {
            throw new XenLibraryException($"Xen {version} is too old: the oldest release that can be used is {Known[0].Version}");
        }

        warning = $"Xen {version} is newer than any release known here; it is treated as {Known[^1].Version}";
        return Known[^1];
    }
}
