using System.Collections.Immutable;
using Xend.Devices;
using Xend.Domains;
using Xend.Hypervisor;

namespace Xend.Operations.Create;

/// <summary>From a configuration to the list of steps that create the domain and leave it paused. A pure function.</summary>
public static class CreatePlan
{
    /// <summary>The group of what may go on at the same time: loading the kernel, and the scripts that connect backends.</summary>
    internal const string SideBySide = "build and connect";

    public static ImmutableArray<Step> For(DomainConfig config)
    {
        if (config.Image.Builder != "linux")
        {
            throw new XendError(
                ErrorCode.Unsupported,
                $"{config.Name}: a guest of type {config.Image.Builder} cannot be built yet.",
                hint: "Paravirtualized guests (builder = 'linux') can.");
        }
        var boot = BootPlan.For(config);
        var devices = Connectable(config);
        return
        [
            boot.Check,
            new CheckDevices(devices),
            new ReserveMemory(MemoryNeedOf(config)),
            new CreateDomain(new DomainCreation { Uuid = config.Uuid, Type = GuestType.Pv, MaxVcpus = config.Vcpus }),
            new WriteDomainNodes(),
            .. boot.Choose,
            new SetVcpus(),
            new LimitMemory(),
            new AllocateEventChannels(),
            new SetCpuPolicy(),
            new WriteDevices(devices),
            new BuildImage(),
            .. devices.Select(device => new ConnectDevice(device)),
            .. boot.Forget,
            new SetScheduler(),
            new WriteBootNodes(),
            new IntroduceDomain(),
            .. boot.HandOver,
            new RecordDomain(),
        ];
    }

    private static Memory.MemoryNeed MemoryNeedOf(DomainConfig config) => Memory.MemoryNeed.ForPv(config.MemoryMib);

    private static ImmutableArray<IDevice> Connectable(DomainConfig config)
    {
        var devices = ImmutableArray.CreateBuilder<IDevice>();
        uint interfaces = 0;
        foreach (var device in config.Devices)
        {
            devices.Add(device switch
            {
                VbdConfig vbd => new VbdDevice(vbd),
                VifConfig vif => new VifDevice(vif, interfaces++),
                _ => throw new XendError(
                    ErrorCode.Unsupported,
                    $"{config.Name}: a device of class {DomainConfigReader.Printable(device.Class)} cannot be connected yet.",
                    hint: "Disks (vbd) and network interfaces (vif) can."),
            });
        }
        return devices.ToImmutable();
    }
}
