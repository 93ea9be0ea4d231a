using Linux.Interop;
using Serilog;

namespace Xend.Build.Bootloaders;

/// <summary>Where boot loaders are on this host.</summary>
/// <param name="xenVersion">The running Xen's, "4.17": Debian keeps the tools of each version by themselves.</param>
internal sealed class BootloaderPrograms(string xenVersion, ILogger log)
{
    private const uint AnyoneMayExecute = 0x49;

    private readonly string[] _directories =
    [
        $"/usr/lib/xen-{xenVersion}/bin",
        "/usr/lib/xen/bin",
        "/usr/libexec/xen/bin",
        "/usr/local/sbin",
        "/usr/local/bin",
        "/usr/sbin",
        "/usr/bin",
    ];

    /// <summary>
    /// A path as it stands; a bare name, and a path of old (/usr/bin/pygrub) where nothing is any more, by its last part in the places of
    /// the
    /// running Xen. Throws <see cref="XendError"/>.
    /// </summary>
    public string Locate(string name)
    {
        var isPath = name.StartsWith('/');
        if (isPath && FileStatus.TryRead(name) is { } given)
        {
            return IsExecutable(given)
                ? name
                : throw NotExecutable(name, given.IsRegular ? "it has no permission to be executed" : "it is not a regular file");
        }
        var file = Path.GetFileName(name);
        if (file.Length > 0 && (isPath || !name.Contains('/')))
        {
            foreach (var directory in _directories)
            {
                var path = $"{directory}/{file}";
                if (FileStatus.TryRead(path) is { } status && IsExecutable(status))
                {
                    if (isPath)
                    {
                        log.Information("Boot loader {Name} does not exist; {Path} is taken", name, path);
                    }
                    return path;
                }
            }
        }
        throw NotExecutable(name, Errno.ENOENT.Text);
    }

    private static bool IsExecutable(FileStatus status) => status.IsRegular && (status.Mode & AnyoneMayExecute) != 0;

    private XendError NotExecutable(string name, string why) =>
        new(
            ErrorCode.HostResource,
            "Bootloader isn't executable",
            $"{name}: {why}",
            $"Correct bootloader= in the guest's configuration. A bare name is looked for in {string.Join(", ", _directories)}."
        );
}
