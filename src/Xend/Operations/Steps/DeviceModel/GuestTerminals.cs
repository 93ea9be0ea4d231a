using System.Globalization;
using Xend.DeviceModel;
using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>Writes down which pseudo terminals of dom0 the device model has made for a guest.</summary>
internal static class GuestTerminals
{
    public static async Task NoteAsync(OperationContext context, IQmpSession session, CancellationToken cancellation)
    {
        var config = context.Config;
        if (config.Type != GuestType.Hvm)
        {
            return;
        }
        var terminals = await session.QueryTerminalsAsync(cancellation).ConfigureAwait(false);
        for (var port = 0; port < config.Machine.SerialPorts.Length; port++)
        {
            var number = port.ToString(CultureInfo.InvariantCulture);
            if (terminals.TryGetValue($"serial{number}", out var terminal))
            {
                await context
                    .Host.Store.WriteAsync($"{DomainNodes.PathOf(context.DomainId)}/serial/{number}/tty", terminal, cancellation)
                    .ConfigureAwait(false);
            }
        }
    }
}
