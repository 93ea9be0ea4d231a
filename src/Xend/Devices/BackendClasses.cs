using System.Collections.Immutable;

namespace Xend.Devices;

/// <summary>The table of device classes, the host's halves. Model's table has the same names.</summary>
public static class BackendClasses
{
    public static ImmutableArray<BackendClass> All { get; } =
    [
        new VifBackend(),
        new VkbdBackend(),
        new KeptBackend("ioports"),
        new KeptBackend("vif2"),
        new ConsoleBackend(),
        new VscsiBackend(),
        new VbdBackend(),
        new KeptBackend("irq"),
        new VfbBackend(),
        new PciBackend(),
        new VusbBackend(),
        new VtpmBackend(),
        new P9Backend(),
        new ChannelBackend(),
    ];

    /// <summary>The class of a device in a configuration.</summary>
    public static BackendClass Of(DeviceConfig config) =>
        All.FirstOrDefault(known => known.Name == config.Class) ?? new KeptBackend(config.Class);

    /// <summary>The class whose devices are in that directory of dom0's backends: qdisk is a vbd's.</summary>
    public static BackendClass In(string directory) =>
        All.FirstOrDefault(known => known.Directories.Contains(directory)) ?? new KeptBackend(directory);

    /// <summary>The directory in which a guest has its ends of a class's devices.</summary>
    public static string FrontendDirectoryOf(string deviceClass) =>
        All.FirstOrDefault(known => known.Name == deviceClass)?.FrontendDirectory ?? deviceClass;

    /// <summary>Where a device of a domain's configuration is.</summary>
    public static DeviceAddress AddressOf(DeviceConfig config, DeviceOwner owner) =>
        owner.AddressOf(Of(config).DirectoryOf(config, owner.Type), config.Id);

    /// <summary>
    /// The devices of a domain that is to be created, in the order of its configuration. Throws for one that cannot be had.
    /// </summary>
    public static ImmutableArray<IDevice> Make(DomainConfig domain) =>
        [.. domain.Devices.Select(config => Make(config, domain)).OfType<IDevice>()];

    /// <inheritdoc cref="BackendClass.Make"/>
    public static IDevice? Make(DeviceConfig config, DomainConfig domain) => ServedByItsOwn(Of(config).Make(config, domain));

    /// <inheritdoc cref="BackendClass.MakeForRunning"/>
    public static IDevice? MakeForRunning(DeviceConfig config) => ServedByItsOwn(Of(config).MakeForRunning(config));

    /// <inheritdoc cref="BackendClass.UnplugAsync"/>
    public static Task<string?> UnplugAsync(HostServices host, DeviceAddress address, CancellationToken cancellation) =>
        address.IsOfDriverDomain
            ? BackendEnd.UnplugAsync(host, address, BackendServer.DriverDomain, [], cancellation)
            : In(address.Class).UnplugAsync(host, address, cancellation);

    /// <inheritdoc cref="BackendClass.ForceOffAsync"/>
    public static Task<string?> ForceOffAsync(HostServices host, DeviceAddress address, CancellationToken cancellation) =>
        address.IsOfDriverDomain
            ? BackendEnd.RemoveAsync(host, address, BackendServer.DriverDomain, [], cancellation)
            : In(address.Class).ForceOffAsync(host, address, cancellation);

    /// <summary>An HVM guest always has a device model; another one where a device needs it.</summary>
    public static bool NeedDeviceModel(DomainConfig domain) =>
        domain.Type == GuestType.Hvm || domain.Devices.Any(config => Of(config).NeedsDeviceModel(config, domain.Type));

    private static IDevice? ServedByItsOwn(IDevice? device) =>
        device is { Config.IsOfDriverDomain: true } ? new DriverDomainDevice(device) : device;
}
