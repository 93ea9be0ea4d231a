using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Linux.Interop;
using Xend.Host;

namespace Xend.Build;

public enum KernelFormat
{
    /// <summary>Linux's bzImage (x86 boot protocol 2.08 or later for Xen).</summary>
    BzImage,

    Elf,

    /// <summary>A gzip file; libxenguest unpacks it before it looks.</summary>
    Gzip,
}

/// <summary>What a file that is given as a kernel looks like, from its first bytes. Nothing in the file is trusted.</summary>
/// <param name="Format">What it begins with.</param>
/// <param name="Bits">64 or 32, as far as the header says; null where it does not.</param>
/// <param name="Version">bzImage: Linux's own version line.</param>
/// <param name="Compression">bzImage: how its payload is packed: xz, zstd...</param>
/// <param name="EndBytes">Where in the guest's memory it ends once it is loaded; null where the header does not tell.</param>
public sealed record KernelImage(KernelFormat Format, int? Bits, string? Version, string? Compression, ulong? EndBytes = null)
{
    private const int HeaderBytes = 0x270;

    /// <summary>Where the setup header's offsets count from (Documentation/arch/x86/boot.rst: kernel_version + 0x200).</summary>
    private const int VersionBase = 0x200;

    /// <summary>In few words: 64-bit Linux bzImage 6.1.0-18-amd64, xz.</summary>
    public override string ToString()
    {
        var width = Bits is null ? "" : $"{Bits}-bit ";
        return Format switch
        {
            KernelFormat.BzImage => $"{width}Linux bzImage"
                + (Version is null ? "" : " " + Version.Split(' ')[0])
                + (Compression is null ? "" : ", " + Compression),
            KernelFormat.Elf => $"{width}ELF",
            _ => Bits is null ? "gzip" : $"{width}ELF in gzip",
        };
    }

    /// <summary>The same, as the checks before a build want it.</summary>
    public static KernelFacts Inspect(string path) =>
        TryInspect(path, out var why) is { } image ? new KernelFacts(true, image.ToString(), image.EndBytes) : new KernelFacts(false, why!);

    /// <summary>
    /// Looks at a file. Null where it is not a kernel, and then <paramref name="why"/> says so: it starts with "#!/bin/sh".
    /// </summary>
    public static KernelImage? TryInspect(string path, out string? why)
    {
        try
        {
            var status = FileStatus.Read(path);
            if (!status.IsRegular)
            {
                // A pipe would keep us waiting, and libxenguest maps the file.
                why = status.IsDirectory ? "it is a directory" : "it is not a regular file";
                return null;
            }
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return Recognize(file, out why);
        }
        catch (NativeCallException e)
        {
            why = $"it cannot be read: {e.Reason}";
        }
        catch (UnauthorizedAccessException)
        {
            why = $"it cannot be read: {Errno.EACCES.Text}";
        }
        catch (IOException e)
        {
            why = $"it cannot be read: {(e is FileNotFoundException ? Errno.ENOENT.Text : "the disk or file system failed")}";
        }
        return null;
    }

    /// <summary>Of an open, seekable file.</summary>
    /// <param name="file">Read at a few places, some KiB in all.</param>
    /// <param name="why">Where it is no kernel: it starts with ...</param>
    internal static KernelImage? Recognize(Stream file, out string? why)
    {
        why = null;
        var head = Read(file, 0, HeaderBytes);
        if (head.AsSpan().StartsWith("\u007fELF"u8) && head.Length >= 20)
        {
            return new KernelImage(KernelFormat.Elf, ElfBits(head), null, null, ElfSegments.EndOf(Read(file, 0, ElfSegments.HeaderBytes)));
        }

        if (head.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
        {
            var packed = HeadInGzip(file);
            return packed.AsSpan().StartsWith("\u007fELF"u8) && packed.Length >= 20
                ? new KernelImage(KernelFormat.Gzip, ElfBits(packed), null, null, ElfSegments.EndOf(packed))
                : new KernelImage(KernelFormat.Gzip, null, null, null);
        }

        if (head.Length == HeaderBytes && head.AsSpan(0x202, 4).SequenceEqual("HdrS"u8))
        {
            return BzImage(file, head);
        }

        why = StartOf(head);
        return null;
    }

    private static KernelImage BzImage(Stream file, byte[] head)
    {
        var protocol = BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(0x206));
        var setupBytes = ((head[0x1F1] == 0 ? 4 : head[0x1F1]) + 1L) * 512;

        string? version = null;
        var versionOffset = BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(0x20E));
        if (versionOffset != 0 && versionOffset + VersionBase < setupBytes)
        {
            version = Printable(Read(file, VersionBase + versionOffset, 200));
        }

