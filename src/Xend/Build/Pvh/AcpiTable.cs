using System.Buffers.Binary;
using System.Text;

namespace Xend.Build.Pvh;

/// <summary>A table with the header that all but the root pointer and the FACS have (ACPI 5.0, 5.2.6).</summary>
internal sealed class AcpiTable
{
    public const int HeaderBytes = 36;

    private const int LengthAt = 4;
    private const int RevisionAt = 8;
    private const int ChecksumAt = 9;

    private readonly byte[] _bytes;

    public AcpiTable(string signature, byte revision, int length)
    {
        _bytes = new byte[length];
        Put(0, signature);
        PutDword(LengthAt, (uint)length);
        _bytes[RevisionAt] = revision;
        Put(10, "Xen");
        Put(16, "HVM");
        PutDword(28, 0x6C6E_6558); // "Xenl"
    }

    public void PutByte(int offset, byte value) => _bytes[offset] = value;

    public void PutWord(int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(offset), value);

    public void PutDword(int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(offset), value);

    public void PutQword(int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(offset), value);

    /// <summary>A generic address: space 1 is I/O ports (ACPI 5.0, 5.2.3.1).</summary>
    public void PutPort(int offset, byte bits, ulong port)
    {
        _bytes[offset] = 1;
        _bytes[offset + 1] = bits;
        PutQword(offset + 4, port);
    }

    /// <summary>The table with its checksum.</summary>
    public byte[] Finish()
    {
        _bytes[ChecksumAt] = 0;
        _bytes[ChecksumAt] = Checksum.Complement(_bytes);
        return _bytes;
    }

    private void Put(int offset, string text) => Encoding.ASCII.GetBytes(text, _bytes.AsSpan(offset));
}
