using Xend.DeviceModel;
using Xend.Devices;
using Xend.Domains;
using Xend.Host;
using Xend.Operations.Plans;
using Xend.Requests;

namespace Xend.Operations;

/// <content>USB devices of the host on the emulated controller of an HVM guest. The first sentences are old xend's.</content>
public sealed partial class Toolstack
{
    public Task AddUsbAsync(string reference, string device, Requester requester, CancellationToken cancellation)
    {
        var entry = Resolve(reference);
        var wanted = ParseUsb(device);
        return RunAsync(
            entry,
            OperationKind.Attach,
            requester,
            async turn =>
            {
                var current = DemandOwn(entry.Uuid, OperationKind.Attach, "usbdev-attach");
                DemandRunningHvm(current, "Can't add usb device to a non-hvm guest");
                if (!current.Config!.Machine.Usb)
                {
                    throw new XendError(
                        ErrorCode.WrongState,
                        "Can't add usb device to a guest with usb disabled in configure file",
                        $"{current.Name} was started without a USB controller.",
                        "usb = 1 in its file gives it one at its next start."
                    );
                }
                var present = _rooms.Host.Devices.UsbDevices();
                var found = present.FirstOrDefault(one => one.Names.Contains(wanted)) ?? throw NoSuchUsb(wanted, present);
                await RefuseHeldUsbAsync(current, found, turn).ConfigureAwait(false);
                OperationLog.Asked(_rooms.Log, $"usb-add {wanted} to {current.Name}", requester);
                await _lifecycle.RunAsync(OperationKind.Attach, current, UsbPlan.Add(wanted), turn).ConfigureAwait(false);
            },
            cancellation
        );
    }

    public Task RemoveUsbAsync(string reference, string device, Requester requester, CancellationToken cancellation)
    {
        var entry = Resolve(reference);
        var wanted = ParseUsb(device);
        return RunAsync(
            entry,
            OperationKind.Detach,
            requester,
            turn =>
            {
                var current = DemandOwn(entry.Uuid, OperationKind.Detach, "usbdev-detach");
                DemandRunningHvm(current, "Can't del usb to a non-hvm guest");
                OperationLog.Asked(_rooms.Log, $"usb-del {wanted} from {current.Name}", requester);
                return _lifecycle.RunAsync(OperationKind.Detach, current, UsbPlan.Remove(wanted), turn);
            },
            cancellation
        );
    }

    public Task SetUsbPortAsync(
        string reference,
        uint controller,
        int port,
        string place,
        Requester requester,
        CancellationToken cancellation
    )
    {
        var entry = Resolve(reference);
        var kind = place.Length > 0 ? OperationKind.Attach : OperationKind.Detach;
        return RunAsync(
            entry,
            kind,
            requester,
            turn =>
            {
                var current = DemandOwn(entry.Uuid, kind, place.Length > 0 ? "usbdev-attach" : "usbdev-detach");
                OperationLog.Asked(
                    _rooms.Log,
                    $"set port {port} of USB controller {controller} of {current.Name} to {(place.Length > 0 ? place : "nothing")}",
                    requester
                );
                return _lifecycle.RunAsync(kind, current, UsbPlan.SetPort(current, controller, port, place), turn);
            },
            cancellation
        );
    }

    public IReadOnlyList<UsbView> ListUsb()
    {
        var holds = _rooms.Claims.Holds().OfType<UsbHold>().ToList();
        return
        [
            .. _rooms
                .Host.Devices.UsbDevices()
                .Where(device => !device.IsHub)
                .Select(device => new UsbView(
                    device.Place,
                    device.Vendor,
                    device.Product,
                    device.Name,
                    holds.Find(hold => hold.Place == device.Place)?.Domain
                )),
        ];
    }

    private static HostUsbDevice ParseUsb(string device) =>
        HostUsbDevice.TryParse(device)
        ?? throw new XendError(
            ErrorCode.InvalidRequest,
            $"'{DomainConfigReader.Printable(device)}' names no USB device of the host",
            hint: "host:BUS.ADDRESS (decimal) or host:VENDOR:PRODUCT (hexadecimal), as lsusb prints them: host:1.4, host:046d:c016."
        );

    private static void DemandRunningHvm(DomainEntry entry, string refusal)
    {
        if (entry.Config!.Type != GuestType.Hvm)
        {
            throw new XendError(ErrorCode.WrongState, refusal, $"{entry.Name} is of type {entry.Config.Image.Builder}.");
        }
        if (entry.Runtime.Id is null)
        {
            throw new XendError(
                ErrorCode.WrongState,
                $"Domain '{entry.Name}' is not started",
                hint: "A device that it is to have from its start on is named in its file: usbdevice."
            );
        }
    }

    private static XendError NoSuchUsb(HostUsbDevice wanted, IReadOnlyList<UsbFacts> present) =>
        new(
            ErrorCode.InvalidRequest,
            $"The host has no USB device {wanted}",
            present.Count == 0 ? "No USB device is plugged in." : $"There are:\n{string.Join('\n', present)}"
        );

    /// <summary>What the kernel lets two device models open is of use to neither. Their own devices are what they tell.</summary>
    private async Task RefuseHeldUsbAsync(DomainEntry asking, UsbFacts device, CancellationToken cancellation)
    {
        var others = _rooms.Domains.Entries.Values.Where(entry =>
            entry.Uuid != asking.Uuid && entry is { State: DomainState.Running, Runtime.Id: not null, Config.Machine.Usb: true }
        );
        UsbUses.Refuse(device, _rooms.Host.Devices, _rooms.Claims.Holds().OfType<DiskHold>());
        if (_rooms.Claims.Holds().OfType<UsbHold>().FirstOrDefault(hold => hold.Place == device.Place) is { } held)
        {
            throw new XendError(ErrorCode.InvalidRequest, $"The USB device {device} is in a port of {held.Domain}");
        }
        foreach (var other in others)
        {
            IReadOnlySet<string> has;
            try
            {
                var session = await _rooms.Host.DeviceModels.ConnectAsync(other.Runtime.Id!.Value, cancellation).ConfigureAwait(false);
                await using (session.ConfigureAwait(false))
                {
                    has = await session.ListPluggedAsync(cancellation).ConfigureAwait(false);
                }
            }
            catch (QmpException)
            {
                continue; // It is about to end, or hangs: qemu will tell if the device is still open there.
            }
            if (device.Names.Any(name => has.Contains(name.Id)))
            {
                throw new XendError(
                    ErrorCode.InvalidRequest,
                    $"The USB device {device} is in use by {other.Name}",
                    hint: $"xm usb-del {other.Name} {device.Names.First(name => has.Contains(name.Id))} takes it from there."
                );
            }
        }
    }
}
