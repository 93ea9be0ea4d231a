using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xend.Operations;

namespace Architecture.Tests;

/// <summary>Steps are found by what they act on, plans by what was asked for.</summary>
public sealed partial class StepTests
{
    private const string Steps = "Xend.Operations.Steps";
    private const string Plans = "Xend.Operations.Plans";

    private static readonly List<Type> All = [.. typeof(Step).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Step)))];

    [Fact]
    public void No_two_steps_share_a_name()
    {
        var names = All.Select(NameOf).OfType<string>().ToList();
        Assert.NotEmpty(names);
        Assert.Distinct(names);
        Assert.All(names, name => Assert.Matches(Words(), name));
    }

    [Fact]
    public void Only_steps_on_one_device_are_named_by_what_they_are_made_with() =>
        Assert.Equal(
            [
                "AddDevice",
                "ConnectDevice",
                "ConnectTap",
                "ForgetDevice",
                "MakeTap",
                "PlugEmulated",
                "RemoveDevice",
                "TryImage",
                "UnplugDevice",
                "UnplugEmulated",
            ],
            All.Where(type => NameOf(type) is null).Select(type => type.Name).Order()
        );

    [Fact]
    public void Every_step_is_in_a_file_of_its_name_among_those_of_its_subject()
    {
        var folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../src/Xend/Operations/Steps"));
        var files = Directory
            .EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(Path.GetFileNameWithoutExtension)
            .ToHashSet();
        Assert.Empty(All.Where(type => type.Namespace != Steps || !files.Contains(type.Name)).Select(type => type.FullName));
    }

    [Fact]
    public void No_step_knows_a_plan() =>
        Assert.Empty(
            from pair in Uses.Of(typeof(Step).Assembly)
            where pair.User.Namespace == Steps && pair.Used.Namespace == Plans
            select $"{pair.User.FullName} uses {pair.Used.FullName}"
        );

    /// <summary>The name, where it is the same for all steps of the type.</summary>
    private static string? NameOf(Type type) => ((Step)RuntimeHelpers.GetUninitializedObject(type)).Name;

    private static string Here([CallerFilePath] string file = "") => file;

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex Words();
}
