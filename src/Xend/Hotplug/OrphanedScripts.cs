using Linux.Interop;

namespace Xend.Hotplug;

/// <summary>
/// Scripts that a daemon started which is dead by now. What they work on must not be taken away under their hands: they would write it
/// back.
/// </summary>
internal static class OrphanedScripts
{
    private const int Sigkill = 9;

    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until no script for a device of the domain runs; kills those that do not end.</summary>
    public static async Task EndAsync(uint domainId, TimeProvider clock)
    {
        var start = clock.GetTimestamp();
        while (Find(domainId) is { Count: > 0 } scripts)
        {
            if (clock.GetElapsedTime(start) > EndLimit)
            {
                scripts.ForEach(script => LibC.kill(script, Sigkill));
                return;
            }
            await Task.Delay(LookEvery, clock).ConfigureAwait(false);
        }
    }

    /// <summary>The processes that have the XENBUS_PATH of a backend of that domain in their environment.</summary>
    private static List<int> Find(uint domainId)
    {
        var found = new List<int>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), out var process))
            {
                continue;
            }
            try
            {
                if (File.ReadAllText($"{directory}/environ").Split('\0').Any(variable => IsBackendOf(variable, domainId)))
                {
                    found.Add(process);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It ended while it was looked at.
            }
        }
        return found;
    }

    private static bool IsBackendOf(string variable, uint domainId) =>
        variable.StartsWith("XENBUS_PATH=backend/", StringComparison.Ordinal)
        && variable.Split('/') is [_, _, var domain, _]
        && domain == domainId.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
