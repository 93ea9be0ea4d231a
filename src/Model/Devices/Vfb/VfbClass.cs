using Sxp;

namespace Model.Devices;

/// <summary>The shape of framebuffers: <c>(vfb (vnc 1) (vncunused 1))</c>.</summary>
public sealed class VfbClass : DeviceClass<VfbConfig>
{
    public override string Name => "vfb";

    public override bool HasDeviceId => true;

    public override VfbConfig Read(SList body, DeviceReading reading) =>
        new(reading.Uuid, reading.Id, MachineOptionsReader.ReadDisplay(body, reading.Parts), Without(body, "uuid", "devid"));

    protected override SList Write(VfbConfig device) =>
        new(["vfb", SList.Of("uuid", device.Uuid.ToString()), SList.Of("devid", device.Id), .. device.Source.Items.Skip(1)]);

    /// <summary>All that it was given but the password, and where it listens.</summary>
    protected override SList Show(VfbConfig device, DeviceShowing showing)
    {
        var items = Without(device.Source, "vncpasswd").Items.ToList();
        items.Add(SList.Of("uuid", device.Uuid.ToString("D")));
        AddLocation(items, showing.Vnc);
        return new SList(items);
    }

    protected override IEnumerable<DeviceMark> Marks(VfbConfig device) => [new($"vfb/{device.Id}", $"The device \"vfb {device.Id}\"")];

    /// <summary>What old xend showed of an HVM guest that only said vnc=1: it added a framebuffer.</summary>
    public static SList ShowImplied(Guid uuid, DisplayOptions display, VncAddress? vnc)
    {
        List<SValue> items = ["vfb", SList.Of("vncunused", display.AnyFree ? 1 : 0)];
        AddIfSet(items, "vnclisten", display.Listen);
        items.Add(SList.Of("vnc", 1));
        items.Add(SList.Of("uuid", uuid.ToString("D")));
        AddLocation(items, vnc);
        return new SList(items);
    }

    private static void AddLocation(List<SValue> items, VncAddress? vnc)
    {
        if (vnc is not null)
        {
            items.Add(SList.Of("location", $"{vnc.Host}:{vnc.Port}"));
        }
    }

    private static SList Without(SList source, params ReadOnlySpan<string> keys)
    {
        var left = source.Items;
        foreach (var key in keys)
        {
            left = left.RemoveAll(item => item is SList { Name: { } name } && name == key);
        }
        return new SList(left);
    }
}
