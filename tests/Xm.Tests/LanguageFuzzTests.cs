using System.Diagnostics;
using Xm.Config.Language;

namespace Xm.Tests;

/// <summary>
/// Whatever stands in a configuration file, working it out ends in values or in errors with a place, soon and within bounds. XM_FUZZ is the
/// number
/// of inputs, XM_SEED where the random numbers start.
/// </summary>
public class LanguageFuzzTests
{
    private static readonly int Inputs = int.TryParse(Environment.GetEnvironmentVariable("XM_FUZZ"), out var count) ? count : 20_000;
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("XM_SEED"), out var seed) ? seed : 4711;

    /// <summary>A single input that takes longer is a hang, even on a busy machine.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private static readonly string[] Pieces =
    [
        "a",
        "name",
        "=",
        "==",
        "+=",
        "'",
        "\"",
        "'''",
        "\\",
        "\n",
        "\r\n",
        "\t",
        "    ",
        " ",
        "#",
        ";",
        ",",
        ":",
        ".",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "`",
        "0",
        "09",
        "0x",
        "0xff",
        "1e",
        "1e999",
        "1.5",
        "10L",
        "5j",
        "r'",
        "u'",
        "ur\"",
        "f'",
        "f'{",
        "\\x4",
        "\\xff",
        "\\u12",
        "-",
        "+",
        "~",
        "not ",
        "lambda ",
        "lambda:",
        "for ",
        " in ",
        " if ",
        " else ",
        "is ",
        "and ",
        "or ",
        "pass",
        "def f():",
        "import os",
        "print ",
        "**",
        "//",
        "<<",
        "<>",
        "!",
        "$",
        "@",
        "\0",
        "\u0001",
        "é",
        "\ud800",
        "\udc80",
        "\uFEFF",
        "True",
        "None",
        "'x'",
        "[1, 2]",
        "%",
        "&",
        "|",
        "^",
        "10 ** 10 ** 10",
        "'x' * 10 ** 9",
        "range(10 ** 9)",
        "re.match('(a+)+$', 'a' * 99)",
    ];

    /// <summary>What a line may be made of: the grammar's own words, so that most inputs get through the parser.</summary>
    private static readonly string[] Words =
    [
        "a",
        "b",
        "x",
        "0",
        "1",
        "-1",
        "2.5",
        "10**9",
        "'x'",
        "'%s'",
        "'a,b'",
        "''",
        "[]",
        "[1, 2]",
        "{}",
        "{'a': 1}",
        "()",
        "(1,)",
        "None",
        "True",
        "len",
        "str",
        "int",
        "range",
        "sorted",
        "map",
        "zip",
        "sum",
        "max",
        "list",
        "dict",
        "set",
        "repr",
        "hex",
        "chr",
        "xrange",
        "enumerate",
        "reduce",
        "iter",
        "next",
        "getattr",
        "type",
        "isinstance",
        "f",
        "os",
        "re",
        "os.path",
        "os.environ",
        "string",
        "a.append",
        "a.pop",
        "a.sort",
        "'x'.join",
        "'a b'.split",
        "'{}'.format",
        "'abc'.replace",
        "re.sub",
        "re.findall",
        "'%d'.__class__",
        "os.listdir",
        "open",
        "lambda x: x",
        "[x for x in a]",
        "(x for x in a)",
        "a[0]",
        "a[1:]",
        "a[::-1]",
        "f(1)",
        "f(*a)",
        "f(**b)",
        "1 << 99",
        "2 ** 200",
        "locals()",
        "globals()",
        "xm_vars",
        "u'é'",
        "`a`",
    ];

    private static readonly string[] Operators =
    [
        " + ",
        " - ",
        " * ",
        " / ",
        " // ",
        " % ",
        " ** ",
        " << ",
        " >> ",
        " & ",
        " | ",
        " ^ ",
        " == ",
        " < ",
        " in ",
        " is ",
        " and ",
        " or ",
        ", ",
        "(",
        ")",
        "[",
        "]",
        " if a else ",
        ".x",
        " not in ",
    ];

    private static readonly string[] Starts =
    [
        "a = {0}",
        "b = {0}",
        "a += {0}",
        "a[0] = {0}",
        "a, b = {0}",
        "x = {0}",
        "{0}",
        "print {0}",
        "if {0}: a = 1",
        "for x in {0}: a = x",
        "while {0}: break",
        "def f(x, *y, **z): return {0}",
        "try: a = {0}\nexcept Exception, e: b = e\nfinally: x = 1",
        "assert {0}",
        "del {0}",
        "raise {0}",
        "def f(x=1):\n    yield {0}\n    return",
        "with open({0}) as x: pass",
        "a = [{0} for x in {1}]",
        "a = dict([({0}, {1})])",
        "b = lambda *a: {0}",
        "a = {0} if {1} else {0}",
        "f({0}, {1})",
        "a = f'{{ {0} }}'",
        "a = '%s' % ({0},)",
        "from os import *",
        "import re, string",
        "def f(*a):\n    global b\n    b = {0}\n    return f({1})",
        "while 1: a = a + {0}",
        "for x in {0}:\n    for b in {1}: a = a * 2",
    ];

    [Fact]
    public void Random_pieces_give_values_or_an_error_with_a_place() =>
        Fuzz(1, Inputs / 3, random => string.Concat(Enumerable.Range(0, random.Next(1, 25)).Select(_ => Any(random, Pieces))));

    [Fact]
    public void Damaged_files_give_values_or_an_error_with_a_place()
    {
        var files = Directory
            .GetFiles(Repository.File("tests/Xm.Tests/language"), "*.py")
            .Order()
            .Select(File.ReadAllText)
            .Append(Seeds.Linux)
            .Append(Seeds.Windows)
            .SelectMany(Chunks)
            .ToArray();
        Fuzz(2, Inputs / 3, random =>
        {
            var text = Any(random, files);
            for (var damage = random.Next(1, 4); damage > 0; damage--)
            {
                var at = random.Next(text.Length);
                var length = random.Next(0, Math.Min(8, text.Length - at));
                var piece = random.Next(3) > 0 ? Any(random, Pieces) : ((char)random.Next(1, 0x180)).ToString();
                text = text.Remove(at, length).Insert(at, piece);
            }
            return text;
        });
    }

    [Fact]
    public void Lines_of_the_grammars_words_give_values_or_an_error_with_a_place() => Fuzz(3, Inputs / 3, random =>
        {
            string Expression() =>
                string.Concat(
                    Enumerable.Range(0, random.Next(1, 4)).Select(i => (i > 0 ? Any(random, Operators) : "") + Any(random, Words))
                );
            return "import os, re, string\na = [1, 2]; b = {'a': 1}; x = 1\ndef f(x=1, *y, **z): return x\n"
                + string.Join(
                    '\n',
                    Enumerable
                        .Range(0, random.Next(1, 8))
                        .Select(_ => Any(random, Starts).Replace("{0}", Expression()).Replace("{1}", Expression()))
                );
        });

    /// <summary>Pieces of a file short enough to be worked out often.</summary>
    private static IEnumerable<string> Chunks(string text)
    {
        var lines = text.Split('\n');
        for (var at = 0; at < lines.Length; at += 12)
        {
            yield return string.Join('\n', lines.Skip(at).Take(12)) + "\n";
        }
    }

    private static string Any(Random random, string[] choices) => choices[random.Next(choices.Length)];

    private static void Fuzz(int kind, int inputs, Func<Random, string> make)
    {
        var watch = new Stopwatch();
        for (var i = 0; i < inputs; i++)
        {
            var text = make(new Random(Seed * 7919 + kind * 104_729 + i));
            watch.Restart();
            try
            {
                Read(text);
            }
            catch (Exception error)
            {
                Assert.Fail($"XM_SEED={Seed}, kind {kind}, input {i}:\n{text}\n{error}");
            }
            Assert.True(watch.Elapsed < Longest, $"XM_SEED={Seed}, kind {kind}, input {i} took {watch.Elapsed}:\n{text}");
            if (i % 1000 == 0)
            {
                Assert.True(
                    GC.GetTotalMemory(forceFullCollection: false) < 2L << 30,
                    $"XM_SEED={Seed}, kind {kind}, input {i}: memory grows"
                );
            }
        }
    }

    private static void Read(string text)
    {
        var source = new SourceText("fuzz", text);
        foreach (var problem in LanguageHost.Run(text).Problems)
        {
            Assert.True(problem.At is { Line: > 0, Column: > 0 });
            Assert.Contains("^", source.Explain(problem));
            Assert.DoesNotContain("System.", problem.Message);
        }
    }
}
