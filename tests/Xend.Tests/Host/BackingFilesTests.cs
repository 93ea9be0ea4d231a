using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Xend.Host;

namespace Xend.Tests.Host;

/// <summary>Headers of images, written here by the description of the format: an image may say anything.</summary>
public sealed class BackingFilesTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory();

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void The_files_below_an_image_are_followed_to_the_raw_one()
    {
        File.WriteAllBytes(PathOf("base"), new byte[4096]);
        Write("middle", "base", "raw");
        Write("top", "middle", "qcow2");
        Assert.Equivalent(new BackingChain([PathOf("middle"), PathOf("base")], null), BackingFiles.Follow(PathOf("top"), DiskFormat.Qcow2));
    }

    [Fact]
    public void An_image_without_a_backing_file_has_nothing_below_it()
    {
        Write("alone", "", null);
        Assert.Equivalent(BackingChain.None, BackingFiles.Follow(PathOf("alone"), DiskFormat.Qcow2));
    }

    [Fact]
    public void What_says_raw_and_begins_like_qcow2_is_not_followed()
    {
        Write("middle", "elsewhere", "raw");
        Write("top", "middle", "raw");
        Assert.Equivalent(new BackingChain([PathOf("middle")], null), BackingFiles.Follow(PathOf("top"), DiskFormat.Qcow2));
    }

    [Theory]
    [InlineData("json:{}", null, "names a backing file that is no file of this host")]
    [InlineData("nbd://host/disk", null, "names a backing file that is no file of this host")]
    [InlineData("a\u001b[2Jb", null, "names a backing file that is no file of this host")]
    [InlineData("other", null, "does not say which format its backing file")]
    [InlineData("other", "vmdk", "is vmdk, and it begins like qcow2")]
    [InlineData("other", "q\u001bw", "and it begins like qcow2")]
    public void What_the_device_model_would_have_to_guess_is_refused(string name, string? format, string why)
    {
        Write("other", "", null);
        Write("top", name, format);
        var trouble = BackingFiles.Follow(PathOf("top"), DiskFormat.Qcow2).Trouble;
        Assert.Contains(why, trouble);
        Assert.DoesNotContain(trouble!, char.IsControl);
    }

    [Fact]
    public void An_image_below_itself_ends()
    {
        Write("loop", "loop", "qcow2");
        Assert.Contains("or is below itself", BackingFiles.Follow(PathOf("loop"), DiskFormat.Qcow2).Trouble);
    }

    [Theory]
    [InlineData(0x8000_0000_0000_0000, 1000, 9)]
    [InlineData(0xffff_ffff_ffff_ff00, 1000, 9)]
    [InlineData(0xffff_ffff_ffff_ffff, 1, 16)]
    [InlineData(112, uint.MaxValue, 16)]
    [InlineData(112, 4, 8)]
    [InlineData(112, 4, uint.MaxValue)]
    [InlineData(510, 4, 9)]
    public void Numbers_that_make_no_sense_are_told(ulong offset, uint length, uint clusterBits)
    {
        Write("bad", "base", null);
        var bytes = File.ReadAllBytes(PathOf("bad"));
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), offset);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(16), length);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(20), clusterBits);
        File.WriteAllBytes(PathOf("bad"), bytes);
        Assert.EndsWith("has a header that makes no sense", BackingFiles.Follow(PathOf("bad"), DiskFormat.Qcow2).Trouble);
    }

    [Fact]
    public void Whatever_a_header_says_there_is_an_answer() =>
        Prop.ForAll(Gen.Choose(0, 511).Zip(Gen.Choose(0, 255)).ArrayOf(12).ToArbitrary(), changes =>
            {
                Write("any", "any", "qcow2");
                var bytes = File.ReadAllBytes(PathOf("any"));
                foreach (var (at, value) in changes)
                {
                    bytes[at] = (byte)value;
                }
                File.WriteAllBytes(PathOf("any"), bytes);
                return BackingFiles.Follow(PathOf("any"), DiskFormat.Qcow2).Files.Count <= 32;
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void The_parents_of_a_VMDK_are_followed_also_below_a_qcow2()
    {
        WriteVmdk("base", null);
        WriteVmdk("middle", "base");
        WriteVmdk("top", PathOf("middle"));
        Write("above", "top", "vmdk");
        var expected = new BackingChain([PathOf("middle"), PathOf("base")], null);
        Assert.Equivalent(expected, BackingFiles.Follow(PathOf("top"), DiskFormat.Vmdk));
        Assert.Equivalent(
            expected with
            {
                Files = [PathOf("top"), .. expected.Files],
            },
            BackingFiles.Follow(PathOf("above"), DiskFormat.Qcow2)
        );
    }

    [Theory]
    [InlineData("json:{}", 1, "names a backing file that is no file of this host")]
    [InlineData("", 1, "names a backing file that is no file of this host")]
    [InlineData("raw", 1, "is vmdk, and it begins like none")]
    [InlineData("top", 1, "or is below itself")]
    [InlineData(null, 0, "has its data in other files")]
    public void A_VMDK_whose_parents_cannot_be_told_is_refused(string? parent, ulong capacity, string why)
    {
        File.WriteAllBytes(PathOf("raw"), new byte[4096]);
        WriteVmdk("top", parent, capacity);
        Assert.Contains(why, BackingFiles.Follow(PathOf("top"), DiskFormat.Vmdk).Trouble);
    }

    [Theory]
    [InlineData(DiskFormat.Vhd)]
    [InlineData(DiskFormat.Vdi)]
    [InlineData(DiskFormat.Raw)]
    public void Of_other_formats_nothing_is_below(DiskFormat format) =>
        Assert.Equivalent(BackingChain.None, BackingFiles.Follow(PathOf("any"), format));

    private string PathOf(string name) => Path.Combine(_directory.FullName, name);

    /// <summary>Version 3: the header of 104 bytes, the format's extension, the end of extensions, the name.</summary>
    private void Write(string file, string backing, string? format)
    {
        var bytes = new byte[1024];
        var name = Encoding.UTF8.GetBytes(backing);
        var said = Encoding.UTF8.GetBytes(format ?? "");
        BinaryPrimitives.WriteUInt32BigEndian(bytes, 0x514649FB);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), 3);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), name.Length == 0 ? 0u : 256u);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(16), (uint)name.Length);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(20), 16);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(100), 104);
        if (format is not null)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(104), 0xE2792ACA);
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(108), (uint)said.Length);
            said.CopyTo(bytes, 112);
        }
        name.CopyTo(bytes, 256);
        File.WriteAllBytes(PathOf(file), bytes);
    }

    /// <summary>The header of a monolithic sparse image, capacity in sectors, and its text in the second sector.</summary>
    private void WriteVmdk(string file, string? parent, ulong capacity = 1)
    {
        var bytes = new byte[2048];
        "KDMV"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(12), capacity);
        var text = "# Disk DescriptorFile\nversion=1\n" + (parent is null ? "" : $"parentFileNameHint=\"{parent}\"\n");
        Encoding.UTF8.GetBytes(text).CopyTo(bytes, 512);
        File.WriteAllBytes(PathOf(file), bytes);
    }
}
