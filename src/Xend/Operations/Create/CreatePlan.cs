using System.Collections.Immutable;
using Xend.Devices;
using Xend.Domains;
using Xend.Hypervisor;
using Xend.Memory;

namespace Xend.Operations.Create;

/// <summary>From a configuration to the list of steps that create the domain and leave it paused. A pure function.</summary>
public static class CreatePlan
{
    /// <summary>The group of what may go on at the same time: loading the kernel, and the scripts that connect backends.</summary>
    internal const string SideBySide = "build and connect";

    public static ImmutableArray<Step> For(DomainConfig config)
    {
        var boot = BootPlan.For(config);
        var devices = Connectable(config);
        var translated = config.Type != GuestType.Pv;
        var isHvm = config.Type == GuestType.Hvm;
        var served = NeedsDeviceModel(config);
        return
        [
            .. When(translated, new CheckHardware()),
            .. When(isHvm, new CheckFirmware()),
            boot.Check,
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
            new SetCpuPolicy(),
            new WriteDevices(devices),
            new BuildImage(),
            .. devices.Select(device => new ConnectDevice(device)),
            .. boot.Forget,
            new SetScheduler(),
            new WriteBootNodes(),
            new IntroduceDomain(),
            .. boot.HandOver,
            .. When(served, new StartDeviceModel(), new AwaitDeviceModel()),
            .. devices.OfType<VifDevice>().Where(device => device.IsEmulatedFor(config.Type)).Select(device => new ConnectTap(device)),
            new RecordDomain(),
        ];
    }

    /// <summary>An HVM guest always has a device model; another one where it has a framebuffer.</summary>
    public static bool NeedsDeviceModel(DomainConfig config) =>
        config.Type == GuestType.Hvm || config.Devices.Any(device => device is VfbConfig);

    private static IEnumerable<Step> When(bool condition, params Step[] steps) => condition ? steps : [];

    private static ImmutableArray<IDevice> Connectable(DomainConfig config)
    {
        var devices = ImmutableArray.CreateBuilder<IDevice>();
        uint interfaces = 0;
        foreach (var device in config.Devices)
        {
            switch (device)
            {
                case VbdConfig { IsCdrom: true } cd when config.Type == GuestType.Hvm:
                    devices.Add(new CdDevice(cd));
                    break;
                case VbdConfig vbd:
                    devices.Add(new VbdDevice(vbd));
                    break;
                case VifConfig vif:
                    devices.Add(new VifDevice(vif, interfaces++));
                    break;
                // An HVM guest has a card, and a keyboard, of its own.
                case VfbConfig or VkbdConfig when config.Type == GuestType.Hvm:
                    break;
                case VfbConfig vfb:
                    devices.Add(new VfbDevice(vfb));
                    break;
                case VkbdConfig vkbd:
                    devices.Add(new VkbdDevice(vkbd));
                    break;
                default:
                    throw new XendError(
                        ErrorCode.Unsupported,
                        $"{config.Name}: a device of class {DomainConfigReader.Printable(device.Class)} cannot be connected yet.",
                        hint: "Disks (vbd), network interfaces (vif) and framebuffers (vfb) can."
                    );
            }
        }
        return devices.ToImmutable();
    }
}
