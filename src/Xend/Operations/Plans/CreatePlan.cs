using System.Collections.Immutable;
using Xend.Devices;
using Xend.Hypervisor;
using Xend.Memory;
using Xend.Operations.Steps;

namespace Xend.Operations.Plans;

/// <summary>From a configuration to the list of steps that create the domain and leave it paused. A pure function.</summary>
public static class CreatePlan
{
    /// <param name="config">What the domain is to be.</param>
    /// <param name="saved">From what it goes on; null for one that starts.</param>
    public static ImmutableArray<Step> For(DomainConfig config, IGuestOrigin? saved = null)
    {
        var boot = saved is null ? BootPlan.For(config) : BootPlan.None;
        var devices = BackendClasses.Make(config);
        ImmutableArray<IDevice> first = [.. devices.Where(device => !device.ComesLast)];
        ImmutableArray<IDevice> last = [.. devices.Where(device => device.ComesLast)];
        var translated = config.Type != GuestType.Pv;
        var isHvm = config.Type == GuestType.Hvm;
        var served = BackendClasses.NeedDeviceModel(config);
        return
        [
            .. When(translated, new CheckHardware()),
            new CheckVcpus(),
            .. When(isHvm && saved is null, new CheckFirmware()),
            .. boot.Check,
            new CheckDevices(devices),
            .. When(served, new CheckDeviceModel()),
            new ReserveMemory(MemoryNeed.For(config)),
            new CreateDomain(
                new DomainCreation
                {
                    Uuid = config.Uuid,
                    Type = config.Type,
                    MaxVcpus = config.Vcpus,
                    Hap = config.Machine.Hap,
                    OutOfSync = config.Machine.OutOfSync,
                    // Decided here for good: a domain that was made without it is given no device later.
                    Iommu = config.Devices.Any(device => device is PciConfig),
                    NestedVirtualization = config.Machine.NestedHvm && isHvm,
                }
            ),
            new WriteDomainNodes(),
            .. boot.Choose,
            new SetVcpus(),
            new LimitMemory(),
            .. When(translated, new SetPagingPool(), new SetHvmParameters()),
            new AllocateEventChannels(),
            .. When(config.Machine.LocalTime || config.Machine.ClockOffset != 0, new SetClock()),
            // A saved guest's comes with its memory.
            .. When(saved is null, new SetCpuPolicy()),
            .. PciPlan.Give(first),
            .. ScsiPlan.MakeTargets(first),
            new WriteDevices(first),
            saved is null ? new BuildImage() : new RestoreMemory(saved),
            .. first.Select(device => new ConnectDevice(device)),
            .. boot.Forget,
            new SetScheduler(),
            new WriteBootNodes(),
            new IntroduceDomain(),
            .. boot.HandOver,
            .. When(served, new StartDeviceModel(saved), new AwaitDeviceModel()),
            .. TryImage.Of(config.Devices),
            .. devices.Where(device => device.HasTap).Select(device => new ConnectTap(device)),
            .. PciPlan.Give(last),
            .. last.SelectMany(device => new Step[] { new AddDevice(device), new ConnectDevice(device) }),
            .. PciPlan.Show(config.Type, last),
            new RecordDomain(),
        ];
    }

    private static IEnumerable<Step> When(bool condition, params Step[] steps) => condition ? steps : [];
}
