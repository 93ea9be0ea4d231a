using Linux.Interop;
using Xend.Host;

namespace Xend.Operations.Steps;

/// <summary>Files of saved guests, whose disk may hang.</summary>
internal static class SaveFiles
{
    /// <summary>Removes a file, or nothing where there is none or it cannot be.</summary>
    public static void Delete(string path) =>
        KernelCall.TryWithin(
            KernelCall.UsualLimit,
            () =>
            {
                try
                {
                    File.Delete(path);
                    return true;
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    return false;
                }
            },
            out _
        );

    /// <summary>Makes an empty file, mode 0600, in place of what there is.</summary>
    /// <exception cref="XendError">It cannot be made.</exception>
    public static void MakePrivate(string path)
    {
        try
        {
            File.Delete(path);
            using var made = new FileStream(
                path,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }
            );
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"{path}, for the state of a device model, cannot be made: {FileFailure.Reason(error)}",
                hint: FileFailure.Hint(error),
                cause: error
            );
        }
    }

    /// <summary>Device and inode of a regular file; null where there is none, or its disk gives no answer.</summary>
    public static string? IdentityOf(string path) =>
        KernelCall.TryWithin(
            KernelCall.UsualLimit,
            () => FileStatus.TryRead(path) is { IsRegular: true } status ? $"{status.Device}/{status.Inode}" : null,
            out var identity
        )
            ? identity
            : null;

    /// <summary>Refuses a place where something is that is no file.</summary>
    public static void RefuseOthers(string path)
    {
        if (KernelCall.TryWithin(KernelCall.UsualLimit, () => FileStatus.TryRead(path), out var status) && status is { IsRegular: false })
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"can't write guest state file {path}: there is {(status.Value.IsDirectory ? "a directory" : "something that is no file")}",
                hint: "Name a file in it, or another place."
            );
        }
    }

    /// <summary>Gives a file another name, on disk when this returns, in place of what had that name.</summary>
    /// <exception cref="XendError">It could not be done.</exception>
    public static void Rename(string from, string to)
    {
        if (!KernelCall.TryWithin(KernelCall.UsualLimit, () => TryRename(from, to), out var reason))
        {
            reason = $"dom0's kernel has given no answer for {KernelCall.UsualLimit.TotalSeconds:0} s";
        }
        if (reason is not null)
        {
            throw new XendError(ErrorCode.HostResource, $"can't write guest state file {to}: {reason}");
        }
    }

    private static string? TryRename(string from, string to)
    {
        try
        {
            PosixFile.Rename(from, to);
            PosixFile.FlushDirectory(Path.GetDirectoryName(to)!);
            return null;
        }
        catch (NativeCallException error)
        {
            return error.Reason;
        }
    }
}
