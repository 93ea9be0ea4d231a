namespace Xend.Devices;

/// <summary>Virtual TPMs. Each is served by a domain of its own, whose kernel has nothing but the driver: no scripts run there.</summary>
public sealed class VtpmBackend : SimpleBackend<VtpmConfig>
{
    public override string Name => VtpmConfig.ClassName;

    public override IReadOnlyList<string> Directories { get; } = [VtpmConfig.ClassName];

    /// <summary>A boot loader of the guest may have had it before its kernel (Mini-OS's tpmback.c: disconnect_fe).</summary>
    public override bool AwaitsNextDriver => true;

    public override string HintAt(string server) => $"Is {server} the domain of a vTPM (vtpm-stubdom), and has it started?";

    public override IDevice MakeForRunning(DeviceConfig config) => new VtpmDevice((VtpmConfig)config);

    protected override bool NeedsDeviceModel(VtpmConfig config, GuestType type) => false;

    protected override IDevice Make(VtpmConfig config, DomainConfig domain) => new VtpmDevice(config);
}
