using Lab.Snapshot;

namespace Lab;

public sealed class HostSnapshotTests
{
    [Fact]
    public void Differences_name_the_section_and_count_equal_lines()
    {
        var before = new HostSnapshot(Sections(("domains", ["Domain-0 0"]), ("processes", ["xl", "qemu"])));
        var after = new HostSnapshot(Sections(("domains", ["Domain-0 0", "linux 1"]), ("processes", ["qemu", "qemu"])));
        Assert.Equal(["domains: + linux 1", "processes: - xl", "processes: + qemu"], before.DifferencesTo(after));
        Assert.Empty(
            after.DifferencesTo(new HostSnapshot(Sections(("processes", ["qemu", "qemu"]), ("domains", ["linux 1", "Domain-0 0"]))))
        );
    }

    private static Dictionary<string, string[]> Sections(params (string Name, string[] Lines)[] sections) =>
        sections.ToDictionary(section => section.Name, section => section.Lines);
}
