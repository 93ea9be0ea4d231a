using System.Buffers.Binary;

namespace Xend.Build.Hvm;

/// <summary>The page by which hvmloader learns of the machine (struct hvm_info_table of xen/include/public/hvm/hvm_info_table.h).</summary>
/// <remarks>libxenguest fills in where the memory is; the rest is the toolstack's. hvmloader stops at a wrong checksum.</remarks>
internal static class HvmInfoTable
{
    /// <summary>HVM_INFO_PFN.</summary>
    public const ulong Frame = 0x9F;

    /// <summary>HVM_MAX_VCPUS.</summary>
    public const uint MostVcpus = 128;

    /// <summary>HVM_INFO_OFFSET in its page.</summary>
    private const int Offset = 0x800;

    private const int LengthAt = 8;
    private const int ChecksumAt = 12;
    private const int ApicAt = 13;
    private const int VcpusAt = 16;
    private const int OnlineAt = 32;

    /// <param name="page">The page of that frame.</param>
    /// <param name="apic">Whether the guest has an APIC.</param>
    /// <param name="vcpus">Its vCPUs.</param>
    /// <param name="online">How many of them are there from the start.</param>
    /// <returns>False where the builder left no table there.</returns>
    public static bool Complete(Span<byte> page, bool apic, uint vcpus, uint online)
    {
        var table = page[Offset..];
        var length = BinaryPrimitives.ReadInt32LittleEndian(table[LengthAt..]);
        if (!table.StartsWith("HVM INFO"u8) || length < OnlineAt + (int)MostVcpus / 8 || length > table.Length)
        {
            return false;
        }

        table[ApicAt] = apic ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32LittleEndian(table[VcpusAt..], vcpus);
        table.Slice(OnlineAt, (int)MostVcpus / 8).Clear();
        for (var vcpu = 0; vcpu < online; vcpu++)
        {
            table[OnlineAt + vcpu / 8] |= (byte)(1 << (vcpu % 8));
        }

        table[ChecksumAt] = 0;
        table[ChecksumAt] = Checksum.Complement(table[..length]);
        return true;
    }
}
