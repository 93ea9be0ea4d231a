using Linux.Interop;

namespace Xend.Persistence;

/// <summary>The file operations that a power cut may come between. What is durable when is said by each.</summary>
public interface IDurableFiles
{
    /// <summary>Makes a directory, mode 0700, and those above it; durable when this returns.</summary>
    void CreateDirectory(string path);

    /// <summary>
    /// Writes a file, mode 0600, in place of what there was. Its contents are durable when this returns, its name is not yet.
    /// </summary>
    void Write(string path, ReadOnlySpan<byte> contents);

    /// <summary>Gives a file another name, in place of what had that name. Not durable yet.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file, or nothing where there is none. Not durable yet.</summary>
    void Delete(string path);

    /// <summary>Removes an empty directory, or nothing where there is none. Not durable yet.</summary>
    void DeleteDirectory(string path);

    /// <summary>Makes the names in a directory durable.</summary>
    void FlushDirectory(string path);
}

/// <summary>The real ones.</summary>
public sealed class DurableFiles : IDurableFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public void CreateDirectory(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }
        var parent = Path.GetDirectoryName(path)!;
        CreateDirectory(parent);
        Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        FlushDirectory(parent);
    }

    public void Write(string path, ReadOnlySpan<byte> contents)
    {
        using var stream = new FileStream(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = OwnerOnly,
            }
        );
        stream.Write(contents);
        stream.Flush(flushToDisk: true);
    }

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void Delete(string path) => File.Delete(path);

    public void DeleteDirectory(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path);
        }
    }

    public void FlushDirectory(string path)
    {
        try
        {
            PosixFile.FlushDirectory(path);
        }
        catch (NativeCallException error)
        {
            throw new IOException($"{error.Message}", error.Errno.Number);
        }
    }
}
