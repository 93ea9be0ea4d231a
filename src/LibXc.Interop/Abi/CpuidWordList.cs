using System.Runtime.InteropServices;
using System.Text;

namespace LibXc.Interop.Abi;

/// <summary>One register of one CPUID leaf, as an administrator wants it to be for a guest.</summary>
/// <param name="Leaf">The leaf: 1, 0x80000001.</param>
/// <param name="Subleaf">Its subleaf; null where the leaf has none.</param>
/// <param name="Register">0 to 3 for eax, ebx, ecx, edx.</param>
/// <param name="Bits">32 characters, highest bit first: 1, 0, x (libxc's choice), k and s (as on the host).</param>
public readonly record struct CpuidWord(uint Leaf, uint? Subleaf, int Register, string Bits);

/// <summary>struct xc_xend_cpuid of xenctrl.h: leaf, subleaf, four strings. The list ends with a leaf of all ones.</summary>
internal sealed unsafe class CpuidWordList : IDisposable
{
    public const int Size = 40;
    public const int Subleaf = 4;
    public const int Policy = 8;
    private const uint Unused = 0xFFFF_FFFF;

    private readonly List<nint> _strings = [];
    private readonly byte* _list;

    public CpuidWordList(IReadOnlyList<CpuidWord> words)
    {
        var leaves = words.GroupBy(word => (word.Leaf, word.Subleaf)).ToList();
        if (leaves.Count == 0)
        {
            return;
        }

        var bytes = (nuint)((leaves.Count + 1) * Size);
        _list = (byte*)NativeMemory.AllocZeroed(bytes);
        for (var i = 0; i < leaves.Count; i++)
        {
            var leaf = _list + i * Size;
            *(uint*)leaf = leaves[i].Key.Leaf;
            *(uint*)(leaf + Subleaf) = leaves[i].Key.Subleaf ?? Unused;
            foreach (var word in leaves[i])
            {
                ((nint*)(leaf + Policy))[word.Register] = CString(word.Bits);
            }
        }
        *(uint*)(_list + leaves.Count * Size) = Unused;
    }

    /// <summary>Null where there are no words.</summary>
    public void* Pointer => _list;

    public void Dispose()
    {
        _strings.ForEach(text => NativeMemory.Free((void*)text));
        NativeMemory.Free(_list);
    }

    private nint CString(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        var copy = (byte*)NativeMemory.AllocZeroed((nuint)bytes.Length + 1);
        bytes.CopyTo(new Span<byte>(copy, bytes.Length));
        _strings.Add((nint)copy);
        return (nint)copy;
    }
}