        string? compression = null;
        if (protocol >= 0x208)
        {
            var payload = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(0x248));
            compression = CompressionOf(Read(file, setupBytes + payload, 6));
        }
        // XLF_KERNEL_64 of xloadflags, which came with protocol 2.12; older 64-bit kernels do not tell.
        int? bits =
            protocol >= 0x20C
                ? (head[0x236] & 1) != 0
                    ? 64
                    : 32
                : null;
        return new KernelImage(KernelFormat.BzImage, bits, version, compression, BzImageEnd(head, protocol));
    }

    /// <summary>
    /// Where it likes to be (pref_address) and what it takes from there until it knows the machine's memory (init_size): both came with
    /// protocol 2.10.
    /// </summary>
    private static ulong? BzImageEnd(ReadOnlySpan<byte> head, int protocol)
    {
        if (protocol < 0x20A)
        {
            return null;
        }
        var start = BinaryPrimitives.ReadUInt64LittleEndian(head[0x258..]);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(head[0x260..]);
        return start < ElfSegments.Limit && length > 0 ? start + length : null;
    }

    private static int? ElfBits(ReadOnlySpan<byte> head) =>
        head[4] switch
        {
            1 => 32,
            2 => 64,
            _ => null,
        };

    /// <summary>The first bytes of what is packed; none where it is not really gzip: libxenguest will say what it makes of it.</summary>
    private static byte[] HeadInGzip(Stream file)
    {
        try
        {
            file.Position = 0;
            using var gzip = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            var head = new byte[ElfSegments.HeaderBytes];
            return head[..gzip.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }

    private static string? CompressionOf(ReadOnlySpan<byte> payload) =>
        payload.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? "gzip"
        : payload.StartsWith("BZh"u8) ? "bzip2"
        : payload.StartsWith((ReadOnlySpan<byte>)[0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) ? "xz"
        : payload.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) ? "zstd"
        : payload.StartsWith((ReadOnlySpan<byte>)[0x5D, 0x00]) ? "lzma"
        : payload.StartsWith((ReadOnlySpan<byte>)[0x89, 0x4C, 0x5A, 0x4F]) ? "lzo"
        : payload.StartsWith((ReadOnlySpan<byte>)[0x02, 0x21]) ? "lz4"
        : null;

    private static string StartOf(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty)
        {
            return "it is empty";
        }

        var few = head[..Math.Min(head.Length, 16)];
        if (few.IndexOfAnyExceptInRange((byte)' ', (byte)'~') is < 0 or >= 4)
        {
            return $"it starts with \"{Printable(few)}\"";
        }

        return $"it starts with the bytes "
            + $"{string.Join(' ', few[..Math.Min(few.Length, 8)].ToArray().Select(b => b.ToString("x2", CultureInfo.InvariantCulture)))}";
    }

    /// <summary>The printable ASCII at the start of the bytes, for a log or a terminal.</summary>
    private static string Printable(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOfAnyExceptInRange((byte)' ', (byte)'~');
        return Encoding.ASCII.GetString(end < 0 ? bytes : bytes[..end]);
    }

    /// <summary>Up to so many bytes; fewer at the end of the file, none beyond.</summary>
    private static byte[] Read(Stream file, long offset, int count)
    {
        if (offset >= file.Length)
        {
            return [];
        }

        var bytes = new byte[count];
        file.Position = offset;
        var length = file.ReadAtLeast(bytes, count, throwOnEndOfStream: false);
        return length == count ? bytes : bytes[..length];
    }
}
