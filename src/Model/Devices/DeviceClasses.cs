using System.Collections.Immutable;

namespace Model.Devices;

/// <summary>The table of device classes, in the order in which Xen 4.1 printed their devices.</summary>
public static class DeviceClasses
{
    public static ImmutableArray<DeviceClass> All { get; } =
    [
        new VifClass(),
        new VkbdClass(),
        new KeptClass("ioports"),
        new KeptClass("vif2"),
        new ConsoleClass(),
        new VscsiClass(),
        new VbdClass(),
        new IrqClass(),
        new VfbClass(),
        new PciClass(),
        new VusbClass(),
        new VtpmClass(),
        new P9Class(),
        new ChannelClass(),
    ];

    /// <summary>The class of that name. One that nobody knows is kept as it came.</summary>
    public static DeviceClass Named(string name) =>
        All.FirstOrDefault(known => known.Name == name || known.OldNames.Contains(name)) ?? new KeptClass(name);

    public static DeviceClass Of(DeviceConfig device) => Named(device.Class);

    /// <summary>Its place in the table; those that are not in it come last.</summary>
    public static int Rank(string name)
    {
        for (var rank = 0; rank < All.Length; rank++)
        {
            if (All[rank].Name == name)
            {
                return rank;
            }
        }
        return All.Length;
    }
}
