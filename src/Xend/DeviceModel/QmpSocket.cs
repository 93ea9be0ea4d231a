namespace Xend.DeviceModel;

/// <summary>Where a device model listens for orders. The name is libxl's, so that its tools find it too.</summary>
public static class QmpSocket
{
    public static string PathOf(uint domainId) => $"/var/run/xen/qmp-libxl-{QemuArguments.Text(domainId)}";

    /// <summary>The display of a guest whose viewers are asked for a password: the gateway alone connects there.</summary>
    public static string DisplayPathOf(uint domainId) => $"/var/run/xen/xend-vnc-{QemuArguments.Text(domainId)}";

    /// <summary>A second one, for those who only measure.</summary>
    public static string StatisticsPathOf(uint domainId) => $"/var/run/xen/qmp-libxenstat-{QemuArguments.Text(domainId)}";
}
