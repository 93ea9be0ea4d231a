using Sxp;

namespace Model.Devices;

/// <summary>The shape of keyboards: <c>(vkbd)</c>.</summary>
public sealed class VkbdClass : DeviceClass<VkbdConfig>
{
    public override string Name => "vkbd";

    public override bool HasDeviceId => true;

    public override VkbdConfig Read(SList body, DeviceReading reading) => new(reading.Uuid, reading.Id);

    protected override SList Write(VkbdConfig device) =>
        SList.Of("vkbd", SList.Of("uuid", device.Uuid.ToString()), SList.Of("devid", device.Id));

    protected override SList Show(VkbdConfig device, DeviceShowing showing) => SList.Of("vkbd", SList.Of("backend", 0));

    protected override IEnumerable<DeviceMark> Marks(VkbdConfig device) => [new($"vkbd/{device.Id}", $"The device \"vkbd {device.Id}\"")];
}
