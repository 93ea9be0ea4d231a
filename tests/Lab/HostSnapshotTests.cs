using Lab.Snapshot;

namespace Lab;

public sealed class HostSnapshotTests
{
    [Fact]
    public void Differences_name_the_section_and_count_equal_lines()
    {
        var before = HostSnapshot.Parse("== domains\nDomain-0 0\n== processes\nxl\nqemu\n");
        var after = HostSnapshot.Parse("== domains\nDomain-0 0\nlinux 1\n== processes\nqemu\nqemu\n");
        Assert.Equal(["domains: + linux 1", "processes: - xl", "processes: + qemu"], before.DifferencesTo(after));
        Assert.Empty(after.DifferencesTo(HostSnapshot.Parse("== processes\nqemu\nqemu\n== domains\nlinux 1\nDomain-0 0\n")));
    }
}
