using Sxp;

namespace Model.Devices;

/// <summary>A class that this version does not connect: its devices are kept, and shown, as they came.</summary>
public class KeptClass(string name) : DeviceClass<KeptDeviceConfig>
{
    public override string Name => name;

    public override bool HasDeviceId => false;

    public override KeptDeviceConfig Read(SList body, DeviceReading reading) => new(name, reading.Uuid, reading.Id, body);

    /// <summary>What is said of a domain that is to have one.</summary>
    public static XendError Unconnectable(string domain, string name) =>
        new(
            ErrorCode.Unsupported,
            $"{domain}: a device of class {DomainConfigReader.Printable(name)} cannot be connected yet.",
            hint: "Disks (vbd), network interfaces (vif), framebuffers (vfb), directories (9pfs), channels (channel), "
                + "SCSI devices (vscsi), USB controllers (vusb), PCI devices (pci) and vTPMs of other domains (vtpm) can."
        );

    protected override void RefuseUnconnectable(KeptDeviceConfig device, DomainConfig domain) => throw Unconnectable(domain.Name, name);

    protected override SList Write(KeptDeviceConfig device) =>
        device.Source.Child("uuid") is null
            ? new SList(device.Source.Items.Insert(1, SList.Of("uuid", device.Uuid.ToString())))
            : device.Source;

    protected override SList Show(KeptDeviceConfig device, DeviceShowing showing) =>
        device.Source is { Name: "device", Count: > 1 } wrapped && wrapped[1] is SList source ? source : device.Source;

    protected override IEnumerable<DeviceMark> Marks(KeptDeviceConfig device) => [];
}
