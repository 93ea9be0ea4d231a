using Xend.Host;

namespace Xend.Devices;

/// <summary>
/// The floppies of an HVM guest. They are words of its image (fda, fdb), not devices: the device model alone has them. It opens them for
/// writing, so they are claimed and checked as disks of mode w.
/// </summary>
internal static class FloppyDrives
{
    private const string Mode = "w";

    public static IEnumerable<(string Name, BlockSource Source)> Of(DomainConfig config)
    {
        if (config.Type != GuestType.Hvm)
        {
            yield break;
        }
        foreach (var (name, path) in new[] { ("fda", config.Machine.FloppyA), ("fdb", config.Machine.FloppyB) })
        {
            if (path.Length > 0)
            {
                yield return (name, new BlockSource(path));
            }
        }
    }

    public static void Check(DomainConfig config, HostServices host, OtherHolds others)
    {
        foreach (var (name, source) in Of(config))
        {
            DiskCheck.Check(new DiskWanted($"Floppy {name}", $"{name} is to be {source.Path}.", source, Mode, name), host, others);
        }
    }

    public static IEnumerable<Hold> Holds(DomainConfig config, IHostDevices host) =>
        from floppy in Of(config)
        let disk = host.Stat(floppy.Source.Path)?.Disk
        where disk is not null
        select new DiskHold(disk.Value, config.Name, floppy.Name, Mode);
}
