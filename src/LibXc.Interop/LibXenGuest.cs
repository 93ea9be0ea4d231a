namespace LibXc.Interop;

/// <summary>The functions of libxenguest that are called (xenguest.h). xc_dom_image pointers are nint.</summary>
internal sealed unsafe class LibXenGuest(XenLibraries.Exports library)
{
    /// <summary>Parameters: xch, domid, restore, featureset, count, pae, itsc, nested, cpuid, msr. Returns -errno.</summary>
    public readonly delegate* unmanaged[Cdecl]<nint, uint, byte, uint*, uint, byte, byte, byte, void*, void*, int> xc_cpuid_apply_policy =
        (delegate* unmanaged[Cdecl]<nint, uint, byte, uint*, uint, byte, byte, byte, void*, void*, int>)library["xc_cpuid_apply_policy"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, byte*, int> xc_domain_dumpcore = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        byte*,
        int>)
        library["xc_domain_dumpcore"];

    /// <summary>Parameters: xch, domid, fast.</summary>
    public readonly delegate* unmanaged[Cdecl]<nint, uint, int, int> xc_domain_resume = (delegate* unmanaged[Cdecl]<nint, uint, int, int>)
        library["xc_domain_resume"];

    /// <summary>Parameters: xch, io_fd, domid, flags, callbacks, stream type, recv_fd.</summary>
    public readonly delegate* unmanaged[Cdecl]<nint, int, uint, uint, DomainStreams.SaveCallbacks*, int, int, int> xc_domain_save =
        (delegate* unmanaged[Cdecl]<nint, int, uint, uint, DomainStreams.SaveCallbacks*, int, int, int>)library["xc_domain_save"];

    /// <summary>
    /// Parameters: xch, io_fd, domid, store_evtchn, store_gfn, store_domid, console_evtchn, console_gfn, console_domid, stream type,
    /// callbacks, send_back_fd.
    /// </summary>
    public readonly delegate* unmanaged[Cdecl]<
        nint,
        int,
        uint,
        uint,
        nuint*,
        uint,
        uint,
        nuint*,
        uint,
        int,
        DomainStreams.RestoreCallbacks*,
        int,
        int> xc_domain_restore = (delegate* unmanaged[Cdecl]<
        nint,
        int,
        uint,
        uint,
        nuint*,
        uint,
        uint,
        nuint*,
        uint,
        int,
        DomainStreams.RestoreCallbacks*,
        int,
        int>)
        library["xc_domain_restore"];

    public readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, nint> xc_dom_allocate = (delegate* unmanaged[Cdecl]<
        nint,
        byte*,
        byte*,
        nint>)
        library["xc_dom_allocate"];

    public readonly delegate* unmanaged[Cdecl]<nint, void> xc_dom_release = (delegate* unmanaged[Cdecl]<nint, void>)
        library["xc_dom_release"];

    public readonly delegate* unmanaged[Cdecl]<nint, byte*, int> xc_dom_kernel_file = (delegate* unmanaged[Cdecl]<nint, byte*, int>)
        library["xc_dom_kernel_file"];

    public readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, int> xc_dom_module_file = (delegate* unmanaged[Cdecl]<
        nint,
        byte*,
        byte*,
        int>)
        library["xc_dom_module_file"];

    public readonly delegate* unmanaged[Cdecl]<nint, nint, uint, int> xc_dom_boot_xen_init = (delegate* unmanaged[Cdecl]<
        nint,
        nint,
        uint,
        int>)
        library["xc_dom_boot_xen_init"];

    public readonly delegate* unmanaged[Cdecl]<nint, int> xc_dom_parse_image = (delegate* unmanaged[Cdecl]<nint, int>)
        library["xc_dom_parse_image"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, int> xc_dom_mem_init = (delegate* unmanaged[Cdecl]<nint, uint, int>)
        library["xc_dom_mem_init"];

    public readonly delegate* unmanaged[Cdecl]<nint, int> xc_dom_boot_mem_init = (delegate* unmanaged[Cdecl]<nint, int>)
        library["xc_dom_boot_mem_init"];

    public readonly delegate* unmanaged[Cdecl]<nint, int> xc_dom_build_image = (delegate* unmanaged[Cdecl]<nint, int>)
        library["xc_dom_build_image"];

    public readonly delegate* unmanaged[Cdecl]<nint, int> xc_dom_boot_image = (delegate* unmanaged[Cdecl]<nint, int>)
        library["xc_dom_boot_image"];

    public readonly delegate* unmanaged[Cdecl]<nint, int> xc_dom_gnttab_init = (delegate* unmanaged[Cdecl]<nint, int>)
        library["xc_dom_gnttab_init"];

    /// <summary>The guest_os note of the kernel, after parsing; null where it has none.</summary>
    public readonly delegate* unmanaged[Cdecl]<nint, byte*> xc_dom_guest_os = (delegate* unmanaged[Cdecl]<nint, byte*>)
        library["xc_dom_guest_os"];

    /// <summary>Whether the kernel has a XENFEAT_*; a C bool.</summary>
    public readonly delegate* unmanaged[Cdecl]<nint, uint, byte> xc_dom_feature_get = (delegate* unmanaged[Cdecl]<nint, uint, byte>)
        library["xc_dom_feature_get"];
}
