namespace Xend.Host;

/// <summary>
/// Follows an image to the files below it, from which the device model completes it. Headers are whoever wrote the image's: nothing is
/// followed that the device model would have to guess.
/// </summary>
internal static class BackingFiles
{
    /// <summary>More than anybody stacks; an image that is below itself ends here.</summary>
    private const int MostFiles = 32;

    /// <param name="image">Its path.</param>
    /// <param name="format">As the user named it. Of VHD and VDI the device model reads only what has nothing below it.</param>
    public static BackingChain Follow(string image, DiskFormat format)
    {
        var files = new List<string>();
        var path = image;
        var driver = format.DriverOf();
        try
        {
            while (Read(path, driver) is { } backing)
            {
                if (files.Count == MostFiles)
                {
                    return new BackingChain(files, $"{image} has more than {MostFiles} files below it, or is below itself");
                }
                files.Add(backing.Path);
                // Whoever checks the disk tells what is not there.
                if (backing.Format == "raw" || !File.Exists(backing.Path))
                {
                    break;
                }
                var begins = DiskImageFormat.Recognize(backing.Path);
                if (backing.Format is null && begins is null)
                {
                    break;
                }
                if (backing.Format is not ("qcow2" or "vmdk") || !backing.Format.Equals(begins, StringComparison.OrdinalIgnoreCase))
                {
                    return new BackingChain(
                        files,
                        backing.Format is null
                            ? $"{path} does not say which format its backing file {backing.Path} has, and that begins like {begins}"
                            : $"{path} says that its backing file {backing.Path} is {DomainConfigReader.Printable(backing.Format)}, and it begins like {begins ?? "none"}"
                    );
                }
                (path, driver) = (backing.Path, backing.Format);
            }
            return new BackingChain(files, null);
        }
        catch (InvalidDataException error)
        {
            return new BackingChain(files, error.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new BackingChain(files, $"a file below {image} cannot be read: {files.LastOrDefault() ?? image}");
        }
    }

    /// <summary>What an image of that driver of qemu's names below it.</summary>
    private static BackingFile? Read(string image, string driver) =>
        driver switch
        {
            "qcow2" => Qcow2Header.Read(image),
            "vmdk" => VmdkHeader.Read(image),
            _ => null,
        };
}

/// <param name="Path">In dom0.</param>
/// <param name="Format">The driver of qemu's that the image above says is needed; null where it does not say.</param>
internal readonly record struct BackingFile(string Path, string? Format)
{
    /// <exception cref="InvalidDataException">It is no file of this host.</exception>
    public static BackingFile Of(string image, string name, string? format)
    {
        const string Protocol = "file:";
        var path = name.StartsWith(Protocol, StringComparison.Ordinal) ? name[Protocol.Length..] : name;
        // What has a colon before any slash is a protocol of qemu's: nbd:, json:...
        var colon = path.IndexOf(':');
        if (path.Length == 0 || path.Any(char.IsControl) || (colon >= 0 && !path[..colon].Contains('/')))
        {
            throw new InvalidDataException($"{image} names a backing file that is no file of this host");
        }
        return new BackingFile(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(image) ?? "/", path), format);
    }
}
