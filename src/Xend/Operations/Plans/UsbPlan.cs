using System.Collections.Immutable;
using Xend.Operations.Steps;

namespace Xend.Operations.Plans;

/// <summary>USB devices of the host that come to a running guest's emulated controller and go. Pure functions.</summary>
public static class UsbPlan
{
    public static ImmutableArray<Step> Add(HostUsbDevice device) => [new PlugUsb(device)];

    public static ImmutableArray<Step> Remove(HostUsbDevice device) => [new UnplugUsb(device)];
}
