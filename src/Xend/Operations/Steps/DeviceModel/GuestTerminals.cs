using System.Collections.Immutable;
using System.Globalization;
using Xend.DeviceModel;
using Xend.Devices;
using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>
/// Writes down which pseudo terminals of dom0 the device model has made for a guest: those of serial ports and of channels.
/// </summary>
internal static class GuestTerminals
{
    public static async Task NoteAsync(OperationContext context, IQmpSession session, CancellationToken cancellation)
    {
        var config = context.Config;
        var ports = config.Type == GuestType.Hvm ? config.Machine.SerialPorts.Length : 0;
        var channels = config.Devices.OfType<ChannelConfig>().Where(channel => channel.SocketPath is null).ToList();
        if (ports == 0 && channels.Count == 0)
        {
            return;
        }
        var terminals = await session.QueryTerminalsAsync(cancellation).ConfigureAwait(false);
        for (var port = 0; port < ports; port++)
        {
            var number = port.ToString(CultureInfo.InvariantCulture);
            if (terminals.TryGetValue($"serial{number}", out var terminal))
            {
                await WriteAsync(context, $"{DomainNodes.PathOf(context.DomainId)}/serial/{number}/tty", terminal, cancellation)
                    .ConfigureAwait(false);
            }
        }
        var learned = ImmutableSortedDictionary.CreateBuilder<uint, string>();
        foreach (var channel in channels)
        {
            if (terminals.TryGetValue(ChannelDevices.IdOf(channel.Id), out var terminal))
            {
                learned[channel.Id] = terminal;
                var end = BackendClasses.AddressOf(channel, context.Owner).FrontendPath;
                await WriteAsync(context, $"{end}/{ChannelDevice.TerminalNode}", terminal, cancellation).ConfigureAwait(false);
            }
        }
        context.Learn(runtime => runtime with { Terminals = learned.ToImmutable() });
    }

    private static Task WriteAsync(OperationContext context, string node, string terminal, CancellationToken cancellation) =>
        context.Host.Store.WriteAsync(node, terminal, cancellation);
}
