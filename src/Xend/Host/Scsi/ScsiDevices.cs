namespace Xend.Host;

/// <summary>The SCSI devices of the host, as sysfs has them: a directory each, by address, with one below for each driver.</summary>
internal static class ScsiDevices
{
    /// <summary>Drivers of disks, tapes and changers; the generic one has whatever no other has.</summary>
    private static readonly string[] Kinds = ["block", "scsi_tape", "scsi_changer", "scsi_generic"];

    /// <param name="directory">/sys/bus/scsi/devices.</param>
    public static IReadOnlyList<ScsiFacts> Read(string directory) =>
        Directory.Exists(directory)
            ?
            [
                .. Directory
                    .EnumerateDirectories(directory)
                    .Select(path => (Path: path, Address: ScsiAddress.Parse(Path.GetFileName(path))))
                    .Where(device => device.Address is not null)
                    .Select(device => ReadOne(device.Path, device.Address!.Value))
                    .OrderBy(device => (device.Address.Host, device.Address.Channel, device.Address.Target, device.Address.Lun)),
            ]
            : [];

    private static ScsiFacts ReadOne(string directory, ScsiAddress address)
    {
        try
        {
            var name = Kinds.Select(kind => NameIn($"{directory}/{kind}")).FirstOrDefault(found => found is not null) ?? "";
            var numbers = $"{directory}/block/{name}/dev";
            return new ScsiFacts(
                address,
                name,
                name.Length > 0 && File.Exists(numbers) ? new DiskIdentity($"dev {File.ReadAllText(numbers).Trim()}") : null
            );
        }
        catch (IOException)
        {
            // It is being pulled out.
            return new ScsiFacts(address, "", null);
        }
    }

    private static string? NameIn(string directory) =>
        Directory.Exists(directory)
            ? Directory
                .EnumerateDirectories(directory)
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal)
                .FirstOrDefault()
            : null;
}

/// <param name="Address">Where it is.</param>
/// <param name="Name">What Linux calls it: sda, st0, sg1; empty where no driver has it.</param>
/// <param name="Disk">The disk that dom0's kernel has made of it, if it is one.</param>
public sealed record ScsiFacts(ScsiAddress Address, string Name, DiskIdentity? Disk)
{
    public override string ToString() => Name.Length > 0 ? $"{Address} ({Name})" : $"{Address}";
}
