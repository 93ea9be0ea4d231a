using System.Reflection;
using System.Runtime.InteropServices;
using LibXc.Interop.Abi;

namespace LibXc.Interop.Tests;

/// <summary>The tables of LibXc.Interop.Abi against what Xen's own headers say.</summary>
public sealed class AbiTests
{
    private static readonly (string Native, Type Managed)[] Structures =
    [
        ("struct xen_domctl_getdomaininfo", typeof(DomainInfoData)),
        ("struct xen_domctl_getvcpuinfo", typeof(VcpuInfoData)),
        ("struct xen_domctl_sched_credit", typeof(SchedulerData)),
        ("struct xen_domctl_sched_credit2", typeof(SchedulerData)),
        ("struct xen_sysctl_physinfo", typeof(PhysicalInfoData)),
        ("xen_compile_info_t", typeof(CompileInfoData)),
        ("struct xentoollog_logger", typeof(XenLogger.NativeLogger)),
    ];

    public static TheoryData<string> Releases => ["4.17", "4.20"];

    public static TheoryData<string, string, Type> StructuresOfReleases()
    {
        var data = new TheoryData<string, string, Type>();
        foreach (var release in new[] { "4.17", "4.20" })
        {
            foreach ((var native, var managed) in Structures)
            {
                data.Add(release, native, managed);
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(StructuresOfReleases))]
    public void A_structure_has_the_fields_where_the_header_has_them(string release, string native, Type managed)
    {
        var header = Committed(release);
        // The logger is ours from its fourth field on.
        if (managed != typeof(XenLogger.NativeLogger))
        {
            Assert.Equal(header.Size(native), Marshal.SizeOf(managed));
        }

        var fields = managed.GetFields(BindingFlags.Public | BindingFlags.Instance);
        foreach ((var name, (var offset, var size)) in header.Fields(native))
        {
            var field = fields.Single(f => Plain(f.Name) == Plain(name));
            Assert.Equal((name, offset), (name, (int)Marshal.OffsetOf(managed, field.Name)));
            Assert.Equal(
                (name, size),
                (name, field.FieldType.IsFunctionPointer || field.FieldType.IsPointer ? 8 : Marshal.SizeOf(field.FieldType))
            );
        }
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public void The_domain_creation_layout_is_the_headers(string release)
    {
        var header = Committed(release);
        var layout = XenAbi.For(XenVersion.TryParse(release)!.Value, out var warning).CreateDomain;
        Assert.Null(warning);
        Assert.Equal(header.Size("struct xen_domctl_createdomain"), layout.Size);
        var fields = header.Fields("struct xen_domctl_createdomain");
        foreach (var property in typeof(CreateDomainLayout).GetProperties().Where(p => p.PropertyType == typeof(int) && p.Name != "Size"))
        {
            var offset = fields.Single(field => Plain(field.Key) == Plain(property.Name)).Value.Offset;
            Assert.Equal((property.Name, offset), (property.Name, (int)property.GetValue(layout)!));
        }
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public void The_offsets_into_an_image_are_the_headers(string release)
    {
        var fields = Committed(release).Fields("struct xc_dom_image");
        var offsets = typeof(ImageLayout).GetFields();
        Assert.NotEmpty(offsets);
        foreach (var offset in offsets)
        {
            var expected = fields.Single(field => Plain(field.Key) == Plain(offset.Name)).Value.Offset;
            Assert.Equal((offset.Name, expected), (offset.Name, (int)offset.GetRawConstantValue()!));
        }
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public void The_word_list_of_cpuid_and_the_memory_map_are_laid_out_as_the_headers_have_them(string release)
    {
        var header = Committed(release);
        (string Name, int Expected, int Ours)[] places =
        [
            ("xc_xend_cpuid", header.Size("struct xc_xend_cpuid"), CpuidWordList.Size),
            ("subleaf", header.Fields("struct xc_xend_cpuid")["subleaf"].Offset, CpuidWordList.Subleaf),
            ("policy", header.Fields("struct xc_xend_cpuid")["policy"].Offset, CpuidWordList.Policy),
            ("e820entry", header.Size("struct e820entry"), MemoryRange.EntryBytes),
        ];
        Assert.All(places, place => Assert.Equal((place.Name, place.Expected), (place.Name, place.Ours)));
        var map = MemoryRange.Write([
            new MemoryRange(0x100000, 0x700000, MemoryRangeType.Ram),
            new MemoryRange(0xFC000000, 4096, MemoryRangeType.Acpi),
        ]);
        Assert.Equal(
            "0000100000000000" + "0000700000000000" + "01000000" + "000000FC00000000" + "0010000000000000" + "03000000",
            Convert.ToHexString(map)
        );
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public void The_constants_are_the_headers(string release)
    {
        var header = Committed(release);
        var abi = XenAbi.For(XenVersion.TryParse(release)!.Value, out _);
        (string Name, long Value)[] ours =
        [
            ("XEN_DOMCTL_CDF_hvm", DomainConfiguration.FlagHvm),
            ("XEN_DOMCTL_CDF_hap", DomainConfiguration.FlagHap),
            ("XEN_DOMCTL_CDF_oos_off", DomainConfiguration.FlagOutOfSyncOff),
            ("XEN_DOMCTL_CDF_iommu", DomainConfiguration.FlagIommu),
            ("XEN_DOMCTL_CDF_nested_virt", DomainConfiguration.FlagNestedVirtualization),
            ("XEN_DOMCTL_IOMMU_no_sharept", DomainConfiguration.IommuNoSharedTables),
            ("XEN_DOMINF_dying", DomainInfoData.FlagDying),
            ("XEN_DOMINF_hvm_guest", DomainInfoData.FlagHvmGuest),
            ("XEN_DOMINF_shutdown", DomainInfoData.FlagShutdown),
            ("XEN_DOMINF_paused", DomainInfoData.FlagPaused),
            ("XEN_DOMINF_blocked", DomainInfoData.FlagBlocked),
            ("XEN_DOMINF_running", DomainInfoData.FlagRunning),
            ("XEN_SYSCTL_PHYSCAP_hvm", PhysicalInfoData.CapabilityHvm),
            ("XEN_SYSCTL_PHYSCAP_pv", PhysicalInfoData.CapabilityPv),
            ("XEN_SYSCTL_PHYSCAP_directio", PhysicalInfoData.CapabilityDirectio),
            ("XEN_SYSCTL_PHYSCAP_hap", PhysicalInfoData.CapabilityHap),
            ("XEN_SYSCTL_PHYSCAP_iommu_hap_pt_share", PhysicalInfoData.CapabilityIommuHapPtShare),
            ("XEN_SYSCTL_PHYSCAP_gnttab_v2", PhysicalInfoData.CapabilityGnttabV2),
            ("XEN_X86_EMU_LAPIC", abi.PvhEmulationFlags),
            ("XTL_DEBUG", (long)XenLogLevel.Debug),
            ("XTL_PROGRESS", (long)XenLogLevel.Progress),
            ("XTL_ERROR", (long)XenLogLevel.Error),
            ("XTL_CRITICAL", (long)XenLogLevel.Critical),
        ];
        Assert.All(ours, constant => Assert.Equal((constant.Name, header.Constant(constant.Name)), constant));
        Assert.Equal(5, (new DomainInfoData { Flags = (5u << 16) | DomainInfoData.FlagShutdown }).ShutdownReason);
        Assert.Equal(0, ~header.Constant("XEN_X86_EMU_ALL") & abi.HvmEmulationFlags);
    }

    [Fact]
    public void The_headers_of_this_machine_say_what_is_committed_for_their_release()
    {
        if (AbiDescription.OfThisMachine() is not { } here)
        {
            return; // No compiler, or no libxen-dev: the committed data was made where they are.
        }

        var committed = new[] { "4.17", "4.20" }.Select(release => Committed(release).Text.Trim());
        Assert.Contains(here.Text.Trim(), committed);
    }

    [Fact]
    public void A_newer_release_is_treated_as_the_newest_known_and_says_so()
    {
        var abi = XenAbi.For(new XenVersion(4, 99), out var warning);
        Assert.Equal(XenAbi.Known[^1], abi);
        Assert.Contains("4.99", warning);
    }

    [Fact]
    public void A_release_that_is_too_old_is_refused()
    {
        var error = Assert.Throws<XenLibraryException>(() => XenAbi.For(new XenVersion(4, 14), out _));
        Assert.Equal("Xen 4.14 is too old: the oldest release that can be used is 4.17", error.Message);
    }

    [Fact]
    public void A_new_domains_structure_holds_the_uuid_in_text_order_and_the_defaults_of_the_hypervisor()
    {
        var bytes = CreateDomainLayout.Xen417.Write(
            new DomainConfiguration
            {
                Handle = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"),
                MaxVcpus = 3,
                CpuPool = 2,
                MaxGrantVersion = 2,
            }
        );
        Assert.Equal("00112233445566778899AABBCCDDEEFF", Convert.ToHexString(bytes[4..20]));
        Assert.Equal(
            "00000000" + "00000000" + "03000000" + "FF030000" + "FFFFFFFF" + "FFFFFFFF" + "02000000",
            Convert.ToHexString(bytes[20..48])
        );
        Assert.Equal("00000000" + "02000000" + "00000000" + "00000000", Convert.ToHexString(bytes[48..]));
    }

    private static AbiDescription Committed(string release) => AbiDescription.Committed(XenVersion.TryParse(release)!.Value);

    private static string Plain(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal).ToLowerInvariant();
}
