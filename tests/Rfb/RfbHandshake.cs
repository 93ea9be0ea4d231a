using System.Globalization;
using System.Text;

namespace Rfb;

/// <summary>Version and security: all that comes before the screen (RFC 6143, 7.1).</summary>
internal sealed class RfbHandshake(RfbWire wire, string? password, RfbVersion highest)
{
    private const byte NoAuthentication = 1;
    private const byte VncChallenge = 2;

    /// <summary>Returns the version that is spoken and the security type: 1 none, 2 VNC's challenge.</summary>
    public async Task<(RfbVersion Version, byte Security)> RunAsync(CancellationToken cancellation)
    {
        var version = await AgreeAsync(cancellation);
        var type = version == RfbVersion.V33 ? await ReadTypeAsync(cancellation) : await ChooseTypeAsync(cancellation);
        if (type == VncChallenge)
        {
            if (string.IsNullOrEmpty(password))
            {
                throw new RfbRefusedException("the server wants a password");
            }
            var challenge = await wire.ReadAsync(VncAuthentication.ChallengeBytes, cancellation);
            await wire.WriteAsync(VncAuthentication.Answer(password, challenge), cancellation);
        }
        if (type == VncChallenge || version == RfbVersion.V38)
        {
            await ReadResultAsync(version, cancellation);
        }
        return (version, type);
    }

    private async Task<RfbVersion> AgreeAsync(CancellationToken cancellation)
    {
        var greeting = Encoding.Latin1.GetString(await wire.ReadAsync(12, cancellation));
        if (
            !greeting.StartsWith("RFB 003.", StringComparison.Ordinal)
            || !int.TryParse(greeting.AsSpan(8, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
        )
        {
            throw new RfbException($"this is no RFB server: it says '{greeting.TrimEnd()}'");
        }
        // What is between the three versions counts as the lowest (7.1.1).
        var offered =
            minor >= 8 ? RfbVersion.V38
            : minor == 7 ? RfbVersion.V37
            : RfbVersion.V33;
        var version = offered < highest ? offered : highest;
        await wire.WriteAsync(Encoding.Latin1.GetBytes($"RFB 003.00{(int)version}\n"), cancellation);
        return version;
    }

    private async Task<byte> ReadTypeAsync(CancellationToken cancellation) =>
        await wire.ReadUInt32Async(cancellation) switch
        {
            0 => throw new RfbRefusedException(await wire.ReadTextAsync(cancellation)),
            NoAuthentication => NoAuthentication,
            VncChallenge => VncChallenge,
            var other => throw new RfbException($"the server wants security type {other}"),
        };

    private async Task<byte> ChooseTypeAsync(CancellationToken cancellation)
    {
        var count = await wire.ReadByteAsync(cancellation);
        if (count == 0)
        {
            throw new RfbRefusedException(await wire.ReadTextAsync(cancellation));
        }
        var types = await wire.ReadAsync(count, cancellation);
        var type =
            types.Contains(VncChallenge) && password is not null ? VncChallenge
            : types.Contains(NoAuthentication) ? NoAuthentication
            : types.Contains(VncChallenge) ? VncChallenge
            : throw new RfbException($"the server offers only security types {string.Join(", ", types)}");
        await wire.WriteAsync([type], cancellation);
        return type;
    }

    private async Task ReadResultAsync(RfbVersion version, CancellationToken cancellation)
    {
        if (await wire.ReadUInt32Async(cancellation) != 0)
        {
            throw new RfbRefusedException(version == RfbVersion.V38 ? await wire.ReadTextAsync(cancellation) : "Authentication failed");
        }
    }
}
