namespace Xm.Config.Xl;

/// <summary>The names that xl has and xm never had (xl.cfg(5) of Xen 4.17 to 4.20). Names that both have are not here.</summary>
internal static class XlNames
{
    /// <summary>xl's name for what xm calls otherwise; null where there is none.</summary>
    public static string? Renamed(string name) =>
        name switch
        {
            "cap" => "cpu_cap",
            "irqs" => "irq",
            "firmware_override" => "loader",
            "device_model_override" => "device_model",
            _ => null,
        };

    /// <summary>What xl calls a variable of xm.</summary>
    public static string Original(string name) =>
        name switch
        {
            "cpu_cap" => "cap",
            "irq" => "irqs",
            "extra" => "cmdline",
            "bootargs" => "bootloader_args",
            _ => name,
        };

    /// <summary>Names that a translation of their own takes care of.</summary>
    public static bool IsTranslated(string name) =>
        name is "bootloader_args" or "cmdline" or "firmware" or "vga" or "driver_domain" or "pvh";

    /// <summary>Names for what xend does not offer. They are left out, and the user is told.</summary>
    public static bool IsLeftOut(string name) =>
        name
            is "acpi_firmware"
                or "acpi_laptop_slate"
                or "acpi_s4"
                or "altp2m"
                or "altp2mhvm"
                or "bios_path_override"
                or "cpus_soft"
                or "device_model_args"
                or "device_model_args_hvm"
                or "device_model_args_pv"
                or "device_model_stubdomain_cmdline_extra"
                or "device_model_stubdomain_init_seclabel"
                or "device_model_stubdomain_override"
                or "device_model_stubdomain_seclabel"
                or "device_model_user"
                or "device_model_version"
                or "device_tree"
                or "dm_restrict"
                or "dtdev"
                or "e820_host"
                or "extratime"
                or "gic_version"
                or "init_seclabel"
                or "iomem"
                or "latency"
                or "llc_colors"
                or "max_event_channels"
                or "max_grant_frames"
                or "max_grant_version"
                or "max_maptrack_frames"
                or "mca_caps"
                or "mmio_hole"
                or "ms_vm_genid"
                or "msr_relaxed"
                or "nr_spis"
                or "nx"
                or "on_soft_reset"
                or "on_watchdog"
                or "passthrough"
                or "pci_permissive"
                or "pci_seize"
                or "period"
                or "pvcalls"
                or "pvshim"
                or "pvshim_cmdline"
                or "pvshim_extra"
                or "pvshim_path"
                or "rdm"
                or "rdm_mem_boundary"
                or "seclabel"
                or "slice"
                or "smbios_firmware"
                or "spice"
                or "spice_clipboard_sharing"
                or "spice_image_compression"
                or "spice_streaming_video"
                or "spiceagent_mouse"
                or "spicedisable_ticketing"
                or "spicehost"
                or "spicepasswd"
                or "spiceport"
                or "spicetls_port"
                or "spiceusbredirection"
                or "spicevdagent"
                or "stubdomain_kernel"
                or "stubdomain_memory"
                or "stubdomain_ramdisk"
                or "sve"
                or "tee"
                or "trap_unmapped_accesses"
                or "usbctrl"
                or "usbdev"
                or "usbversion"
                or "vdispl"
                or "vendor_device"
                or "virtio"
                or "vkb"
                or "vkb_device"
                or "vmtrace_buf_kb"
                or "vnuma"
                or "vpmu"
                or "vsnd"
                or "vuart"
                or "xend_suspend_evtchn_compat";

    /// <summary>
    /// Names that stood in files for both, from the years when both toolstacks were installed side by side: which device model is taken,
    /// and what it shows. xm passed over them, so that they say nothing of whose a file is.
    /// </summary>
    public static bool IsInFilesOfXm(string name) =>
        name.StartsWith("device_model_", StringComparison.Ordinal)
        || name.StartsWith("spice", StringComparison.Ordinal)
        || name is "acpi_s4" or "acpi_laptop_slate" or "nx" or "usbversion" or "xend_suspend_evtchn_compat";

    public static bool Has(string name) => Renamed(name) is not null || IsTranslated(name) || IsLeftOut(name);
}
