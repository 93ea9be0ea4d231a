using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Xend.Build;

namespace Xend.Tests.Build;

public sealed class KernelImageTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(2, "64-bit ELF")]
    [InlineData(1, "32-bit ELF")]
    [InlineData(9, "ELF")]
    public void An_elf_file_tells_its_width(byte width, string text)
    {
        var elf = Elf(width);
        Assert.Equal(text, Of(elf)?.ToString());
        Assert.Equal(width is 1 or 2 ? text + " in gzip" : "gzip", Of(Gzip(elf))?.ToString());
    }

    [Theory]
    [InlineData("fd377a585a00", "xz")]
    [InlineData("1f8b08000000", "gzip")]
    [InlineData("28b52ffd0000", "zstd")]
    [InlineData("02214c180000", "lz4")]
    [InlineData("425a68390000", "bzip2")]
    [InlineData("894c5a4f0000", "lzo")]
    [InlineData("5d0000000000", "lzma")]
    public void A_bzImage_tells_version_width_and_how_it_is_packed(string payload, string compression)
    {
        var image = Of(BzImage(Convert.FromHexString(payload)));
        Assert.Equal(new KernelImage(KernelFormat.BzImage, 64, "6.1.0-18-amd64 (debian-kernel@lists.debian.org)", compression), image);
        Assert.Equal($"64-bit Linux bzImage 6.1.0-18-amd64, {compression}", image!.ToString());
    }

    [Theory]
    [InlineData(0x100_0000ul, 0x200_0000ul, 0x300_0000ul)]
    [InlineData(0xFFFF_FFFF_8000_0000ul, 0x200_0000ul, 0x200_0000ul)]
    [InlineData(0x100_0000ul, ulong.MaxValue, null)]
    [InlineData(0ul, 0x1_0000_0000ul, null)]
    public void An_elf_file_tells_where_it_ends_in_memory(ulong start, ulong length, ulong? end)
    {
        var elf = new byte[64 + 56 * 2];
        Elf(2).CopyTo(elf, 0);
        BinaryPrimitives.WriteUInt64LittleEndian(elf.AsSpan(32), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(54), 56);
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(56), 2);
        // A note, whose address means nothing, and a segment.
        BinaryPrimitives.WriteUInt32LittleEndian(elf.AsSpan(64), 4);
        BinaryPrimitives.WriteUInt64LittleEndian(elf.AsSpan(64 + 40), ulong.MaxValue);
        BinaryPrimitives.WriteUInt32LittleEndian(elf.AsSpan(120), 1);
        BinaryPrimitives.WriteUInt64LittleEndian(elf.AsSpan(120 + 24), start);
        BinaryPrimitives.WriteUInt64LittleEndian(elf.AsSpan(120 + 40), length);
        Assert.Equal(end, Of(elf)?.EndBytes);
        Assert.Equal(end, Of(Gzip(elf))?.EndBytes);
        Assert.Null(Of(elf[..150])?.EndBytes);
    }

    [Fact]
    public void An_old_32_bit_kernel_has_virtual_addresses_where_the_physical_ones_belong()
    {
        var elf = new byte[52 + 32];
        Elf(1).AsSpan(0, 52).CopyTo(elf);
        BinaryPrimitives.WriteUInt32LittleEndian(elf.AsSpan(28), 52);
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(42), 32);
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(44), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(elf.AsSpan(52), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(elf.AsSpan(52 + 12), 0xC010_0000);
        BinaryPrimitives.WriteUInt32LittleEndian(elf.AsSpan(52 + 20), 0x40_0000);
        Assert.Equal(0x40_0000ul, Of(elf)?.EndBytes);
    }

    [Fact]
    public void A_bzImage_tells_where_it_ends_in_memory()
    {
        var image = BzImage([0x1F, 0x8B, 0, 0, 0, 0]);
        BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(0x258), 0x100_0000);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(0x260), 0x20_0000);
        Assert.Equal(0x120_0000ul, Of(image)?.EndBytes);
    }

    [Fact]
    public void A_bzImage_whose_offsets_point_anywhere_is_still_one_but_tells_less()
    {
        var image = BzImage([1, 2, 3, 4, 5, 6]);
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(0x20E), 0xFFFF);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(0x248), 0xFFFF_FFFF);
        Assert.Equal(new KernelImage(KernelFormat.BzImage, 64, null, null), Of(image));
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("#!/bin/sh\necho", "it starts with \"#!/bin/sh\"")]
    [InlineData("\u0001\u0002\u0003", "it starts with the bytes 01 02 03")]
    [InlineData("\u001b[2Jevil\u0007", "it starts with the bytes 1b 5b 32 4a 65 76 69 6c")]
    public void What_is_no_kernel_is_told_by_how_it_starts(string content, string why)
    {
        File.WriteAllText(_path, content);
        Assert.Null(KernelImage.TryInspect(_path, out var text));
        Assert.Equal(why, text);
        Assert.Equal(new Xend.Host.KernelFacts(false, why), KernelImage.Inspect(_path));
    }

    [Theory]
    [InlineData("/nonexistent", "it cannot be read: No such file or directory")]
    [InlineData("/", "it is a directory")]
    [InlineData("/dev/zero", "it is not a regular file")]
    [InlineData("/etc/hostname/x", "it cannot be read: Not a directory")]
    public void What_cannot_be_read_is_told(string path, string why)
    {
        Assert.Null(KernelImage.TryInspect(path, out var text));
        Assert.Equal(why, text);
    }

    [Fact]
    public void No_file_is_too_broken_to_be_looked_at()
    {
        var image = BzImage([0x1F, 0x8B, 0, 0, 0, 0]);
        var bytes = ArbMap.Default.ArbFor<byte[]>();
        var cut = Gen.Choose(0, image.Length);
        var place = Gen.Choose(0, image.Length - 1);
        Prop.ForAll(bytes, cut.ToArbitrary(), place.ToArbitrary(), (noise, length, at) =>
            {
                Look([0x1F, 0x8B, .. noise]);
                Look([0x7F, (byte)'E', (byte)'L', (byte)'F', .. noise]);
                var damaged = image[..];
                noise.AsSpan(0, Math.Min(noise.Length, damaged.Length - at)).CopyTo(damaged.AsSpan(at));
                Look(damaged);
                Look(damaged[..length]);
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

        static void Look(byte[] content)
        {
            var found = KernelImage.Recognize(new MemoryStream(content), out var why);
            Assert.Equal(found is null, why is not null);
            Assert.DoesNotContain((found?.ToString() ?? why)!, char.IsControl);
        }
    }

    private KernelImage? Of(byte[] content)
    {
        File.WriteAllBytes(_path, content);
        return KernelImage.TryInspect(_path, out _);
    }

    private static byte[] Elf(byte width) => [0x7F, (byte)'E', (byte)'L', (byte)'F', width, 1, 1, .. new byte[57]];

    private static byte[] Gzip(byte[] content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    /// <summary>The fields of the x86 boot protocol that matter here (Documentation/arch/x86/boot.rst).</summary>
    private static byte[] BzImage(byte[] payload)
    {
        var image = new byte[4096];
        image[0x1F1] = 3; // Setup sectors after the first.
        "HdrS"u8.CopyTo(image.AsSpan(0x202));
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(0x206), 0x20F);
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(0x20E), 0x300);
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(0x236), 0x7F);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(0x248), 0x100);
        Encoding.ASCII.GetBytes("6.1.0-18-amd64 (debian-kernel@lists.debian.org)\0 rest").CopyTo(image.AsSpan(0x500));
        payload.CopyTo(image.AsSpan((4 * 512) + 0x100));
        return image;
    }
}
