namespace Xend.Persistence;

/// <summary>
/// Replaces a file so that whoever reads it, also after a power cut, finds the old contents or the new, never a part and never nothing.
/// </summary>
public static class AtomicFile
{
    /// <summary>What the new contents are called until they take the file's place.</summary>
    public const string TemporarySuffix = ".new";

    /// <summary>
    /// Durable when this returns. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>; then the old contents
    /// stand.
    /// </summary>
    public static void Write(IDurableFiles files, string path, ReadOnlySpan<byte> contents)
    {
        var directory = Path.GetDirectoryName(path)!;
        files.CreateDirectory(directory);
        files.Write(path + TemporarySuffix, contents);
        files.Rename(path + TemporarySuffix, path);
        files.FlushDirectory(directory);
    }
}
