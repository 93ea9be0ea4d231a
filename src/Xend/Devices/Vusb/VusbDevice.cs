using System.Globalization;
using XenStore;

namespace Xend.Devices;

/// <summary>A USB controller of a guest with PV drivers.</summary>
/// <param name="config">The controller, and what is in its ports.</param>
/// <param name="isServed">Whether the device model runs already; else it finds the controller when it starts.</param>
public sealed class VusbDevice(VusbConfig config, bool isServed) : IDevice
{
    public DeviceConfig Config => config;

    public string Label => $"USB controller {config.Id}";

    public void Check(HostServices host, OtherHolds others)
    {
        foreach (var place in config.Ports.Where(place => place.Length > 0))
        {
            Check(place, host, others);
        }
    }

    /// <remarks>Nodes as of libxl_usb.c and of qemu's hw/usb/xen-usb.c.</remarks>
    public Task WriteAsync(IXenStoreOperations store, DeviceOwner owner, HostServices host, CancellationToken cancellation)
    {
        (string, string)[] both =
        [
            ("usb-ver", config.Version.ToString(CultureInfo.InvariantCulture)),
            ("num-ports", config.Ports.Length.ToString(CultureInfo.InvariantCulture)),
        ];
        return DeviceNodes.WriteAsync(
            store,
            BackendClasses.AddressOf(config, owner),
            owner,
            [
                ("type", VusbBackend.DeviceModel),
                .. both,
                ("port", ""),
                .. config.Ports.Select((place, index) => ($"port/{index + 1}", place)),
                ("uuid", config.Uuid.ToString()),
            ],
            both,
            cancellation
        );
    }

    public Task ConnectAsync(DeviceOwner owner, HostServices host, CancellationToken cancellation) =>
        isServed
            ? DeviceModelAnswer.AwaitAsync(host, owner, BackendClasses.AddressOf(config, owner), Label, "taken it", cancellation)
            : Task.CompletedTask;

    private static void Check(string place, HostServices host, OtherHolds others)
    {
        var present = host.Devices.UsbDevices();
        var device = present.FirstOrDefault(one => one.Place == place);
        if (device is null or { IsHub: true })
        {
            var all = present.Where(one => !one.IsHub).Select(one => $"{one.Place}: {one}").ToList();
            throw new XendError(
                ErrorCode.InvalidRequest,
                device is null ? $"The host has no USB device at {place}" : $"The USB device at {place} is a hub",
                all.Count == 0 ? "No USB device is plugged in." : $"There are:\n{string.Join('\n', all)}"
            );
        }
        UsbUses.Refuse(device, host.Devices, others.AllOnDisks());
        if (others.HolderOfUsb(place) is { } holder)
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"Cannot assign already attached bus '{place}', detach first.",
                $"{device} is in a port of {holder}."
            );
        }
    }
}
