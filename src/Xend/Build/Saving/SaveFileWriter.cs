using System.Buffers.Binary;
using Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Xend.Build.Saving;

/// <summary>Writes a guest's file, part after part. Throws <see cref="IOException"/> and its kin.</summary>
public sealed class SaveFileWriter : IDisposable
{
    private const int CopyBytes = 256 * 1024;

    private readonly FileStream _stream;
    private readonly SafeFileHandle _file;
    private readonly SaveFileChecksum _checksum;
    private long _end;
    private SaveFileLayout _layout;

    /// <summary>Makes the file, which may not be there yet, and writes what comes before the memory.</summary>
    public SaveFileWriter(string path, string configuration)
    {
        _stream = new FileStream(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }
        );
        _file = _stream.SafeFileHandle;
        _checksum = new SaveFileChecksum(_file);
        Write(SaveFileFormat.Begin(configuration));
    }

    /// <summary>Has the memory written, by whoever gets the descriptor, behind what is there.</summary>
    public void WriteMemory(Action<int> write)
    {
        PosixFile.Seek(_file, _end);
        write((int)_file.DangerousGetHandle());
        _end = PosixFile.PositionOf(_file);
        _layout = new SaveFileLayout(_end, _end);
    }

    /// <summary>Takes over the file that a device model wrote.</summary>
    public void WriteDeviceModel(string statePath)
    {
        Write(SaveFileFormat.DeviceModelSignature);
        using var state = File.OpenHandle(statePath);
        var buffer = new byte[CopyBytes];
        for (long at = 0; RandomAccess.Read(state, buffer, at) is > 0 and var read; at += read)
        {
            Write(buffer.AsSpan(0, read));
        }
        _layout = _layout with { StateEnd = _end };
    }

    /// <summary>Writes what is at the end, and returns when all is on disk: the file's size in bytes.</summary>
    public long Finish()
    {
        Write(SaveFileFormat.TrailerOf(_layout));
        Span<byte> checksum = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(checksum, _checksum.Finish());
        Write(checksum);
        RandomAccess.FlushToDisk(_file);
        return _end;
    }

    public void Dispose()
    {
        _checksum.Dispose();
        _stream.Dispose();
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_file, bytes, _end);
        _end += bytes.Length;
    }
}
