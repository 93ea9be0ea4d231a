using Sxp;

namespace Model.Devices;

/// <summary>A class that this version does not connect: its devices are kept, and shown, as they came.</summary>
public class KeptClass(string name) : DeviceClass<KeptDeviceConfig>
{
    public override string Name => name;

    public override bool HasDeviceId => false;

    public override KeptDeviceConfig Read(SList body, DeviceReading reading) => new(name, reading.Uuid, reading.Id, body);

    protected override SList Write(KeptDeviceConfig device) =>
        device.Source.Child("uuid") is null
            ? new SList(device.Source.Items.Insert(1, SList.Of("uuid", device.Uuid.ToString())))
            : device.Source;

    protected override SList Show(KeptDeviceConfig device, DeviceShowing showing) =>
        device.Source is { Name: "device", Count: > 1 } wrapped && wrapped[1] is SList source ? source : device.Source;

    protected override IEnumerable<DeviceMark> Marks(KeptDeviceConfig device) => [];
}
