using System.Globalization;
using System.Text;
using Linux.Interop;

namespace Xend.DeviceModel;

/// <summary>
/// Finds processes in /proc. What another process writes there about itself is read with bounds and believed only as far as it has to be.
/// </summary>
internal static class QemuProcesses
{
    private const int LongestRead = 128 * 1024;

    /// <summary>The processes that serve a domain: by their arguments, or by the environment that libxl and we give.</summary>
    public static List<int> Of(uint domainId)
    {
        var id = domainId.ToString(CultureInfo.InvariantCulture);
        var found = new List<int>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (
                !int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                || process == Environment.ProcessId
            )
            {
                continue;
            }
            if (ServesByArguments(Read($"{directory}/cmdline"), id) || Read($"{directory}/environ").Contains($"XEN_DOMAIN_ID={id}"))
            {
                found.Add(process);
            }
        }
        return found;
    }

    /// <summary>When a process started, in ticks since boot; null where there is none, or only its remains.</summary>
    public static ulong? StartTicks(int process) => ProcessStat.Of(process) is { IsDead: false } stat ? stat.Started : null;

    /// <summary>Ticks of processor time that it used.</summary>
    public static long ProcessorTicks(int process) => ProcessStat.Of(process) is { IsDead: false } stat ? (long)stat.ProcessorTicks : 0;

    public static void Signal(int process, int signal) => _ = LibC.kill(process, signal);

    private static bool ServesByArguments(string[] arguments, string id)
    {
        var at = Array.IndexOf(arguments, "-xen-domid");
        return at >= 0 && at + 1 < arguments.Length && arguments[at + 1] == id;
    }

    private static string[] Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var bytes = new byte[LongestRead];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length == 0 ? [] : Encoding.UTF8.GetString(bytes, 0, length).Split('\0');
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return []; // It ended while it was looked at.
        }
    }
}
