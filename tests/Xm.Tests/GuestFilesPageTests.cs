using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Xm.CommandLine;
using Xm.Config.Domain;
using Xm.Config.Lint;

namespace Xm.Tests;

/// <summary>docs/guest-files.md says what the code does.</summary>
public sealed partial class GuestFilesPageTests : IDisposable
{
    private const string Start = "<!-- variables -->\n";
    private const string End = "<!-- end of variables -->";

    private readonly XmRun _xm = new XmRun().WithFile("/boot/vmlinuz");

    private static string Path => Repository.File("docs/guest-files.md");

    public void Dispose() => _xm.Dispose();

    public static TheoryData<string> Examples => new(Example().Matches(File.ReadAllText(Path)).Select(match => match.Groups[1].Value));

    [Fact]
    public void The_table_of_variables_is_made_from_the_table_that_the_code_uses()
    {
        var page = File.ReadAllText(Path);
        var start = page.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        var made = page.Remove(start, page.IndexOf(End, StringComparison.Ordinal) - start).Insert(start, Tables());
        if (Environment.GetEnvironmentVariable("XM_APPROVE") == "1")
        {
            File.WriteAllText(Path, made);
        }
        Assert.Equal(made, File.ReadAllText(Path));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_makes_a_domain_and_has_no_mistake(string text)
    {
        _xm.WithFile("/etc/xen/example.cfg", text);
        Assert.Equal(0, _xm.Run("create", "-n", "example.cfg").Status);
        var lint = _xm.Run("lint", "example.cfg");
        Assert.Equal((0, ""), (lint.Status, lint.Errors));
        Assert.Contains("0 errors, ", lint.Out);
        Assert.DoesNotContain(": warning: ", lint.Out.Replace("warning: left out what xend does not have", ""));
    }

    [Fact]
    public void There_is_an_example_for_every_kind_of_file() => Assert.InRange(Examples.Count, 5, 50);

    [Fact]
    public void The_manual_page_lists_what_has_no_effect_and_what_is_refused()
    {
        var page = File.ReadAllText(Repository.File("docs/man/xmdomain.cfg.5"));
        Assert.Equal(Names(rule => rule.HasNoEffect), Listed("ACCEPTED WITHOUT EFFECT"));
        Assert.Equal(Names(rule => rule.IsRefused), Listed("REFUSED"));

        static IEnumerable<string> Names(Func<VariableRule, bool> choose) =>
            VariableRules.Names.Where(name => choose(VariableRules.Of(name)!)).Order(StringComparer.Ordinal);

        // The names stand in the second paragraph.
        IEnumerable<string> Listed(string section) =>
            Word().Matches(page.Split($".SH {section}\n")[1].Split(".PP\n")[1]).Select(match => match.Value);
    }

    [Fact]
    public void The_manual_page_names_every_variable()
    {
        var page = File.ReadAllText(Repository.File("docs/man/xmdomain.cfg.5"));
        Assert.All(VariableRules.Names, name => Assert.Matches($@"\.BR? .*\b{name}\b", page));
    }

    private static string Tables()
    {
        var text = new StringBuilder();
        Table("The domain", GuestVariables.All.Except([.. DeviceVariables.All, .. MachineVariables.All]));
        Table("Devices and the kernel's command line", DeviceVariables.All);
        Table("The machine", MachineVariables.All);
        Table("Not in --help_config", LaterVariables.All);
        return text.ToString();

        void Table(string title, IEnumerable<OptionSpec> specs)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### {title}\n\n| Variable | Values | Default | Meaning |\n|---|---|---|---|\n");
            foreach (var spec in specs)
            {
                var rule = VariableRules.Of(spec.Name)!;
                text.Append(CultureInfo.InvariantCulture, $"| `{spec.Name}` | {rule.Values} | {Default(spec)} | {Meaning(spec, rule)} |\n");
            }
        }
    }

    private static string Default(OptionSpec spec) =>
        spec.Default switch
        {
            string { Length: > 0 } text => $"`{text}`",
            int number => number.ToString(CultureInfo.InvariantCulture),
            _ => "",
        };

    private static string Meaning(OptionSpec spec, VariableRule rule)
    {
        var use = spec.Use.Replace("\nDEPRECATED", "").Replace('\n', ' ').Replace("|", "\\|").Replace("<", "&lt;");
        return use
            + (rule.IsForHvm ? " Fully virtualized." : "")
            + (
                rule.Successor is not { } successor ? ""
                : use.Contains(successor, StringComparison.Ordinal) ? " Deprecated."
                : $" Deprecated: use {successor}."
            )
            + (rule.HasNoEffect && !use.StartsWith("Without effect", StringComparison.Ordinal) ? " Without effect today." : "")
            + (rule.IsRefused ? " Refused by xend today." : "");
    }

    [GeneratedRegex("```python\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex("[a-z][a-z0-9_]+")]
    private static partial Regex Word();
}
