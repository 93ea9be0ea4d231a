using System.Collections.Immutable;
using Xend.Devices;
using Xend.Operations.Steps;

namespace Xend.Operations.Plans;

/// <summary>
/// From what is found of a domain to the list of steps that take it away, whoever made it and however much of it there is. A pure function.
/// </summary>
/// <remarks>Nothing of it is ever undone: a step that fails is passed over where the domain can be ended without it.</remarks>
public static class DestroyPlan
{
    /// <param name="domainId">The domain.</param>
    /// <param name="uuid">Which one of that id.</param>
    /// <param name="mayBeServed">Whether a device model may serve it; looking for one takes its time.</param>
    /// <param name="devices">Its devices.</param>
    public static ImmutableArray<Step> For(uint domainId, Guid uuid, bool mayBeServed, IReadOnlyList<DeviceAddress> devices) =>
        [
            new PauseDomain(domainId, uuid),
            .. mayBeServed ? new Step[] { new StopDeviceModel(domainId) } : [],
            .. devices.Select(device => new RemoveDevice(device)),
            new DestroyDomain(domainId, uuid),
            new RemoveNodes(domainId, uuid),
        ];
}
