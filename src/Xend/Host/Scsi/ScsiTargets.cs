using System.Globalization;
using System.Text.RegularExpressions;
using Linux.Interop;

namespace Xend.Host;

/// <summary>
/// Targets in configfs. A device is a backstore of LIO's pscsi plugin, alone in an adapter of its own, and unit 0 of
/// a target of the fabric xen-pvscsi; the layout is that of Linux's Documentation/target and drivers/xen/xen-scsiback.c.
/// </summary>
/// <param name="sysfs">Where sysfs is mounted.</param>
/// <param name="configfs">Where configfs is.</param>
/// <param name="kernel">What makes, writes, links and removes there; the kernel itself where it is not given.</param>
public sealed partial class ScsiTargets(string sysfs = "/sys", string configfs = "/sys/kernel/config", IConfigFiles? kernel = null)
    : IScsiTargets
{
    private readonly IConfigFiles _kernel = kernel ?? new ConfigFiles();

    private string Core => $"{configfs}/target/core";

    private string Fabric => $"{configfs}/target/xen-pvscsi";

    public bool HasBackend => Directory.Exists($"{sysfs}/bus/xen-backend/drivers/vscsi") && Directory.Exists(Core);

    public string? ServedBy(ScsiFacts device)
    {
        foreach (var adapter in Names(Core).Where(name => name.Contains('_')))
        {
            foreach (var store in Names($"{Core}/{adapter}"))
            {
                var directory = $"{Core}/{adapter}/{store}";
                // One that is not enabled has nothing yet, and calls that 0:0:0:0.
                var isEnabled = Read($"{directory}/enable") == "1";
                if (isEnabled && (IsAt(Read($"{directory}/info"), device.Address) || IsDisk(Read($"{directory}/udev_path"), device.Disk)))
                {
                    return $"target/core/{adapter}/{store}";
                }
            }
        }
        return null;
    }

    public IReadOnlyList<ScsiTarget> All() =>
        [
            .. Names(Core)
                .Select(ScsiTarget.FromAdapter)
                .Concat(Names(Fabric).Select(ScsiTarget.FromName))
                .OfType<ScsiTarget>()
                .Distinct()
                .OrderBy(target => (target.DomainId, target.DeviceId, target.Number)),
        ];

    public string? Make(ScsiTarget target, ScsiFacts device)
    {
        var store = $"{Core}/{target.Adapter}/{target.Store}";
        var port = $"{Fabric}/{target.Name}/tpgt_1";
        return MakeDirectory($"{Core}/{target.Adapter}")
            ?? MakeDirectory(store)
            ?? (Read($"{store}/enable") == "1" ? null : Enable(store, device))
            ?? MakeDirectory(Fabric)
            ?? MakeDirectory($"{Fabric}/{target.Name}")
            ?? MakeDirectory(port)
            ?? MakeDirectory($"{port}/lun/lun_0")
            ?? (Directory.Exists($"{port}/lun/lun_0/{target.Store}") ? null : _kernel.Link($"{port}/lun/lun_0/{target.Store}", store))
            ?? (Read($"{port}/nexus") is { Length: > 0 } ? null : _kernel.Write($"{port}/nexus", target.Initiator));
    }

    /// <remarks>
    /// The nexus goes only when no driver has the target any more, and the directories go after it: with a driver at work on it, taking
    /// them away would pull its memory from under it.
    /// </remarks>
    public string? Remove(ScsiTarget target)
    {
        var port = $"{Fabric}/{target.Name}/tpgt_1";
        return RemoveUnit($"{port}/lun/lun_0", target.Store)
            ?? (Read($"{port}/nexus") is { Length: > 0 } ? _kernel.Write($"{port}/nexus", "NULL") : null)
            ?? RemoveDirectory($"{port}/lun/lun_0")
            ?? RemoveDirectory(port)
            ?? RemoveDirectory($"{Fabric}/{target.Name}")
            ?? RemoveDirectory($"{Core}/{target.Adapter}/{target.Store}")
            ?? RemoveDirectory($"{Core}/{target.Adapter}");
    }

    /// <summary>Of a disk, the kernel opens what udev_path names for itself alone; of others it is a word that has to be there.</summary>
    private string? Enable(string store, ScsiFacts device)
    {
        var address = device.Address;
        var control = string.Create(
            CultureInfo.InvariantCulture,
            $"scsi_host_id={address.Host},scsi_channel_id={address.Channel},scsi_target_id={address.Target},scsi_lun_id={address.Lun}"
        );
        return _kernel.Write($"{store}/control", control)
            ?? _kernel.Write($"{store}/udev_path", $"/dev/{(device.Name.Length > 0 ? device.Name : $"{address}")}")
            ?? _kernel.Write($"{store}/enable", "1");
    }

    private string? RemoveUnit(string unit, string link) => Directory.Exists($"{unit}/{link}") ? _kernel.Unlink($"{unit}/{link}") : null;

    private string? MakeDirectory(string path) => Directory.Exists(path) ? null : _kernel.MakeDirectory(path);

    private string? RemoveDirectory(string path) => Directory.Exists(path) ? _kernel.RemoveDirectory(path) : null;

    private static bool IsAt(string? info, ScsiAddress address) =>
        info is not null
        && Location().Match(info) is { Success: true } place
        && ScsiAddress.Parse($"{place.Groups[4]}:{place.Groups[1]}:{place.Groups[2]}:{place.Groups[3]}") == address;

    private static bool IsDisk(string? path, DiskIdentity? disk) =>
        disk is not null
        && path is ['/', ..]
        && FileStatus.TryRead(path) is { IsBlockDevice: true } status
        && BlockDevices.Identify(status.Major, status.Minor) == disk;

    private static IEnumerable<string> Names(string directory) =>
        Directory.Exists(directory) ? Directory.EnumerateDirectories(directory).Select(path => Path.GetFileName(path)) : [];

    private static string? Read(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
        }
        catch (IOException)
        {
            // A nexus that is not there is no text.
            return null;
        }
    }

    /// <summary>What pscsi_show_configfs_dev_params prints.</summary>
    [GeneratedRegex(@"Channel ID: (\d{1,5}) +Target ID: (\d{1,5}) +LUN: (\d{1,5}) +Host ID: (\d{1,5})\b")]
    private static partial Regex Location();
}
