using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Xend.Host;

/// <summary>What a function says of itself in its configuration space, whose offsets are those of Linux's pci_regs.h.</summary>
/// <param name="IsBridge">Its header is not that of a device (type 0), so that it leads to others.</param>
/// <param name="Resets">The ways in which it can be reset by itself, without its neighbours.</param>
public sealed record PciConfigSpace(bool IsBridge, ImmutableArray<string> Resets)
{
    private const int Status = 0x06;
    private const int HeaderType = 0x0e;
    private const int FirstCapability = 0x34;
    private const int HeaderLength = 0x40;

    /// <summary>PCI_STATUS_CAP_LIST.</summary>
    private const int HasCapabilities = 0x10;

    /// <summary>Each takes four bytes at least, so no space has more: a chain that is longer is a circle.</summary>
    private const int MostCapabilities = (256 - HeaderLength) / 4;

    /// <summary>Null for what is too short, or all ones: a function that does not answer.</summary>
    public static PciConfigSpace? Read(ReadOnlySpan<byte> space)
    {
        if (space.Length < HeaderLength || !space[..HeaderLength].ContainsAnyExcept((byte)0xff))
        {
            return null;
        }
        var resets = ImmutableArray.CreateBuilder<string>();
        var next = (space[Status] & HasCapabilities) != 0 ? space[FirstCapability] & ~3 : 0;
        for (var count = 0; count < MostCapabilities && next >= HeaderLength && next + 8 <= space.Length; count++)
        {
            if (ResetOf(space.Slice(next, 8)) is { } reset && !resets.Contains(reset))
            {
                resets.Add(reset);
            }
            next = space[next + 1] & ~3;
        }
        // Bit 7 says that the device has other functions.
        return new PciConfigSpace((space[HeaderType] & 0x7f) != 0, resets.ToImmutable());
    }

    private static string? ResetOf(ReadOnlySpan<byte> capability) =>
        capability[0] switch
        {
            // PCI Express: PCI_EXP_DEVCAP_FLR.
            0x10 when (BinaryPrimitives.ReadUInt32LittleEndian(capability[4..]) & (1u << 28)) != 0 => "function level reset",
            // Advanced features: PCI_AF_CAP_TP and PCI_AF_CAP_FLR.
            0x13 when (capability[3] & 3) == 3 => "function level reset",
            // Power management: without PCI_PM_CTRL_NO_SOFT_RESET, a function forgets all when it is switched off and on.
            0x01 when (BinaryPrimitives.ReadUInt16LittleEndian(capability[4..]) & 8) == 0 => "power management",
            _ => null,
        };
}
