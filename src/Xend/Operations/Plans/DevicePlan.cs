using System.Collections.Immutable;
using Xend.Devices;
using Xend.Domains;
using Xend.Operations.Steps;

namespace Xend.Operations.Plans;

/// <summary>Devices that come to a domain and go. Of one that does not run, only the configuration changes. Pure functions.</summary>
public static class DevicePlan
{
    /// <summary>
    /// The configuration is kept before the device is there: a daemon that follows one that died in between finds it there, and takes both
    /// away.
    /// </summary>
    /// <exception cref="XendError">A running guest cannot get devices of that class.</exception>
    public static ImmutableArray<Step> Attach(DomainEntry entry, DeviceConfig wanted)
    {
        var keep = new KeepConfiguration(config => config with { Devices = config.Devices.Add(wanted) });
        if (entry.Runtime.Id is null)
        {
            return [keep];
        }
        var device = BackendClasses.Of(wanted).MakeForRunning(wanted)
            ?? throw new XendError(
                ErrorCode.Unsupported,
                $"A device of class {DomainConfigReader.Printable(wanted.Class)} cannot be given to a guest that runs",
                hint: "Put it into the guest's configuration."
            );
        return [new ClaimDevice(device), keep, new AddDevice(device), new ConnectDevice(device)];
    }

    /// <param name="entry">The domain.</param>
    /// <param name="address">Where its backend is; null where the domain does not run.</param>
    /// <param name="deviceClass">Its class in the configuration.</param>
    /// <param name="id">Its number.</param>
    /// <param name="force">Without asking the guest.</param>
    public static ImmutableArray<Step> Detach(DomainEntry entry, DeviceAddress? address, string deviceClass, uint id, bool force) =>
        address is { } device
            ? [new UnplugDevice(device, force), new ForgetDevice(deviceClass, id)]
            :
            [
                new KeepConfiguration(config =>
                    config with
                    {
                        Devices = [.. config.Devices.Where(known => known.Class != deviceClass || known.Id != id)],
                    }
                ),
            ];
}
