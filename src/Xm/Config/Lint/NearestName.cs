namespace Xm.Config.Lint;

/// <summary>Which known name somebody may have meant.</summary>
internal static class NearestName
{
    /// <summary>
    /// What is called so elsewhere, or else the name that differs in the fewest letters; null where all differ in more than a third of
    /// them.
    /// </summary>
    public static string? Of(string name, IEnumerable<string> known)
    {
        if (Meant(name) is { } meant)
        {
            return meant;
        }
        // Longer than any name of ours: nothing can be near, and comparing would only take time.
        if (name.Length > 40)
        {
            return null;
        }
        return known
            .Select(other => (Name: other, Distance: Distance(name.ToLowerInvariant(), other)))
            .Where(candidate => candidate.Distance <= Math.Max(1, Math.Min(name.Length, candidate.Name.Length) / 3))
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
    }

    /// <summary>What people mean by names that others use, and that no letters tell.</summary>
    private static string? Meant(string name) =>
        name.ToLowerInvariant() switch
        {
            "vcpu" => "vcpus",
            "mem" or "ram" => "memory",
            "boot_order" or "bootorder" => "boot",
            "on_shutdown" => "on_poweroff",
            "initrd" => "ramdisk",
            _ => null,
        };

    /// <summary>How many letters must be put in, taken out, replaced, or swapped with their neighbour.</summary>
    private static int Distance(string one, string other)
    {
        var rows = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }
                var same = one[i - 1] == other[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + same);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }
        return rows[one.Length, other.Length];
    }
}
