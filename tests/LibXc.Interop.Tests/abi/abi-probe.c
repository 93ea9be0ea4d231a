/*
 * Prints, as JSON, what the headers of libxen-dev say about each structure and constant that LibXc.Interop uses.
 *
 *   gcc -o abi-probe abi-probe.c && ./abi-probe > xen-4.17.json
 *
 * For another Xen, unpack its libxen-dev somewhere and add -I ROOT/usr/include.
 */
#include <stddef.h>
#include <stdio.h>
#include <xenctrl.h>
#include <xenguest.h>
#include <xen/version.h>
#include <xen/hvm/params.h>
#include <xen/domctl.h>
#include <xen/arch-x86/xen.h>

static int structures, fields, constants;

#define NAME(type) #type
#define STRUCT(type) (printf("%s\n    \"%s\": {\n      \"size\": %zu,\n      \"fields\": {", structures++ ? "," : "", NAME(type), sizeof(type)), fields = 0)
#define FIELD(type, field) \
    printf("%s\n        \"%s\": [%zu, %zu]", fields++ ? "," : "", #field, offsetof(type, field), sizeof(((type *)0)->field))
#define END() printf("\n      }\n    }")
#define CONSTANT(name) printf("%s\n    \"%s\": %lld", constants++ ? "," : "", #name, (long long)(name))

static void domains(void)
{
#define T struct xen_domctl_createdomain
    STRUCT(T);
    FIELD(T, ssidref);
    FIELD(T, handle);
    FIELD(T, flags);
    FIELD(T, iommu_opts);
    FIELD(T, max_vcpus);
    FIELD(T, max_evtchn_port);
    FIELD(T, max_grant_frames);
    FIELD(T, max_maptrack_frames);
    FIELD(T, grant_opts);
#if XEN_DOMCTL_INTERFACE_VERSION >= 0x17
    FIELD(T, altp2m_opts);
#endif
    FIELD(T, vmtrace_size);
    FIELD(T, cpupool_id);
    FIELD(T, arch.emulation_flags);
    FIELD(T, arch.misc_flags);
    END();
#undef T
#define T struct xen_domctl_getdomaininfo
    STRUCT(T);
    FIELD(T, domain);
    FIELD(T, flags);
    FIELD(T, tot_pages);
    FIELD(T, max_pages);
    FIELD(T, outstanding_pages);
    FIELD(T, shr_pages);
    FIELD(T, paged_pages);
    FIELD(T, shared_info_frame);
    FIELD(T, cpu_time);
    FIELD(T, nr_online_vcpus);
    FIELD(T, max_vcpu_id);
    FIELD(T, ssidref);
    FIELD(T, handle);
    FIELD(T, cpupool);
    FIELD(T, gpaddr_bits);
    END();
#undef T
#define T struct xen_domctl_getvcpuinfo
    STRUCT(T);
    FIELD(T, vcpu);
    FIELD(T, online);
    FIELD(T, blocked);
    FIELD(T, running);
    FIELD(T, cpu_time);
    FIELD(T, cpu);
    END();
#undef T
#define T struct xen_domctl_sched_credit
    STRUCT(T);
    FIELD(T, weight);
    FIELD(T, cap);
    END();
#undef T
#define T struct xen_domctl_sched_credit2
    STRUCT(T);
    FIELD(T, weight);
    FIELD(T, cap);
    END();
#undef T
}

static void host(void)
{
#define T struct xen_sysctl_physinfo
    STRUCT(T);
    FIELD(T, threads_per_core);
    FIELD(T, cores_per_socket);
    FIELD(T, nr_cpus);
    FIELD(T, max_cpu_id);
    FIELD(T, nr_nodes);
    FIELD(T, max_node_id);
    FIELD(T, cpu_khz);
    FIELD(T, capabilities);
    FIELD(T, arch_capabilities);
    FIELD(T, total_pages);
    FIELD(T, free_pages);
    FIELD(T, scrub_pages);
    FIELD(T, outstanding_pages);
    FIELD(T, max_mfn);
    FIELD(T, hw_cap);
    END();
#undef T
#define T xen_compile_info_t
    STRUCT(T);
    FIELD(T, compiler);
    FIELD(T, compile_by);
    FIELD(T, compile_domain);
    FIELD(T, compile_date);
    END();
#undef T
#define T struct xentoollog_logger
    STRUCT(T);
    FIELD(T, vmessage);
    FIELD(T, progress);
    FIELD(T, destroy);
    END();
#undef T
}

static void image(void)
{
#define T struct xc_dom_image
    STRUCT(T);
    FIELD(T, kernel_blob);
    FIELD(T, kernel_size);
    FIELD(T, num_modules);
    FIELD(T, modules);
    FIELD(T, max_kernel_size);
    FIELD(T, max_module_size);
    FIELD(T, cmdline);
    FIELD(T, guest_type);
    FIELD(T, console_pfn);
    FIELD(T, xenstore_pfn);
    FIELD(T, pv_p2m);
    FIELD(T, p2m_size);
    FIELD(T, total_pages);
    FIELD(T, flags);
    FIELD(T, console_evtchn);
    FIELD(T, xenstore_evtchn);
    FIELD(T, console_domid);
    FIELD(T, xenstore_domid);
    FIELD(T, xch);
    FIELD(T, guest_domid);
    FIELD(T, claim_enabled);
    FIELD(T, xen_version);
    FIELD(T, xen_caps);
    FIELD(T, container_type);
    FIELD(T, target_pages);
    FIELD(T, mmio_start);
    FIELD(T, mmio_size);
    FIELD(T, lowmem_end);
    FIELD(T, highmem_end);
    FIELD(T, vga_hole_size);
    FIELD(T, device_model);
    FIELD(T, system_firmware_module);
    FIELD(T, acpi_modules);
    FIELD(T, smbios_module);
    FIELD(T, e820);
    FIELD(T, e820_entries);
    FIELD(T, max_vcpus);
    END();
#undef T
#define T struct xc_dom_module
    STRUCT(T);
    FIELD(T, blob);
    FIELD(T, size);
    FIELD(T, cmdline);
    FIELD(T, seg);
    END();
#undef T
#define T struct xc_hvm_firmware_module
    STRUCT(T);
    FIELD(T, data);
    FIELD(T, length);
    FIELD(T, guest_addr_out);
    END();
#undef T
#define T struct xc_xend_cpuid
    STRUCT(T);
    FIELD(T, leaf);
    FIELD(T, subleaf);
    FIELD(T, policy);
    END();
#undef T
#define T struct e820entry
    STRUCT(T);
    FIELD(T, addr);
    FIELD(T, size);
    FIELD(T, type);
    END();
#undef T
}

static void numbers(void)
{
    CONSTANT(XEN_DOMCTL_INTERFACE_VERSION);
    CONSTANT(XEN_SYSCTL_INTERFACE_VERSION);
    CONSTANT(XEN_DOMCTL_CDF_hvm);
    CONSTANT(XEN_DOMCTL_CDF_hap);
    CONSTANT(XEN_DOMCTL_CDF_oos_off);
    CONSTANT(XEN_DOMCTL_CDF_iommu);
    CONSTANT(XEN_DOMCTL_CDF_nested_virt);
    CONSTANT(XEN_DOMCTL_IOMMU_no_sharept);
    CONSTANT(XEN_DOMINF_dying);
    CONSTANT(XEN_DOMINF_hvm_guest);
    CONSTANT(XEN_DOMINF_shutdown);
    CONSTANT(XEN_DOMINF_paused);
    CONSTANT(XEN_DOMINF_blocked);
    CONSTANT(XEN_DOMINF_running);
    CONSTANT(XEN_DOMINF_shutdownshift);
    CONSTANT(XEN_DOMINF_shutdownmask);
    CONSTANT(XEN_SYSCTL_PHYSCAP_hvm);
    CONSTANT(XEN_SYSCTL_PHYSCAP_pv);
    CONSTANT(XEN_SYSCTL_PHYSCAP_directio);
    CONSTANT(XEN_SYSCTL_PHYSCAP_hap);
    CONSTANT(XEN_SYSCTL_PHYSCAP_iommu_hap_pt_share);
    CONSTANT(XEN_SYSCTL_PHYSCAP_gnttab_v2);
    CONSTANT(XENVER_version);
    CONSTANT(XENVER_extraversion);
    CONSTANT(XENVER_compile_info);
    CONSTANT(XENVER_capabilities);
    CONSTANT(XENVER_changeset);
    CONSTANT(XENVER_platform_parameters);
    CONSTANT(XENVER_pagesize);
    CONSTANT(XENVER_commandline);
    CONSTANT(XEN_VCPUAFFINITY_HARD);
    CONSTANT(XEN_VCPUAFFINITY_SOFT);
    CONSTANT(XEN_SCHEDULER_CREDIT);
    CONSTANT(XEN_SCHEDULER_CREDIT2);
    CONSTANT(XEN_SCHEDULER_ARINC653);
    CONSTANT(XEN_SCHEDULER_RTDS);
    CONSTANT(XEN_SCHEDULER_NULL);
    CONSTANT(XEN_X86_EMU_LAPIC);
    CONSTANT(XEN_X86_EMU_ALL);
    CONSTANT(XC_DOM_PV_CONTAINER);
    CONSTANT(XC_DOM_HVM_CONTAINER);
    CONSTANT(XC_OPENFLAG_DUMMY);
    CONSTANT(XTL_DEBUG);
    CONSTANT(XTL_PROGRESS);
    CONSTANT(XTL_ERROR);
    CONSTANT(XTL_CRITICAL);
}

int main(void)
{
    printf("{\n  \"structures\": {");
    domains();
    host();
    image();
    printf("\n  },\n  \"constants\": {");
    numbers();
    printf("\n  }\n}\n");
    return 0;
}
