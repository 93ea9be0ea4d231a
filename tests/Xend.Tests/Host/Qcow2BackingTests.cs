using System.Buffers.Binary;
using System.Text;
using Xend.Host;

namespace Xend.Tests.Host;

/// <summary>Headers are whoever wrote the image's.</summary>
public sealed class Qcow2BackingTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("backing").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void The_chain_is_followed_to_its_end_by_paths_relative_to_each_image()
    {
        var raw = Write("base.img", new byte[1024]);
        var middle = Write("middle", Image("base.img", "raw"));
        var top = Write("top", Image(middle, "qcow2"));
        Assert.Equal([middle, raw], Qcow2Backing.Follow(top).Files);
        Assert.Null(Qcow2Backing.Follow(top).Trouble);
        Assert.Equal([raw], Qcow2Backing.Follow(middle).Files);
        Assert.Equal(BackingChain.None.Files, Qcow2Backing.Follow(Write("alone", Image(null, null))).Files);
    }

    /// <summary>A raw file's content is its guest's: what is said to be raw is not followed, and nothing is guessed.</summary>
    [Fact]
    public void A_raw_file_that_begins_like_an_image_is_not_followed()
    {
        var evil = Write("evil", Image("/etc/shadow", "raw"));
        Assert.Equal([evil], Qcow2Backing.Follow(Write("said", Image(evil, "raw"))).Files);
        Assert.Contains("does not say which format", Qcow2Backing.Follow(Write("unsaid", Image(evil, null))).Trouble);
        var raw = Write("raw", new byte[512]);
        Assert.Null(Qcow2Backing.Follow(Write("old", Image(raw, null))).Trouble);
        Assert.Contains("begins like none", Qcow2Backing.Follow(Write("wrong", Image(raw, "qcow2"))).Trouble);
    }

    [Theory]
    [InlineData("json:{\"file\":1}")]
    [InlineData("nbd://host/x")]
    [InlineData("a\nb")]
    public void A_backing_file_that_is_no_file_is_told(string name) =>
        Assert.Contains("no file of this host", Qcow2Backing.Follow(Write("x", Image(name, "raw"))).Trouble);

    [Fact]
    public void An_image_below_itself_ends() =>
        Assert.Contains("below itself", Qcow2Backing.Follow(Write("self", Image("self", "qcow2"))).Trouble);

    [Fact]
    public void Headers_that_lie_are_told()
    {
        AssertTrouble("makes no sense", image => Put(image, 16, 5000));
        AssertTrouble("makes no sense", image => Put(image, 20, 63));
        AssertTrouble("makes no sense", image => Put(image, 8, 0xFFFFFFFF));
        AssertTrouble("ends within", image => Put(image, 12, 60000));
        AssertTrouble("yet another file", image => Put(image, 76, 4));
        AssertTrouble("no header of qcow2", image => Put(image, 4, 9));
        // What is not there is told by the check of the disk.
        Assert.Null(Qcow2Backing.Follow(Write("lost", Image("nowhere", "qcow2"))).Trouble);

        void AssertTrouble(string said, Action<byte[]> lie)
        {
            var image = Image("base", "raw");
            lie(image);
            Assert.Contains(said, Qcow2Backing.Follow(Write("liar", image)).Trouble);
        }
    }

    [Fact]
    public void Whatever_is_there_nothing_is_thrown()
    {
        var random = new Random(1);
        for (var round = 0; round < 500; round++)
        {
            var image = Image("base", "raw");
            for (var change = 0; change < 4; change++)
            {
                image[random.Next(4, 160)] = (byte)random.Next(256);
            }
            Qcow2Backing.Follow(Write("fuzz", image[..random.Next(image.Length)]));
        }
    }

    private static byte[] Image(string? backing, string? format)
    {
        var image = new byte[1024];
        Put(image, 0, 0x514649FB);
        Put(image, 4, 3);
        Put(image, 20, 16);
        Put(image, 100, 104);
        if (format is not null)
        {
            Put(image, 104, 0xE2792ACA);
            Put(image, 108, (uint)format.Length);
            Encoding.ASCII.GetBytes(format).CopyTo(image, 112);
        }
        if (backing is not null)
        {
            Put(image, 12, 200);
            Put(image, 16, (uint)backing.Length);
            Encoding.ASCII.GetBytes(backing).CopyTo(image, 200);
        }
        return image;
    }

    private static void Put(byte[] image, int at, uint value) => BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(at), value);

    private string Write(string name, byte[] content)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
