using System.Diagnostics;
using System.Text.Json;
using Sxp;
using Xm.Config.Values;

namespace Xm.Tests;

/// <summary>Random programs, worked out here and by python3: the same values, or the same error.</summary>
public class LanguageDifferentialTests
{
    private static readonly int Programs = int.TryParse(Environment.GetEnvironmentVariable("XM_PROGRAMS"), out var count) ? count : 2_000;
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("XM_SEED"), out var seed) ? seed : 1;

    /// <summary>Runs all programs of stdin, a JSON list, in one process, and prints a list with the result of each.</summary>
    private const string Batch = """
        import sys, json, resource
        # Some programs grow a value without end, and xm refuses to; python3 must not take the machine's memory for them.
        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
        # Python 3.11 writes no number of more than 4300 digits unless it is told to.
        getattr(sys, "set_int_max_str_digits", lambda digits: None)(0)
        def show(v):
            if isinstance(v, dict):
                return "{" + ", ".join(sorted(show(k) + ": " + show(x) for k, x in v.items())) + "}"
            if isinstance(v, (set, frozenset)):
                return "set(" + ", ".join(sorted(show(x) for x in v)) + ")"
            if isinstance(v, list):
                return "[" + ", ".join(show(x) for x in v) + "]"
            if isinstance(v, tuple):
                return "(" + ", ".join(show(x) for x in v) + ")"
            return repr(v)
        plain = (str, int, float, list, tuple, dict, bool, set, type(None))
        def run(program):
            names = {}
            error = ""
            try:
                exec(program, names)
            except Exception as e:
                # Python 2 has a class of its own for sockets, which is called error.
                error = "\n" + type(e).__name__.replace("OSError", "error")
            if error == "\nMemoryError":
                return "limit"
            return "\n".join(n + " = " + show(names[n]) for n in sorted(names) if not n.startswith("_") and not n.startswith("e_") and not n.endswith("_") and type(names[n]) in plain) + error
        def bounded(program):
            try:
                return run(program)
            except MemoryError:
                return "limit"
        print(json.dumps([bounded(p) for p in json.load(sys.stdin)]))
        """;

    [Fact]
    public async Task Random_programs_give_what_python3_gives()
    {
        var programs = Enumerable.Range(0, Programs).Select(i => new ProgramGenerator(Seed * 1_000_000 + i).Write()).ToArray();
        var expected = await RunPython(programs);
        Assert.Equal(programs.Length, expected.Length);
        var different = new List<string>();
        var failed = 0;
        for (var i = 0; i < programs.Length; i++)
        {
            var ours = Ours(programs[i]);
            if (ours == "limit")
            {
                continue;
            }
            if (expected[i] != ours)
            {
                different.Add($"seed {Seed}, program {i}:\n{programs[i]}\npython3:\n{expected[i]}\nxm:\n{ours}\n{Reason(programs[i])}\n");
            }
            failed += ours.EndsWith("Error", StringComparison.Ordinal) ? 1 : 0;
        }
        Assert.True(different.Count == 0, $"{different.Count} programs differ; the first of them:\n{string.Join('\n', different.Take(5))}");
        // If nearly all failed the comparison would be empty.
        Assert.True(failed < programs.Length * 3 / 4, $"{failed} of {programs.Length} programs ended with an error");
    }

    /// <summary>Why it ended here, in xm's words.</summary>
    private static string Reason(string program) => LanguageHost.Run(program).Problems is [var problem, ..] ? $"({problem.Message})" : "";

    private static string Ours(string program)
    {
        var result = LanguageHost.Run(program);
        if (result.Problems is [var problem, ..] && problem.Message.Contains("too large"))
        {
            return "limit";
        }
        var lines = result
            .Names.Where(name =>
                name.Key[0] != '_'
                && !name.Key.StartsWith("e_", StringComparison.Ordinal)
                && !name.Key.EndsWith('_')
                && Show(name.Value) is not null
            )
            .OrderBy(name => name.Key, StringComparer.Ordinal)
            .Select(name => $"{name.Key} = {Show(name.Value)}");
        return string.Join('\n', lines) + (result.Problems.Count > 0 ? "\n" + result.Problems[0].Kind?.Split('.')[^1] : "");
    }

    /// <summary>As python3 shows the value: without L and u.</summary>
    private static string? Show(Value value) =>
        value switch
        {
            StrValue text => PythonString.Repr(text.Text),
            IntValue or LongValue => Number.Whole(value)!.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
            FloatValue number => PythonFloat.Repr(number.Number),
            BoolValue truth => truth.Truth ? "True" : "False",
            NoneValue => "None",
            ListValue list => $"[{string.Join(", ", list.Items.Select(Show))}]",
            TupleValue tuple => $"({string.Join(", ", tuple.Items.Select(Show))})",
            DictValue dict =>
                $"{{{string.Join(", ", dict.Items.Select(entry => $"{Show(entry.Key)}: {Show(entry.Value)}").Order(StringComparer.Ordinal))}}}",
            _ => null,
        };

    private static async Task<string[]> RunPython(string[] programs)
    {
        using var python = Process.Start(
            new ProcessStartInfo("python3", ["-W", "ignore", "-c", Batch]) { RedirectStandardInput = true, RedirectStandardOutput = true }
        )!;
        var answer = python.StandardOutput.ReadToEndAsync();
        await python.StandardInput.WriteAsync(JsonSerializer.Serialize(programs));
        python.StandardInput.Close();
        await python.WaitForExitAsync();
        Assert.Equal(0, python.ExitCode);
        return JsonSerializer.Deserialize<string[]>(await answer)!;
    }
}
