namespace Xm.Host;

/// <summary>The programs that come with the running Xen.</summary>
internal sealed class XenTools(Surroundings surroundings)
{
    /// <summary>
    /// Where the program is: the directory of the running hypervisor's version first (Debian keeps one for each), then the other usual
    /// places. Null where it is nowhere.
    /// </summary>
    public string? Find(string program)
    {
        foreach (var directory in Directories())
        {
            var path = Path.Combine(directory, program);
            if (File.Exists(path))
            {
                return path;
            }
        }
        return null;
    }

    private IEnumerable<string> Directories()
    {
        var libraries = surroundings.HostFile("/usr/lib");
        if (RunningVersion() is { } version)
        {
            yield return Path.Combine(libraries, $"xen-{version}", "bin");
        }
        yield return Path.Combine(libraries, "xen", "bin");
        yield return surroundings.HostFile("/usr/libexec/xen/bin");
        yield return surroundings.HostFile("/usr/sbin");
        yield return surroundings.HostFile("/usr/bin");
        foreach (var other in VersionsIn(libraries))
        {
            yield return Path.Combine(other, "bin");
        }
    }

    /// <summary>The directories of all installed versions, the newest first; none where the directory above them cannot be read.</summary>
    private static IEnumerable<string> VersionsIn(string libraries)
    {
        try
        {
            return Directory.GetDirectories(libraries, "xen-*").OrderDescending(StringComparer.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Major and minor version of the hypervisor, as Linux tells them; null where there is none.</summary>
    private string? RunningVersion()
    {
        try
        {
            var directory = surroundings.HostFile("/sys/hypervisor/version");
            return File.ReadAllText(Path.Combine(directory, "major")).Trim()
                + "."
                + File.ReadAllText(Path.Combine(directory, "minor")).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Not a Xen host, or sysfs is not mounted: the other places are still worth a look.
            return null;
        }
    }
}
