using Linux.Interop;

namespace Xend.Build.Bootloaders;

/// <summary>The directories in which boot loaders put kernels and ramdisks: one a domain, named by its UUID, for root only.</summary>
/// <param name="root">/var/lib/xen/xend-boot.</param>
internal sealed class BootDirectory(string root)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Of(Guid domain) => Path.Combine(root, domain.ToString());

    /// <summary>Makes it anew, empty.</summary>
    public string Make(Guid domain)
    {
        Remove(domain);
        Directory.CreateDirectory(root, OwnerOnly);
        return Directory.CreateDirectory(Of(domain), OwnerOnly).FullName;
    }

    /// <summary>Removes a domain's directory, and the whole where it was the last.</summary>
    public void Remove(Guid domain)
    {
        try
        {
            Directory.Delete(Of(domain), recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            return;
        }
        try
        {
            Directory.Delete(root);
        }
        catch (IOException)
        {
            // Another domain has files there.
        }
    }

    /// <summary>Removes the directories of all domains.</summary>
    public void RemoveAll()
    {
        if (Directory.Exists(root))
        {
            Directory.Delete(root, recursive: true);
        }
    }

    /// <summary>Whether a file is a plain one that lies in the domain's directory.</summary>
    public bool Has(Guid domain, string file) =>
        Path.GetDirectoryName(file) == Of(domain)
        && new FileInfo(file) is { Exists: true, LinkTarget: null }
        && FileStatus.TryRead(file) is { IsRegular: true };
}
