using Xm.Config.Language;

namespace Xm.Tests;

/// <summary>Whatever stands in a configuration file, reading it ends in values or in an error with a place.</summary>
public class LanguageFuzzTests
{
    private const int Inputs = 100_000;

    private static readonly string[] Pieces =
    [
        "a", "name", "=", "==", "+=", "'", "\"", "'''", "\\", "\n", "\r\n", "\t", "    ", " ", "#", ";", ",", ":", ".", "(", ")", "[", "]", "{", "}", "`",
        "0", "09", "0x", "0xff", "1e", "1e999", "1.5", "10L", "5j", "r'", "u'", "ur\"", "\\x4", "\\xff", "\\u12", "-", "+", "~", "not ", "lambda ", "lambda:", "for ", " in ", " if ",
        " else ", "is ", "and ", "or ", "pass", "def f():", "import os", "print ", "**", "//", "<<", "<>", "!", "$", "@", "\0", "\u0001", "é", "\ud800", "\udc80", "\uFEFF",
        "True", "None", "'x'", "[1, 2]", "%", "&", "|", "^",
    ];

    [Fact]
    public void Random_pieces_give_values_or_an_error_with_a_place()
    {
        var random = new Random(4711);
        for (var i = 0; i < Inputs / 2; i++)
        {
            Read(string.Concat(Enumerable.Range(0, random.Next(1, 25)).Select(_ => Pieces[random.Next(Pieces.Length)])));
        }
    }

    [Fact]
    public void Damaged_guest_files_give_values_or_an_error_with_a_place()
    {
        var random = new Random(4712);
        string[] seeds = [Seeds.Linux, Seeds.Windows];
        for (var i = 0; i < Inputs / 2; i++)
        {
            var text = seeds[i % 2];
            for (var damage = random.Next(1, 4); damage > 0; damage--)
            {
                var at = random.Next(text.Length);
                var length = random.Next(0, Math.Min(8, text.Length - at));
                var piece = random.Next(3) > 0 ? Pieces[random.Next(Pieces.Length)] : ((char)random.Next(1, 0x180)).ToString();
                text = text.Remove(at, length).Insert(at, piece);
            }
            Read(text);
        }
    }

    private static void Read(string text)
    {
        try
        {
            LanguageTests.Evaluate(text);
        }
        catch (ConfigError error)
        {
            Assert.NotEmpty(error.Message);
            Assert.True(error.At is { Line: > 0, Column: > 0 });
            Assert.Contains("^", new SourceText("fuzz", text).Explain(error));
        }
    }
}
