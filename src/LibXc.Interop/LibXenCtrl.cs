using LibXc.Interop.Abi;

namespace LibXc.Interop;

/// <summary>The functions of libxenctrl that are called (xenctrl.h). The first parameter is the xc_interface.</summary>
internal sealed unsafe class LibXenCtrl(XenLibraries.Exports library)
{
    public readonly delegate* unmanaged[Cdecl]<void*, void*, uint, nint> xc_interface_open = (delegate* unmanaged[Cdecl]<
        void*,
        void*,
        uint,
        nint>)
        library["xc_interface_open"];

    public readonly delegate* unmanaged[Cdecl]<nint, int> xc_interface_close = (delegate* unmanaged[Cdecl]<nint, int>)
        library["xc_interface_close"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint*, byte*, int> xc_domain_create = (delegate* unmanaged[Cdecl]<
        nint,
        uint*,
        byte*,
        int>)
        library["xc_domain_create"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, uint, int> xc_domain_max_vcpus = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        uint,
        int>)
        library["xc_domain_max_vcpus"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, int> xc_domain_pause = (delegate* unmanaged[Cdecl]<nint, uint, int>)
        library["xc_domain_pause"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, int> xc_domain_unpause = (delegate* unmanaged[Cdecl]<nint, uint, int>)
        library["xc_domain_unpause"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, byte*, int> xc_domain_sethandle = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        byte*,
        int>)
        library["xc_domain_sethandle"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, int> xc_domain_destroy = (delegate* unmanaged[Cdecl]<nint, uint, int>)
        library["xc_domain_destroy"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, int, int> xc_domain_shutdown = (delegate* unmanaged[Cdecl]<nint, uint, int, int>)
        library["xc_domain_shutdown"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, uint, DomainInfoData*, int> xc_domain_getinfolist = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        uint,
        DomainInfoData*,
        int>)
        library["xc_domain_getinfolist"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, ulong, int> xc_domain_setmaxmem = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        ulong,
        int>)
        library["xc_domain_setmaxmem"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, ulong, int> xc_domain_set_memmap_limit = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        ulong,
        int>)
        library["xc_domain_set_memmap_limit"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, int, int> xc_domain_set_time_offset = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        int,
        int>)
        library["xc_domain_set_time_offset"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, uint, ulong, uint, uint, int> xc_domain_set_tsc_info =
        (delegate* unmanaged[Cdecl]<nint, uint, uint, ulong, uint, uint, int>)library["xc_domain_set_tsc_info"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, uint, VcpuInfoData*, int> xc_vcpu_getinfo = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        uint,
        VcpuInfoData*,
        int>)
        library["xc_vcpu_getinfo"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, int, byte*, byte*, uint, int> xc_vcpu_setaffinity = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        int,
        byte*,
        byte*,
        uint,
        int>)
        library["xc_vcpu_setaffinity"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, int, byte*, byte*, uint, int> xc_vcpu_getaffinity = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        int,
        byte*,
        byte*,
        uint,
        int>)
        library["xc_vcpu_getaffinity"];

    public readonly delegate* unmanaged[Cdecl]<nint, int> xc_get_cpumap_size = (delegate* unmanaged[Cdecl]<nint, int>)
        library["xc_get_cpumap_size"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, SchedulerData*, int> xc_sched_credit_domain_get = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        SchedulerData*,
        int>)
        library["xc_sched_credit_domain_get"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, SchedulerData*, int> xc_sched_credit_domain_set = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        SchedulerData*,
        int>)
        library["xc_sched_credit_domain_set"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, SchedulerData*, int> xc_sched_credit2_domain_get = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        SchedulerData*,
        int>)
        library["xc_sched_credit2_domain_get"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, SchedulerData*, int> xc_sched_credit2_domain_set = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        SchedulerData*,
        int>)
        library["xc_sched_credit2_domain_set"];

    public readonly delegate* unmanaged[Cdecl]<nint, int*, int> xc_sched_id = (delegate* unmanaged[Cdecl]<nint, int*, int>)
        library["xc_sched_id"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, uint, int> xc_evtchn_alloc_unbound = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        uint,
        int>)
        library["xc_evtchn_alloc_unbound"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, ulong, ulong*, ulong*, ulong*, int> xc_domain_set_pod_target =
        (delegate* unmanaged[Cdecl]<nint, uint, ulong, ulong*, ulong*, ulong*, int>)library["xc_domain_set_pod_target"];

    public readonly delegate* unmanaged[Cdecl]<nint, byte*, int> xc_send_debug_keys = (delegate* unmanaged[Cdecl]<nint, byte*, int>)
        library["xc_send_debug_keys"];

    public readonly delegate* unmanaged[Cdecl]<nint, PhysicalInfoData*, int> xc_physinfo = (delegate* unmanaged[Cdecl]<
        nint,
        PhysicalInfoData*,
        int>)
        library["xc_physinfo"];

    public readonly delegate* unmanaged[Cdecl]<nint, int, void*, int> xc_version = (delegate* unmanaged[Cdecl]<nint, int, void*, int>)
        library["xc_version"];

    public readonly delegate* unmanaged[Cdecl]<nint, byte*, uint*, int, int, uint*, int> xc_readconsolering = (delegate* unmanaged[Cdecl]<
        nint,
        byte*,
        uint*,
        int,
        int,
        uint*,
        int>)
        library["xc_readconsolering"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, uint, ulong, int> xc_hvm_param_set = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        uint,
        ulong,
        int>)
        library["xc_hvm_param_set"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, uint, ulong*, int> xc_hvm_param_get = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        uint,
        ulong*,
        int>)
        library["xc_hvm_param_get"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, ulong, int> xc_set_paging_mempool_size = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        ulong,
        int>)
        library["xc_set_paging_mempool_size"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, byte*, uint, int> xc_domain_set_memory_map = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        byte*,
        uint,
        int>)
        library["xc_domain_set_memory_map"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, uint, uint, int> xc_domain_send_trigger = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        uint,
        uint,
        int>)
        library["xc_domain_send_trigger"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, uint, uint, uint, int> xc_domain_ioport_permission = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        uint,
        uint,
        uint,
        int>)
        library["xc_domain_ioport_permission"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, ulong, ulong, byte, int> xc_domain_iomem_permission =
        (delegate* unmanaged[Cdecl]<nint, uint, ulong, ulong, byte, int>)library["xc_domain_iomem_permission"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, uint, byte, int> xc_domain_irq_permission = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        uint,
        byte,
        int>)
        library["xc_domain_irq_permission"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, int, int*, int> xc_physdev_map_pirq = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        int,
        int*,
        int>)
        library["xc_physdev_map_pirq"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, int, int> xc_physdev_unmap_pirq = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        int,
        int>)
        library["xc_physdev_unmap_pirq"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, uint, uint, int> xc_assign_device = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        uint,
        uint,
        int>)
        library["xc_assign_device"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, uint, int> xc_test_assign_device = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        uint,
        int>)
        library["xc_test_assign_device"];

    public readonly delegate* unmanaged[Cdecl]<nint, uint, uint, int> xc_deassign_device = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        uint,
        int>)
        library["xc_deassign_device"];

    /// <summary>Parameters: xch, domid, size, prot, frame. Null and errno on failure; unmapped by munmap.</summary>
    public readonly delegate* unmanaged[Cdecl]<nint, uint, int, int, ulong, void*> xc_map_foreign_range = (delegate* unmanaged[Cdecl]<
        nint,
        uint,
        int,
        int,
        ulong,
        void*>)
        library["xc_map_foreign_range"];
}
