using System.Buffers.Binary;
using System.Text;
using Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Xend.Build.Saving;

/// <summary>Reads what is around the memory in a guest's file, which may be anything.</summary>
public static class SaveFileReader
{
    private const uint Hvm = 2;

    private const uint Paravirtualized = 1;

    /// <summary>Looks at the whole file.</summary>
    /// <exception cref="SaveFileException">It is no file of a saved guest, is not whole, or another toolstack's.</exception>
    public static SavedGuest Read(string path)
    {
        // A pipe would be waited for.
        if (FileStatus.TryRead(path) is { IsRegular: false })
        {
            throw new SaveFileException("it is no file");
        }
        using var file = File.OpenHandle(path);
        return Read(file);
    }

    internal static SavedGuest Read(SafeFileHandle file)
    {
        var size = RandomAccess.GetLength(file);
        var begin = At(file, 0, SaveFileFormat.Signature.Length + sizeof(int));
        CheckSignature(begin);
        if (begin.Length < SaveFileFormat.Signature.Length + sizeof(int))
        {
            throw Invalid("config size read", $"The file has {size} bytes.");
        }
        var configurationBytes = BinaryPrimitives.ReadInt32BigEndian(begin.AsSpan(SaveFileFormat.Signature.Length));
        if (configurationBytes is <= 0 or > SaveFileFormat.MostConfigurationBytes || begin.Length + (long)configurationBytes > size)
        {
            throw Invalid("config read", $"Its configuration is said to have {configurationBytes} bytes, and the file has {size}.");
        }
        var configuration = At(file, begin.Length, configurationBytes);
        long memory = begin.Length + configurationBytes;
        var type = CheckStream(At(file, memory, SaveFileFormat.StreamHeaderBytes));
        var layout = CheckWhole(file, memory, size);
        var hasState = layout.StateEnd > layout.MemoryEnd;
        var stateSignature = At(file, layout.MemoryEnd, hasState ? SaveFileFormat.DeviceModelSignature.Length : 0);
        if (hasState && !stateSignature.AsSpan().SequenceEqual(SaveFileFormat.DeviceModelSignature))
        {
            throw Invalid("the device model's state is missing");
        }
        return new SavedGuest(
            Encoding.UTF8.GetString(configuration),
            memory,
            hasState ? layout.MemoryEnd + SaveFileFormat.DeviceModelSignature.Length : null,
            type == Hvm
        );
    }

    private static void CheckSignature(ReadOnlySpan<byte> begin)
    {
        if (begin.StartsWith(SaveFileFormat.Signature))
        {
            return;
        }
        if (begin.StartsWith(SaveFileFormat.XlSignature))
        {
            throw Invalid("xl saved it", hint: "xl restore reads it.");
        }
        if (begin.Length < SaveFileFormat.Signature.Length)
        {
            throw Invalid("signature read", $"The file has {begin.Length} bytes.");
        }
        var found = Encoding.Latin1.GetString(begin[..SaveFileFormat.Signature.Length]);
        throw Invalid($"found '{DomainConfigReader.Printable(found)}'", "Such a file begins with LinuxGuestRecord.");
    }

    private static uint CheckStream(ReadOnlySpan<byte> header)
    {
        if (header.Length < SaveFileFormat.StreamHeaderBytes)
        {
            throw Invalid("it is cut short", "It ends before the guest's memory.");
        }
        return SaveFileFormat.GuestTypeOf(header) switch
        {
            null => throw Invalid(
                "its memory is in a form that Xen has not read since 4.6",
                "xend of Xen 4.1 and before wrote such files.",
                "The guest has to be started anew, from its configuration."
            ),
            Hvm => Hvm,
            Paravirtualized => Paravirtualized,
            { } other => throw Invalid($"it is of a guest of another architecture (type {other})"),
        };
    }

    private static SaveFileLayout CheckWhole(SafeFileHandle file, long memory, long size)
    {
        var trailer = At(file, Math.Max(0, size - SaveFileFormat.TrailerBytes), SaveFileFormat.TrailerBytes);
        if (SaveFileFormat.ReadTrailer(trailer) is not var (layout, checksum))
        {
            throw Invalid("it is cut short", "What stands at the end of such a file is missing.");
        }
        if (
            layout.MemoryEnd < memory + SaveFileFormat.StreamHeaderBytes
            || layout.StateEnd < layout.MemoryEnd
            || layout.StateEnd != size - SaveFileFormat.TrailerBytes
        )
        {
            throw Invalid("its parts do not fit together");
        }
        if (SaveFileChecksum.Of(file, size - sizeof(uint)) != checksum)
        {
            throw Invalid("it was altered since it was written", "Its checksum is another one.");
        }
        return layout;
    }

    /// <summary>Fewer bytes where the file ends before.</summary>
    private static byte[] At(SafeFileHandle file, long offset, int count)
    {
        var bytes = new byte[count];
        var read = 0;
        while (read < count && RandomAccess.Read(file, bytes.AsSpan(read), offset + read) is > 0 and var more)
        {
            read += more;
        }
        return read == count ? bytes : bytes[..read];
    }

    private static SaveFileException Invalid(string what, string? detail = null, string? hint = null) =>
        new($"not a valid guest state file: {what}", detail, hint);
}
