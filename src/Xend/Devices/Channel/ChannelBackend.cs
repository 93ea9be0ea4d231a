using Xend.Host;

namespace Xend.Devices;

/// <summary>
/// Consoles: the first is every guest's, has no configuration, and its guest's end is where xenconsoled looks for it. Those beside it are
/// channels, which the guest's device model serves; it looks for them when it starts.
/// </summary>
public sealed class ChannelBackend : BackendClass<ChannelConfig>
{
    private const string Consoles = "console";

    public override string Name => ChannelConfig.ClassName;

    public override IReadOnlyList<string> Directories { get; } = [Consoles];

    public override string FrontendDirectory => Consoles;

    public override bool SaysConnected => false;

    public override string DirectoryOf(DeviceConfig config, GuestType type) => Consoles;

    public override bool HasScript(string directory) => false;

    public override string FrontendPath(DeviceAddress address) =>
        address.DeviceId == 0 ? $"/local/domain/{address.DomainId}/console" : base.FrontendPath(address);

    public override async Task<IReadOnlyList<Hold>> FindForeignHoldsAsync(
        HostServices host,
        Func<uint, string?> nameOf,
        CancellationToken cancellation
    )
    {
        var holds = new List<Hold>();
        foreach (var (address, name) in await ForeignDevices.FindAsync(host, Directories, nameOf, cancellation).ConfigureAwait(false))
        {
            if (await SocketOfAsync(host, address, cancellation).ConfigureAwait(false) is { } path)
            {
                holds.Add(new SocketHold(path, name));
            }
        }
        return holds;
    }

    public override Task<string?> UnplugAsync(HostServices host, DeviceAddress address, CancellationToken cancellation) =>
        throw new XendError(
            ErrorCode.Unsupported,
            $"Device {address.DeviceId} ({Name}) could not be disconnected.",
            "A console or channel is there as long as its guest runs.",
            "Shut the guest down first."
        );

    public override async Task<string?> ForceOffAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        var socket = await SocketOfAsync(host, address, cancellation).ConfigureAwait(false);
        // A device model that ends by itself takes it away; one that was killed has left it. The nodes that tell of it go last: whoever
        // comes after a daemon that died in between finds them.
        var left = socket is null ? null : host.Sockets.RemoveDead(socket);
        var complaint = await BackendEnd.RemoveAsync(host, address, BackendServer.None, [], cancellation).ConfigureAwait(false);
        return Joined(complaint, left);
    }

    protected override bool NeedsDeviceModel(ChannelConfig config, GuestType type) => true;

    protected override IDevice Make(ChannelConfig config, DomainConfig domain) => new ChannelDevice(config);

    protected override IEnumerable<Hold> Holds(ChannelConfig config, string domain, IHostDevices host) =>
        config.SocketPath is { } path ? [new SocketHold(path, domain)] : [];

    protected override Task<string?> SettleAsync(
        HostServices host,
        ChannelConfig config,
        DeviceOwner owner,
        CancellationToken cancellation
    ) => Task.FromResult<string?>(null);

    /// <summary>Told by the backend's node, which the guest cannot write.</summary>
    private static async Task<string?> SocketOfAsync(HostServices host, DeviceAddress address, CancellationToken cancellation) =>
        await host.Store.ReadAsync(address.BackendNode("path"), cancellation).ConfigureAwait(false) is ['/', ..] path ? path : null;

    private static string? Joined(params string?[] complaints) =>
        complaints.OfType<string>().ToList() is { Count: > 0 } all ? string.Join('\n', all) : null;
}
