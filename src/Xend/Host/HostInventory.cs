using System.Globalization;
using System.Text;
using Linux.Interop;

namespace Xend.Host;

/// <summary>Looks through dom0's /sys and /proc.</summary>
public sealed class HostInventory : IHostInventory
{
    private const int Sigkill = 9;

    /// <summary>No command line or environment that matters is longer.</summary>
    private const int MostBytes = 128 * 1024;

    public IReadOnlyList<LoopDevice> LoopDevices()
    {
        var found = new List<LoopDevice>();
        foreach (var directory in Directories("/sys/block", "loop*"))
        {
            if (ReadLine($"{directory}/loop/backing_file") is { Length: > 0 } file)
            {
                found.Add(new LoopDevice($"/dev/{Path.GetFileName(directory)}", file));
            }
        }
        return found;
    }

    public IReadOnlyList<GuestInterface> Interfaces() =>
        [
            .. Directories("/sys/class/net", "*")
                .Select(Path.GetFileName)
                .OfType<string>()
                .Select(GuestInterfaceName.Read)
                .OfType<GuestInterface>(),
        ];

    public IReadOnlyList<GuestProcess> Processes()
    {
        var found = new List<GuestProcess>();
        foreach (var directory in Directories("/proc", "*"))
        {
            if (
                int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && Read(id) is { } process
            )
            {
                found.Add(process);
            }
        }
        return found;
    }

    // The drivers' devices are named CLASS-DOMAIN-DEVICE.
    public IReadOnlyList<KernelBackend> KernelBackends() =>
        [
            .. Directories("/sys/bus/xen-backend/devices", "*")
                .Select(path => Path.GetFileName(path).Split('-'))
                .Where(parts => parts.Length == 3)
                .Select(parts =>
                    uint.TryParse(parts[1], out var domain) && uint.TryParse(parts[2], out var device)
                        ? new KernelBackend(parts[0], domain, device)
                        : null
                )
                .OfType<KernelBackend>(),
        ];

    public string? Kill(GuestProcess process)
    {
        if (Read(process.Id) != process)
        {
            return null;
        }
        return LibC.kill(process.Id, Sigkill) == 0 || Read(process.Id) is null ? null : $"process {process.Id} cannot be killed";
    }

    private static GuestProcess? Read(int id)
    {
        try
        {
            var words = Strings($"/proc/{id}/cmdline");
            var at = Array.IndexOf(words, "-xen-domid");
            if (
                at >= 0
                && at + 1 < words.Length
                && uint.TryParse(words[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var served)
            )
            {
                return Facts(id, served, "device model");
            }
            var script = Array.Find(Strings($"/proc/{id}/environ"), variable =>
                variable.StartsWith("XENBUS_PATH=backend/", StringComparison.Ordinal)
            );
            return
                script?.Split('/') is [_, _, var domain, _]
                && uint.TryParse(domain, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? Facts(id, number, "script")
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // It ended while it was looked at.
        }
    }

    private static GuestProcess? Facts(int id, uint domainId, string what) =>
        ProcessStat.Of(id) is { IsDead: false } stat ? new GuestProcess(id, (long)stat.Started, domainId, what, stat.Parent == 1) : null;

    private static string[] Strings(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read);
        var bytes = new byte[MostBytes];
        var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return Encoding.UTF8.GetString(bytes, 0, count).Split('\0');
    }

    private static string? ReadLine(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllText(file).TrimEnd('\n') : null;
        }
        catch (IOException)
        {
            return null; // Detached just now.
        }
    }

    private static IEnumerable<string> Directories(string directory, string pattern) =>
        Directory.Exists(directory) ? Directory.EnumerateDirectories(directory, pattern) : [];
}

/// <summary>The names that Xen's drivers and tools give dom0's ends of guests' interfaces.</summary>
public static class GuestInterfaceName
{
    /// <summary>vif7.0, tap7.0, vif7.0-emu; null for any other name.</summary>
    public static GuestInterface? Read(string name)
    {
        var plain = name.EndsWith("-emu", StringComparison.Ordinal) ? name[..^4] : name;
        return
            plain.Length > 3
            && plain[..3] is "vif" or "tap"
            && plain[3..].Split('.') is [var domain, var device]
            && uint.TryParse(domain, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && uint.TryParse(device, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? new GuestInterface(name, id)
            : null;
    }
}
