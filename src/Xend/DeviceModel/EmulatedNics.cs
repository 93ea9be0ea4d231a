namespace Xend.DeviceModel;

/// <summary>
/// The network cards that an HVM guest sees before, or without, its PV drivers: one a vif, with the same MAC, on a tap of its own.
/// </summary>
internal static class EmulatedNics
{
    private const string DefaultModel = "rtl8139";

    public static void Add(ArgumentList arguments, uint domainId, DomainConfig config)
    {
        var any = false;
        foreach (var vif in config.Devices.OfType<VifConfig>().Where(vif => vif.IsEmulatedFor(config.Type)))
        {
            any = true;
            arguments.Add("-device", $"{Model(vif)},id=nic{vif.Id},netdev=net{vif.Id},mac={vif.Mac}");
            // The stock script connects the tap; qemu's own would do it a second time.
            arguments.Add("-netdev", $"type=tap,id=net{vif.Id},ifname={VifConfig.TapName(domainId, vif.Id)},script=no,downscript=no");
        }
        if (!any)
        {
            arguments.Add("-net", "none");
        }
    }

    /// <summary>ne2k was the short name of ne2k_pci.</summary>
    public static string Model(VifConfig vif) =>
        vif.Model switch
        {
            "" => DefaultModel,
            "ne2000" or "ne2k" => "ne2k_pci",
            "virtio" or "virtio-net" => "virtio-net-pci",
            var model => model,
        };
}
