using System.Security.Cryptography;
using System.Text;

namespace Rfb;

/// <summary>
/// The answer to a server's challenge (RFC 6143, 7.2.2): DES, with the password's first eight bytes as the key, the bits of each reversed.
/// </summary>
public static class VncAuthentication
{
    public const int ChallengeBytes = 16;

    public static byte[] Answer(string password, byte[] challenge)
    {
        var key = new byte[8];
        var bytes = Encoding.Latin1.GetBytes(password);
        for (var at = 0; at < Math.Min(8, bytes.Length); at++)
        {
            key[at] = Reversed(bytes[at]);
        }
#pragma warning disable CA5351 // The protocol has no other cipher.
        using var des = DES.Create();
#pragma warning restore CA5351
        des.Key = key;
        return des.EncryptEcb(challenge, PaddingMode.None);
    }

    private static byte Reversed(byte value)
    {
        var reversed = 0;
        for (var bit = 0; bit < 8; bit++)
        {
            reversed |= (value >> bit & 1) << (7 - bit);
        }
        return (byte)reversed;
    }
}
