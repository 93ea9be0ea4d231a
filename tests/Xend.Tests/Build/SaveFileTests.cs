using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Linux.Interop;
using Microsoft.Win32.SafeHandles;
using Xend.Build.Saving;

namespace Xend.Tests.Build;

/// <summary>Files of saved guests, whole ones and others.</summary>
/// <remarks>XM_FUZZ in the environment gives the number of inputs.</remarks>
public sealed class SaveFileTests : IDisposable
{
    private const string Configuration = "(domain (domid 3) (name linux))";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory();

    private string File => Path.Combine(_directory.FullName, "linux.save");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_written_is_read(bool hasState)
    {
        var size = Write(2, hasState ? "state of qemu" : null);
        Assert.Equal(new FileInfo(File).Length, size);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        var guest = SaveFileReader.Read(File);
        Assert.Equal((Configuration, true), (guest.Configuration, guest.IsTranslated));
        var bytes = System.IO.File.ReadAllBytes(File);
        Assert.Equal("LinuxGuestRecord"u8.ToArray(), bytes[..16]);
        Assert.Equal(Configuration.Length, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)));
        Assert.Equal(20 + Configuration.Length, guest.MemoryOffset);
        Assert.Equal(Memory(2), bytes[(int)guest.MemoryOffset..][..Memory(2).Length]);
        if (hasState)
        {
            Assert.Equal("QemuDeviceModelRecordstate of qemu"u8.ToArray(), bytes[((int)guest.StateOffset! - 21)..][..34]);
        }
        else
        {
            Assert.Null(guest.StateOffset);
        }
    }

    [Fact]
    public void A_file_that_is_there_is_not_written_over()
    {
        System.IO.File.WriteAllText(File, "precious");
        Assert.Throws<IOException>(() => Write(1, null));
        Assert.Equal("precious", System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void One_that_is_cut_anywhere_is_refused()
    {
        Write(2, "state");
        var bytes = System.IO.File.ReadAllBytes(File);
        for (var length = 0; length < bytes.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, bytes[..length]);
            var error = Assert.Throws<SaveFileException>(() => SaveFileReader.Read(File));
            Assert.StartsWith("not a valid guest state file: ", error.Message);
        }
    }

    [Fact]
    public void One_in_which_any_byte_is_another_is_refused()
    {
        Write(2, "state");
        var bytes = System.IO.File.ReadAllBytes(File);
        for (var at = 0; at < bytes.Length; at++)
        {
            var altered = (byte[])bytes.Clone();
            altered[at] ^= 0x55;
            System.IO.File.WriteAllBytes(File, altered);
            Assert.Throws<SaveFileException>(() => SaveFileReader.Read(File));
        }
    }

    [Fact]
    public void Whatever_a_file_says_there_is_an_answer() =>
        Prop.ForAll(Gen.Choose(0, 300).Zip(Gen.Choose(0, 255)).ArrayOf(8).ToArbitrary(), changes =>
            {
                System.IO.File.Delete(File);
                Write(2, "state");
                var bytes = System.IO.File.ReadAllBytes(File);
                foreach (var (at, value) in changes)
                {
                    bytes[at % bytes.Length] = (byte)value;
                }
                System.IO.File.WriteAllBytes(File, bytes);
                try
                {
                    return SaveFileReader.Read(File).Configuration == Configuration;
                }
                catch (SaveFileException)
                {
                    return true;
                }
            })
            .Check(
                Config.QuickThrowOnFailure.WithMaxTest(
                    int.TryParse(Environment.GetEnvironmentVariable("XM_FUZZ"), out var count) ? count : 200
                )
            );

    [Theory]
    [InlineData("Xen saved domain, xl format\n \0 \r", "xl saved it")]
    [InlineData("Something else than that\u001b[2J", "found 'Something else t'")]
    [InlineData("", "signature read")]
    public void Whose_it_is_is_told(string text, string why)
    {
        System.IO.File.WriteAllText(File, text);
        var error = Assert.Throws<SaveFileException>(() => SaveFileReader.Read(File));
        Assert.Equal($"not a valid guest state file: {why}", error.Message);
    }

    [Fact]
    public void One_of_xend_4_1_is_told_as_such()
    {
        System.IO.File.WriteAllBytes(File, [.. "LinuxGuestRecord"u8, 0, 0, 0, 2, .. "()"u8, .. new byte[200]]);
        var error = Assert.Throws<SaveFileException>(() => SaveFileReader.Read(File));
        Assert.Contains("has not read since 4.6", error.Message);
    }

    [Fact]
    public void One_of_another_architecture_is_told_as_such()
    {
        Write(3, null);
        var error = Assert.Throws<SaveFileException>(() => SaveFileReader.Read(File));
        Assert.Contains("of another architecture", error.Message);
    }

    private long Write(uint type, string? state)
    {
        using var file = new SaveFileWriter(File, Configuration);
        file.WriteMemory(descriptor =>
        {
            var memory = new SafeFileHandle(descriptor, ownsHandle: false);
            var start = PosixFile.PositionOf(memory);
            RandomAccess.Write(memory, Memory(type), start);
            PosixFile.Seek(memory, start + Memory(type).Length);
        });
        if (state is not null)
        {
            var path = Path.Combine(_directory.FullName, "state");
            System.IO.File.WriteAllText(path, state);
            file.WriteDeviceModel(path);
        }
        return file.Finish();
    }

    /// <summary>A stream's header, that of a domain of the type, and something.</summary>
    private static byte[] Memory(uint type)
    {
        byte[] stream = [.. Enumerable.Repeat((byte)0xff, 8), .. "XENF"u8, 0, 0, 0, 3, .. new byte[8], .. new byte[16], .. "pages"u8];
        BinaryPrimitives.WriteUInt32LittleEndian(stream.AsSpan(24), type);
        return stream;
    }
}
