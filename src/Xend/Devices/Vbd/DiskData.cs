using Xend.Host;

namespace Xend.Devices;

/// <summary>Data that a disk is made of: what its configuration names, and the files below an image, which are only read.</summary>
/// <param name="Path">Where it is in dom0; for a script its words.</param>
/// <param name="Disk">What that stands for.</param>
/// <param name="Mode">r, w or <c>w!</c>.</param>
/// <param name="IsBelow">It is below the image.</param>
internal sealed record DiskData(string Path, DiskIdentity Disk, string Mode, bool IsBelow)
{
    /// <summary>All that is there of a disk. What is not there is told by <see cref="DiskCheck"/>.</summary>
    public static IReadOnlyList<DiskData> Of(BlockSource source, string mode, IHostDevices host)
    {
        if (source.Script is { } script)
        {
            return [new DiskData(source.Path, Connected(script, source.Path), mode, IsBelow: false)];
        }
        if (host.Stat(source.Path)?.Disk is not { } disk)
        {
            return [];
        }
        var image = new DiskData(source.Path, disk, mode, IsBelow: false);
        return source.Format == DiskFormat.Raw ? [image] : [image, .. Below(host.BackingOf(source.Path, source.Format).Files, host)];
    }

    /// <summary>What a driver domain serves: what it stands for, only that domain knows.</summary>
    public static DiskData Elsewhere(VbdConfig config, BlockSource source) =>
        new($"{source.Path} of {config.Backend}", new DiskIdentity($"{config.Uname} of {config.Backend}"), config.Mode, IsBelow: false);

    /// <summary>As what a domain with such a disk holds them.</summary>
    public static IEnumerable<DiskHold> Holds(BlockSource source, string mode, string domain, string device, IHostDevices host) =>
        Of(source, mode, host).Select(data => new DiskHold(data.Disk, domain, device, data.Mode, data.IsBelow));

    /// <summary>Of what a script will connect only its words are known.</summary>
    private static DiskIdentity Connected(string script, string words) => new($"{script} {words}");

    private static IEnumerable<DiskData> Below(IEnumerable<string> files, IHostDevices host) =>
        from file in files
        let disk = host.Stat(file)?.Disk
        where disk is not null
        select new DiskData(file, disk.Value, "r", IsBelow: true);
}
