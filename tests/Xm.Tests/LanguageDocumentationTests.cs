using System.Text;
using Xm.Config.Evaluation;
using Xm.Config.Modules;
using Xm.Config.Values;

namespace Xm.Tests;

/// <summary>The documentation lists the functions that there are, from the program's own tables.</summary>
public class LanguageDocumentationTests
{
    private const string Mark = "<!-- tables -->\n";

    [Fact]
    public void The_page_lists_all_functions_and_what_is_refused()
    {
        var page = Repository.File("docs/guest-files-language.md");
        var text = File.ReadAllText(page);
        var expected = text[..(text.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length)] + "\n" + Tables();
        if (Environment.GetEnvironmentVariable("XM_APPROVE") == "1")
        {
            File.WriteAllText(page, expected);
        }
        Assert.Equal(expected, File.ReadAllText(page));
    }

    private static string Tables()
    {
        var text = new StringBuilder("| Where | What |\n|---|---|\n");
        var machine = LanguageHost.NewMachine();
        foreach (var name in new[] { "builtins" }.Concat(ModuleCatalog.Names))
        {
            var members = ModuleCatalog.Table(name, machine)!.ToList();
            Row(
                text,
                name == "builtins" ? "Without import" : $"`{name}`",
                members.Where(member => member.Value is not RefusedFunction).Select(member => Signature(member.Name, member.Value))
            );
            if (members.Any(member => member.Value is RefusedFunction))
            {
                Row(text, "refused", members.Where(member => member.Value is RefusedFunction).Select(member => member.Name));
            }
        }
        foreach (var type in MethodTables.Types)
        {
            Row(text, $"methods of {type}", MethodTables.Of(type).Select(method => method.Signature));
        }
        return text.ToString();
    }

    private static string Signature(string name, Value value) =>
        value switch
        {
            Builtin function => name + function.Signature[function.Signature.IndexOf('(')..],
            TypeValue type => type.Make.Signature,
            _ => name,
        };

    private static void Row(StringBuilder text, string head, IEnumerable<string> members) =>
        text.Append($"| {head} | {string.Join(", ", members.Order(StringComparer.Ordinal).Select(member => $"`{member}`"))} |\n");
}
