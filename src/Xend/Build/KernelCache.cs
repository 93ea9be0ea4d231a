using System.Globalization;
using Linux.Interop;

namespace Xend.Build;

/// <summary>
/// Kernels as they are after libxenguest unpacked them, for unpacking an xz bzImage takes longer than all else of a build.
/// </summary>
/// <remarks>
/// An entry is named after its kernel file's identity: device, inode, size and both of its times to the nanosecond, of which the change
/// time cannot be set by anyone. A kernel that is replaced or rewritten so never meets an old entry. An entry appears at once and
/// whole (rename), may be removed at any moment, and holds nothing that the kernel file does not; whatever goes wrong here, the kernel
/// file itself is used.
/// </remarks>
internal sealed class KernelCache(string directory)
{
    /// <summary>A distribution's kernel has 30 to 70 MB unpacked; hosts have few different ones.</summary>
    public const long LargestSum = 512L * 1024 * 1024;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The place of a kernel, filled or not. Null where it is not worth one, or where the directory cannot be trusted.</summary>
    public Slot? Find(string kernelPath)
    {
        if (
            KernelImage.TryInspect(kernelPath, out _) is not { Format: KernelFormat.BzImage }
            || FileStatus.TryRead(kernelPath) is not { } kernel
        )
        {
            return null;
        }

        if (!Prepare())
        {
            return null;
        }

        var path = Path.Combine(directory, Name(kernel));
        if (FileStatus.TryRead(path) is not { IsRegular: true } entry || entry.UserId != CurrentProcess.UserId || !IsElf(path))
        {
            return new Slot(kernelPath, kernel, path, IsFilled: false);
        }

        Touch(path);
        return new Slot(kernelPath, kernel, path, IsFilled: true);
    }

    /// <summary>Keeps an unpacked kernel, if its file is still the one that it came from.</summary>
    public void Fill(Slot slot, ReadOnlySpan<byte> unpacked)
    {
        if (!unpacked.StartsWith("\u007fELF"u8) || unpacked.Length > LargestSum || FileStatus.TryRead(slot.KernelPath) != slot.Kernel)
        {
            return;
        }

        var half = $"{slot.Path}.{Environment.ProcessId}.tmp";
        try
        {
            MakeRoom(slot, unpacked.Length);
            if (PosixFile.AvailableBytes(directory) < (ulong)unpacked.Length * 2)
            {
                return;
            }

            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            using (var file = new FileStream(half, options))
            {
                file.Write(unpacked);
                // Or a crash could leave a whole name with half a content.
                file.Flush(flushToDisk: true);
            }
            PosixFile.Rename(half, slot.Path);
        }
        catch (Exception e) when (IsOfFiles(e))
        {
            Delete(half); // No cache, no harm.
        }
    }

    /// <summary>Forgets an entry that turned out to be of no use.</summary>
    public static void Empty(Slot slot) => Delete(slot.Path);

    /// <summary>Removes the remains of older versions of the same file, and what was not used for longest.</summary>
    private void MakeRoom(Slot slot, long bytes)
    {
        var sameFile = Name(slot.Kernel, identityOnly: true);
        var sum = bytes;
        foreach (var entry in new DirectoryInfo(directory).EnumerateFiles().OrderByDescending(file => file.LastWriteTimeUtc))
        {
            // A .tmp of another builder that is at work is young; one of a dead builder is not.
            var abandoned = entry.Extension == ".tmp" && entry.LastWriteTimeUtc < DateTime.UtcNow.AddHours(-1);
            if (entry.Extension == ".tmp" && !abandoned)
            {
                continue;
            }

            sum += entry.Length;
            if (abandoned || sum > LargestSum || entry.Name.StartsWith(sameFile, StringComparison.Ordinal))
            {
                Delete(entry.FullName);
            }
        }
    }

    /// <summary>Whether the directory is there and only root can have written in it.</summary>
    private bool Prepare()
    {
        try
        {
            Directory.CreateDirectory(directory, OwnerOnly);
            var status = FileStatus.Read(directory);
            const uint OthersMayWrite = 0x12;
            return status.IsDirectory && status.UserId == CurrentProcess.UserId && (status.Mode & OthersMayWrite) == 0;
        }
        catch (Exception e) when (IsOfFiles(e))
        {
            return false;
        }
    }

    private static bool IsElf(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return KernelImage.Recognize(file, out _) is { Format: KernelFormat.Elf };
        }
        catch (Exception e) when (IsOfFiles(e))
        {
            return false;
        }
    }

    private static void Touch(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
        catch (Exception e) when (IsOfFiles(e))
        {
            // It is only the order in which entries are given up.
        }
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (IsOfFiles(e))
        {
            // It counts in the next round.
        }
    }

    private static bool IsOfFiles(Exception e) => e is IOException or UnauthorizedAccessException or NativeCallException;

    private static string Name(FileStatus kernel, bool identityOnly = false)
    {
        var file = string.Create(CultureInfo.InvariantCulture, $"{kernel.Device:x}-{kernel.Inode:x}-");
        return identityOnly
            ? file
            : string.Create(CultureInfo.InvariantCulture, $"{file}{kernel.Size:x}-{kernel.ModifiedNs:x}-{kernel.ChangedNs:x}");
    }

    /// <param name="KernelPath">The file that was asked for.</param>
    /// <param name="Kernel">What it was when it was looked up.</param>
    /// <param name="Path">Where its unpacked form lies, or would lie.</param>
    /// <param name="IsFilled">Whether it does.</param>
    public sealed record Slot(string KernelPath, FileStatus Kernel, string Path, bool IsFilled);
}
