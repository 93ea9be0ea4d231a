using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>What holds for the files of the repository.</summary>
public sealed partial class SourceTests
{
    private const int LongestFile = 450;

    private static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../.."));

    [Fact]
    public void No_source_file_is_longer_than_450_lines() =>
        Assert.Empty(Files("src", "*.cs").Where(file => File.ReadLines(file).Count() > LongestFile).Select(Relative));

    /// <summary>CSharpier lays code out; it breaks neither comments nor texts. A text alone on its line may be longer.</summary>
    [Fact]
    public void No_line_of_code_or_comment_is_longer_than_140_columns() =>
        Assert.Empty(
            from file in Files("src", "*.cs").Concat(Files("tests", "*.cs"))
            from line in OutsideRawTexts(File.ReadAllLines(file))
            where line.Text.Length > 140 && line.Text.TrimStart(' ', '+', '?', ':', '.', '$') is not ['"', ..]
            select $"{Relative(file)}:{line.Number}"
        );

    private static IEnumerable<(int Number, string Text)> OutsideRawTexts(string[] lines)
    {
        var inside = false;
        for (var i = 0; i < lines.Length; i++)
        {
            var turns = lines[i].Split("\"\"\"").Length % 2 == 0;
            if (!inside && !turns)
            {
                yield return (i + 1, lines[i]);
            }
            inside ^= turns;
        }
    }

    /// <summary>An option that nobody reads is to have no place there: the log then says that it has no effect.</summary>
    [Fact]
    public void Every_option_of_xend_is_read_by_somebody()
    {
        var readers = string.Concat(
            Files("src/Xend", "*.cs").Where(file => !file.EndsWith("OptionTable.cs", StringComparison.Ordinal)).Select(File.ReadAllText)
        );
        var options = OptionProperty().Matches(File.ReadAllText(Path.Combine(Root, "src/Model/XendOptions.cs"))).ToList();
        Assert.NotEmpty(options);
        Assert.All(options.Select(option => option.Groups[1].Value), name => Assert.Contains($".{name}", readers));
    }

    [Fact]
    public void Unsafe_code_is_allowed_in_the_two_Interop_projects_alone() =>
        Assert.Equal(
            ["src/LibXc.Interop/LibXc.Interop.csproj", "src/Linux.Interop/Linux.Interop.csproj"],
            Files("src", "*.csproj")
                .Where(file => File.ReadAllText(file).Contains("AllowUnsafeBlocks", StringComparison.Ordinal))
                .Select(Relative)
        );

    [Fact]
    public void Every_link_of_the_documentation_leads_somewhere()
    {
        var broken =
            from page in Pages()
            from Match link in Link().Matches(File.ReadAllText(page))
            let target = link.Groups[1].Value
            where !target.Contains("://", StringComparison.Ordinal)
            where !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target))
            select $"{Relative(page)}: {target}";
        Assert.Empty(broken);
    }

    [Fact]
    public void Every_file_that_the_documentation_names_is_there()
    {
        var broken =
            from page in Pages()
            from Match name in PathOfOurs().Matches(File.ReadAllText(page))
            where !Path.Exists(Path.Combine(Root, name.Value.TrimEnd('/')))
            select $"{Relative(page)}: {name.Value}";
        Assert.Empty(broken);
    }

    [Fact]
    public void Every_test_that_SUPPORT_names_exists()
    {
        var tests = string.Concat(Files("tests", "*.cs").Select(File.ReadAllText));
        var named = TestName().Matches(File.ReadAllText(Path.Combine(Root, "SUPPORT.md"))).ToList();
        Assert.NotEmpty(named);
        Assert.All(named, test =>
        {
            Assert.Contains($"class {test.Groups[1].Value}", tests);
            Assert.Contains($" {test.Groups[2].Value}(", tests);
        });
    }

    /// <summary>A test of LONG=1 is not run with each change.</summary>
    [Fact]
    public void What_SUPPORT_has_from_a_long_test_it_says()
    {
        var sources = string.Concat(Files("tests/Lab", "*.cs").Select(File.ReadAllText));
        var longOnes = LongTest().Matches(sources).Select(match => match.Groups["name"].Value).ToHashSet();
        Assert.NotEmpty(longOnes);
        var rows = File.ReadLines(Path.Combine(Root, "SUPPORT.md")).Where(line => line.StartsWith('|'));
        Assert.DoesNotContain(rows, row =>
            !LongWord().IsMatch(row)
            && TestName().Matches(row).Any(test => longOnes.Contains(test.Groups[1].Value) || longOnes.Contains(test.Groups[2].Value))
        );
    }

    private static IEnumerable<string> Pages() => Files(".", "*.md");

    private static IEnumerable<string> Files(string directory, string pattern) =>
        Directory
            .EnumerateFiles(Path.Combine(Root, directory), pattern, SearchOption.AllDirectories)
            .Where(file => !Relative(file).Split('/').Any(part => part is "artifacts" or "bin" or "obj" or ".git"))
            .Order(StringComparer.Ordinal);

    private static string Relative(string file) => Path.GetRelativePath(Root, file);

    private static string Here([CallerFilePath] string file = "") => file;

    [GeneratedRegex(@"\blong\b")]
    private static partial Regex LongWord();

    /// <summary>A method or a class with the trait, other attributes between the two.</summary>
    [GeneratedRegex(@"\[Trait\(""Length"", ""long(est)?""\)\]\s*(\[[^\n]*\]\s*)*public (sealed class|async Task|Task) (?<name>\w+)")]
    private static partial Regex LongTest();

    [GeneratedRegex(@"\]\(([^)#\s]+)[^)]*\)")]
    private static partial Regex Link();

    /// <summary>A path within the repository, written in backquotes.</summary>
    [GeneratedRegex(@"(?<=`)(?:src|tests|docs|config|build)/[\w./-]+(?=`)")]
    private static partial Regex PathOfOurs();

    [GeneratedRegex(@"`(\w+Tests)\.([A-Z]\w+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"public \S+ (\w+) \{ get; init; \}")]
    private static partial Regex OptionProperty();
}
