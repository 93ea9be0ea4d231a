using System.Collections.Immutable;
using Xend.Domains;
using Xend.Operations.Steps;

namespace Xend.Operations.Plans;

/// <summary>USB devices of the host that come to a guest and go. Pure functions.</summary>
public static class UsbPlan
{
    /// <summary>To the emulated controller of a running guest.</summary>
    public static ImmutableArray<Step> Add(HostUsbDevice device) => [new PlugUsb(device)];

    public static ImmutableArray<Step> Remove(HostUsbDevice device) => [new UnplugUsb(device)];

    /// <summary>
    /// Into a port of a controller for PV drivers, or out of it. Of a domain that does not run, only the configuration changes. The
    /// sentences are those of old xm, which looked itself.
    /// </summary>
    /// <param name="entry">The domain.</param>
    /// <param name="controller">The controller's number.</param>
    /// <param name="port">From 1 on.</param>
    /// <param name="place">Of the host's device; empty for none.</param>
    /// <exception cref="XendError">It cannot be.</exception>
    public static ImmutableArray<Step> SetPort(DomainEntry entry, uint controller, int port, string place)
    {
        var config = entry.Config!;
        var before = config.Devices.OfType<VusbConfig>().FirstOrDefault(device => device.Id == controller)
            ?? throw new XendError(
                ErrorCode.InvalidRequest,
                $"Cannot find device '{controller}' in domain '{entry.Name}'",
                hint: $"xm usb-list {entry.Name} lists its USB controllers; xm usb-hc-create gives it one."
            );
        if (port < 1 || port > before.Ports.Length)
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"Invalid Port Number '{port}'",
                $"Controller {controller} of {entry.Name} has the ports 1 to {before.Ports.Length}."
            );
        }
        var present = before.Ports[port - 1];
        if (place.Length > 0 && config.Devices.OfType<VusbConfig>().Any(other => other.Ports.Contains(place)))
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"Cannot assign already attached bus '{place}', detach first.",
                $"{entry.Name} has it."
            );
        }
        if (place.Length > 0 && present.Length > 0)
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"Cannot override already attached port '{port}', detach first.",
                $"The USB device {present} is in it."
            );
        }
        if (place == present)
        {
            throw new XendError(ErrorCode.InvalidRequest, $"Nothing is in port {port} of USB controller {controller} of {entry.Name}");
        }
        var after = before.With(port, place);
        var keep = new KeepConfiguration(kept => kept.WithDevice(after));
        return entry.Runtime.Id is null ? [keep] : [new ClaimUsbPort(after), keep, new SetUsbPort(before, port, place)];
    }
}
