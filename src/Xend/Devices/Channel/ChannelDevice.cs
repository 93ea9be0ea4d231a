using System.Globalization;
using Xend.DeviceModel;
using Xend.Host;
using XenStore;

namespace Xend.Devices;

/// <summary>
/// A channel: a console beside the first, of which the device model connects the guest's end with a terminal or socket of dom0.
/// </summary>
public sealed class ChannelDevice(ChannelConfig config) : IDevice
{
    /// <summary>Of the guest's end: the terminal of dom0, empty for none.</summary>
    internal const string TerminalNode = "tty";

    public DeviceConfig Config => config;

    public string Label => $"channel {config.Name}";

    public void Check(HostServices host, OtherHolds others)
    {
        if (config.SocketPath is not { } path)
        {
            return;
        }
        if (others.HolderOfSocket(path) is { } holder)
        {
            throw Refused(ErrorCode.AlreadyExists, $"domain {holder} has {path}", null, "Give each channel a path of its own.");
        }
        var directory = Path.GetDirectoryName(path)!;
        if (host.Devices.Stat(directory) is not { Kind: FileKind.Directory })
        {
            throw Refused(
                ErrorCode.InvalidRequest,
                $"there is no directory {directory}",
                $"The socket {path} is to be made in it.",
                $"mkdir {directory}"
            );
        }
        if (host.Devices.Stat(path) is not { } found)
        {
            return;
        }
        if (found.Kind != FileKind.Socket)
        {
            throw Refused(
                ErrorCode.InvalidRequest,
                $"{path} is there, and no socket",
                "The device model would delete it and make a socket in its place.",
                "Name another path, or take away what is there."
            );
        }
        if (host.Sockets.IsServed(path))
        {
            throw Refused(
                ErrorCode.AlreadyExists,
                $"somebody listens at {path}",
                "The device model would take the socket away from him.",
                $"Name another path; ss -xlp | grep {path} tells who it is."
            );
        }
    }

    /// <remarks>
    /// Nodes as of libxl_console.c, but for a pty's output: there the device model would make a second terminal, of which it tells nobody.
    /// What it goes by, the guest may only read: else it could have any file of dom0 opened (XSA-175).
    /// </remarks>
    public async Task WriteAsync(IXenStoreOperations store, DeviceOwner owner, HostServices host, CancellationToken cancellation)
    {
        var address = BackendClasses.AddressOf(config, owner);
        List<(string, string)> backend =
        [
            ("protocol", "vt100"),
            ("name", config.Name),
            ("connection", config.SocketPath is null ? "pty" : "socket"),
        ];
        if (config.SocketPath is { } path)
        {
            backend.Add(("path", path));
        }
        await DeviceNodes.WriteAsync(store, address, owner, backend, [("protocol", "vt100")], cancellation).ConfigureAwait(false);
        await DeviceNodes
            .WriteGuestReadsAsync(
                store,
                address,
                [
                    ("name", config.Name),
                    ("limit", host.Options.ConsoleLimitBytes.ToString(CultureInfo.InvariantCulture)),
                    ("type", "ioemu"),
                    ("output", $"chardev:{ChannelDevices.IdOf(config.Id)}"),
                    (TerminalNode, ""),
                ],
                cancellation
            )
            .ConfigureAwait(false);
    }

    public Task ConnectAsync(DeviceOwner owner, HostServices host, CancellationToken cancellation) => Task.CompletedTask;

    private XendError Refused(ErrorCode code, string why, string? detail, string hint) => new(code, $"{Label}: {why}", detail, hint);
}
