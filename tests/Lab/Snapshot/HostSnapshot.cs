using Lab.Host;

namespace Lab.Snapshot;

/// <summary>
/// What is on the host, section by section: the store's tree, domains, loop devices, interfaces and their bridges, mounts, volumes in
/// use, processes, and the files in which toolstacks keep their state. Two of them tell whether something was left behind.
/// </summary>
public sealed class HostSnapshot
{
    private readonly SortedDictionary<string, IReadOnlyList<string>> _sections = new(StringComparer.Ordinal);

    /// <param name="sections">The lines of each section, in any order.</param>
    public HostSnapshot(IReadOnlyDictionary<string, string[]> sections)
    {
        foreach (var (name, lines) in sections)
        {
            _sections[name] = [.. lines.Order(StringComparer.Ordinal)];
        }
    }

    public IReadOnlyList<string> Section(string name) => _sections[name];

    public static async Task<HostSnapshot> TakeAsync(LabHost host) => new(await host.TakeSnapshotAsync());

    /// <summary>What the later one has more ("+") or less ("-") than this one. Empty when the host is as it was.</summary>
    public IReadOnlyList<string> DifferencesTo(HostSnapshot later)
    {
        var differences = new List<string>();
        foreach (var name in _sections.Keys.Union(later._sections.Keys).Order(StringComparer.Ordinal))
        {
            var before = _sections.GetValueOrDefault(name, []);
            var after = later._sections.GetValueOrDefault(name, []);
            differences.AddRange(Without(before, after).Select(line => $"{name}: - {line}"));
            differences.AddRange(Without(after, before).Select(line => $"{name}: + {line}"));
        }
        return differences;
    }

    /// <summary>
    /// Holds until the host is as it was in this snapshot. Devices vanish a little after the command that removed them has returned,
    /// so a difference counts only when it stays for the limit.
    /// </summary>
    public async Task AssertRestoredAsync(LabHost host, TimeSpan? limit = null)
    {
        var deadline = DateTime.UtcNow + (limit ?? TimeSpan.FromSeconds(60));
        IReadOnlyList<string> differences;
        do
        {
            differences = DifferencesTo(await TakeAsync(host));
            if (differences.Count == 0)
            {
                return;
            }
        } while (DateTime.UtcNow < deadline);
        Assert.Fail("The host is not as it was before (+ is new, - is missing):\n" + string.Join('\n', differences));
    }

    // Multisets: two equal processes are two.
    private static List<string> Without(IReadOnlyList<string> lines, IReadOnlyList<string> others)
    {
        var rest = lines.ToList();
        foreach (var other in others)
        {
            rest.Remove(other);
        }

        return rest;
    }
}
