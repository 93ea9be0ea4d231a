using System.Globalization;
using Sxp;
using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Tests;

/// <summary>
/// Files of the configuration language against what real Python makes of them; language/make-expected.py wrote that down.
/// </summary>
public class LanguageCaseTests
{
    private static readonly string Directory = Repository.File("tests/Xm.Tests/language");

    public static TheoryData<string> Cases =>
        [.. System.IO.Directory.GetFiles(Directory, "*.expected").Select(file => Path.GetFileNameWithoutExtension(file)).Order()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_file_gives_what_Python_gives(string name)
    {
        var result = LanguageHost.Run(File.ReadAllText(Path.Combine(Directory, name + ".py")));
        var expected = File.ReadAllLines(Path.Combine(Directory, name + ".expected"));
        Assert.StartsWith("made by: ", expected[0]);
        Assert.Equal(string.Join('\n', expected.Skip(1)), string.Join('\n', Lines(result)));
    }

    [Fact]
    public void Every_file_has_its_expectation()
    {
        var files = System
            .IO.Directory.GetFiles(Directory, "*.py")
            .Select(Path.GetFileNameWithoutExtension)
            .Where(name => name != "make-expected")
            .Order();
        Assert.Equal(files, System.IO.Directory.GetFiles(Directory, "*.expected").Select(Path.GetFileNameWithoutExtension).Order());
    }

    /// <summary>The names and the error of a result as make-expected.py writes them.</summary>
    internal static IEnumerable<string> Lines(EvaluationResult result)
    {
        var names = result
            .Names.Where(name => IsPlain(name.Value) && name.Key[0] != '_')
            .OrderBy(name => name.Key, StringComparer.Ordinal)
            .Select(name => $"{name.Key} = {Show(name.Value)}");
        return names.Concat(result.Problems.Select(problem => $"error at line {problem.At.Line}: {problem.Message}"));
    }

    private static bool IsPlain(Value value) =>
        value
            is StrValue
                or UnicodeValue
                or IntValue
                or LongValue
                or FloatValue
                or ListValue
                or TupleValue
                or DictValue
                or SetValue
                or BoolValue
                or NoneValue;

    internal static string Show(Value value) =>
        value switch
        {
            StrValue text => PythonString.Repr(text.Text),
            UnicodeValue text => "u" + PythonString.Repr(text.Text).Replace("\\xc3\\xa9", "\\xe9"),
            IntValue number => number.ToString(),
            LongValue number => number.Number.ToString(CultureInfo.InvariantCulture) + "L",
            FloatValue number => PythonFloat.Repr(number.Number),
            BoolValue truth => truth.Truth ? "True" : "False",
            NoneValue => "None",
            ListValue list => $"[{string.Join(", ", list.Items.Select(Show))}]",
            TupleValue tuple => $"({string.Join(", ", tuple.Items.Select(Show))}{(tuple.Items.Count == 1 ? "," : "")})",
            DictValue dict =>
                $"{{{string.Join(", ", dict.Items.Select(entry => $"{Show(entry.Key)}: {Show(entry.Value)}").Order(StringComparer.Ordinal))}}}",
            SetValue set => $"{set.TypeName}({string.Join(", ", set.Items.Keys.Select(Show).Order(StringComparer.Ordinal))})",
            _ => $"<{value.TypeName}>",
        };
}
