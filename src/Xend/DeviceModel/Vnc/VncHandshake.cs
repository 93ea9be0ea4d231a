using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Xend.DeviceModel.Vnc;

/// <summary>
/// The opening words of the remote framebuffer protocol (RFC 6143, section 7.1): to a viewer as a server that wants a password, to the
/// device model as a viewer.
/// </summary>
internal static class VncHandshake
{
    private const int VersionBytes = 12;
    private const byte None = 1;
    private const byte VncAuthentication = 2;
    private const int ChallengeBytes = 16;

    /// <summary>Guessing shall take its time.</summary>
    private static readonly TimeSpan Penalty = TimeSpan.FromSeconds(1);

    /// <summary>Lets a viewer in that knows the password. False, and the viewer told, where it does not.</summary>
    public static async Task<bool> AdmitAsync(Stream viewer, string password, CancellationToken cancellation)
    {
        await viewer.WriteAsync("RFB 003.008\n"u8.ToArray(), cancellation).ConfigureAwait(false);
        if (MinorVersion(await ReadAsync(viewer, VersionBytes, cancellation).ConfigureAwait(false)) is not { } minor)
        {
            return false;
        }
        if (minor < 7)
        {
            await viewer.WriteAsync(new byte[] { 0, 0, 0, VncAuthentication }, cancellation).ConfigureAwait(false);
        }
        else
        {
            await viewer.WriteAsync(new byte[] { 1, VncAuthentication }, cancellation).ConfigureAwait(false);
            if ((await ReadAsync(viewer, 1, cancellation).ConfigureAwait(false))[0] != VncAuthentication)
            {
                return false;
            }
        }
        var challenge = RandomNumberGenerator.GetBytes(ChallengeBytes);
        await viewer.WriteAsync(challenge, cancellation).ConfigureAwait(false);
        var answer = await ReadAsync(viewer, ChallengeBytes, cancellation).ConfigureAwait(false);
        if (CryptographicOperations.FixedTimeEquals(Response(password, challenge), answer))
        {
            await viewer.WriteAsync(new byte[4], cancellation).ConfigureAwait(false);
            return true;
        }
        await Task.Delay(Penalty, cancellation).ConfigureAwait(false);
        await viewer.WriteAsync(Refusal(minor), cancellation).ConfigureAwait(false);
        return false;
    }

    /// <summary>Opens the device model's own display, which has no password: its socket is root's.</summary>
    public static async Task<bool> EnterAsync(Stream display, CancellationToken cancellation)
    {
        if (MinorVersion(await ReadAsync(display, VersionBytes, cancellation).ConfigureAwait(false)) is null)
        {
            return false;
        }
        await display.WriteAsync("RFB 003.008\n"u8.ToArray(), cancellation).ConfigureAwait(false);
        var count = (await ReadAsync(display, 1, cancellation).ConfigureAwait(false))[0];
        var types = await ReadAsync(display, count, cancellation).ConfigureAwait(false);
        if (!types.Contains(None))
        {
            return false;
        }
        await display.WriteAsync(new[] { None }, cancellation).ConfigureAwait(false);
        return BinaryPrimitives.ReadUInt32BigEndian(await ReadAsync(display, 4, cancellation).ConfigureAwait(false)) == 0;
    }

    /// <summary>
    /// What a viewer that knows the password answers: the challenge in DES, the key being the first eight bytes of the password with their
    /// bits turned round.
    /// </summary>
    internal static byte[] Response(string password, ReadOnlySpan<byte> challenge)
    {
        Span<byte> key = stackalloc byte[8];
        key.Clear();
        var bytes = Encoding.Latin1.GetBytes(password);
        bytes.AsSpan(0, Math.Min(bytes.Length, key.Length)).CopyTo(key);
        foreach (ref var letter in key)
        {
            letter = Reversed(letter);
        }
        var response = new byte[ChallengeBytes];
        DesCipher.Encrypt(key, challenge[..8], response);
        DesCipher.Encrypt(key, challenge[8..], response.AsSpan(8));
        return response;
    }

    private static byte Reversed(byte value)
    {
        var result = 0;
        for (var bit = 0; bit < 8; bit++)
        {
            result = result << 1 | (value >> bit & 1);
        }
        return (byte)result;
    }

    private static byte[] Refusal(int minor)
    {
        const string Reason = "Authentication failed";
        return minor < 8 ? [0, 0, 0, 1] : [0, 0, 0, 1, 0, 0, 0, (byte)Reason.Length, .. Encoding.ASCII.GetBytes(Reason)];
    }

    /// <summary>RFB 003.00x; null for what speaks another protocol.</summary>
    private static int? MinorVersion(ReadOnlySpan<byte> version) =>
        version.StartsWith("RFB 003.00"u8) && version[10] is >= (byte)'3' and <= (byte)'8' && version[11] == (byte)'\n'
            ? version[10] - '0'
            : null;

    private static async Task<byte[]> ReadAsync(Stream stream, int count, CancellationToken cancellation)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, cancellation).ConfigureAwait(false);
        return bytes;
    }
}
