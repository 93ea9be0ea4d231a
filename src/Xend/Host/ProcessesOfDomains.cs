using System.Globalization;
using Linux.Interop;

namespace Xend.Host;

/// <summary>Which domain a process serves, as far as its arguments and its environment tell.</summary>
internal static class ProcessesOfDomains
{
    /// <summary>Device models and scripts of all domains, whoever started them.</summary>
    public static IEnumerable<GuestProcess> In(ProcessTable table) => table.List().Select(Read).OfType<GuestProcess>();

    /// <summary>A device model or a script; null for any other process.</summary>
    public static GuestProcess? Read(ProcessEntry process) =>
        DeviceModelOf(process) is { } served
            ? new(process.Id, process.Stat.Started, served, GuestProcessKind.DeviceModel, IsOrphan(process))
        : ScriptOf(process) is { } worked ? new(process.Id, process.Stat.Started, worked, GuestProcessKind.Script, IsOrphan(process))
        : null;

    /// <summary>What serves a domain: qemu by its argument, what was started with it (the VNC gateway) by its environment.</summary>
    public static IEnumerable<ProcessEntry> ServingDeviceModel(ProcessTable table, uint domainId) =>
        table
            .List()
            .Where(process =>
                process.Id != Environment.ProcessId
                && (DeviceModelOf(process) == domainId || Number(process.Variable("XEN_DOMAIN_ID")) == domainId)
            );

    /// <summary>Scripts for the devices of a domain, of whatever toolstack.</summary>
    public static IEnumerable<ProcessEntry> Scripts(ProcessTable table, uint domainId) =>
        table.List().Where(process => ScriptOf(process) == domainId);

    private static uint? DeviceModelOf(ProcessEntry process) => Number(process.ArgumentAfter("-xen-domid"));

    /// <summary>Stock scripts are told their device by XENBUS_PATH=backend/CLASS/DOMAIN/DEVICE.</summary>
    private static uint? ScriptOf(ProcessEntry process) =>
        process.Variable("XENBUS_PATH")?.Split('/') is ["backend", _, var domain, _] ? Number(domain) : null;

    private static bool IsOrphan(ProcessEntry process) => process.Stat.Parent == 1;

    private static uint? Number(string? text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
