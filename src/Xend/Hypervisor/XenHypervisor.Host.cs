using System.Collections.Immutable;
using LibXc.Interop;
using LibXc.Interop.Abi;

namespace Xend.Hypervisor;

/// <content>The host and Xen itself.</content>
public sealed partial class XenHypervisor
{
    public PhysicalInfo GetPhysicalInfo() =>
        Call(() =>
        {
            var data = _xen.GetPhysicalInfo();
            ReadOnlySpan<uint> words = data.HwCap;
            return new PhysicalInfo
            {
                ThreadsPerCore = data.ThreadsPerCore,
                CoresPerSocket = data.CoresPerSocket,
                CpuCount = data.NrCpus,
                HighestCpu = data.MaxCpuId,
                NodeCount = data.NrNodes,
                CpuKhz = data.CpuKhz,
                HvmAvailable = Can(data, PhysicalInfoData.CapabilityHvm),
                PvAvailable = Can(data, PhysicalInfoData.CapabilityPv),
                IommuAvailable = Can(data, PhysicalInfoData.CapabilityDirectio),
                HapAvailable = Can(data, PhysicalInfoData.CapabilityHap),
                ShadowAvailable = Can(data, PhysicalInfoData.CapabilityShadow),
                TotalMemoryKib = data.TotalPages * KibPerPage,
                FreeMemoryKib = data.FreePages * KibPerPage,
                ScrubMemoryKib = data.ScrubPages * KibPerPage,
                OutstandingMemoryKib = data.OutstandingPages * KibPerPage,
                HardwareCapabilities = [.. words],
            };
        });

    public XenInfo GetXenInfo() =>
        Call(() =>
        {
            var version = _xen.GetVersion();
            var compile = _xen.GetCompileInfo();
            return new XenInfo
            {
                Major = version.Major,
                Minor = version.Minor,
                Extra = _xen.GetExtraVersion(),
                Capabilities = _xen.GetCapabilities(),
                Scheduler = SchedulerName(_schedulerId.Value),
                PageSize = _xen.GetPageSize(),
                VirtualStart = _xen.GetVirtualStart(),
                Changeset = _xen.GetChangeset(),
                CommandLine = _xen.GetCommandLine(),
                Compiler = compile.Compiler.Text,
                CompiledBy = compile.CompileBy.Text,
                CompileDomain = compile.CompileDomain.Text,
                CompileDate = compile.CompileDate.Text,
            };
        });

    public void SendDebugKeys(string keys) => Call(() => _xen.SendDebugKeys(keys));

    public string ReadConsoleRing(bool clear) => Call(() => _xen.ReadConsoleRing(clear));

    private static bool Can(in PhysicalInfoData data, uint capability) => (data.Capabilities & capability) != 0;
}
