using Xm.CommandLine;

namespace Xm.Tests;

public class GetoptTests
{
    private static readonly string[] Long = ["quiet", "port=", "paused", "path=", "p"];

    [Theory]
    [InlineData("", "")]
    [InlineData("dom", "| dom")]
    [InlineData("-q dom", "-q= | dom")]
    [InlineData("dom -q", "-q= | dom")]
    [InlineData("-qf file dom", "-q= -f=file | dom")]
    [InlineData("-ffile dom", "-f=file | dom")]
    [InlineData("-fq", "-f=q")]
    [InlineData("--quiet", "--quiet=")]
    [InlineData("--q", "--quiet=")]
    [InlineData("--port 8002 a b", "--port=8002 | a b")]
    [InlineData("--po=8002", "--port=8002")]
    [InlineData("--port=", "--port=")]
    [InlineData("--p", "--p=")]
    [InlineData("--pau", "--paused=")]
    [InlineData("-- -q dom", "| -q dom")]
    [InlineData("a -- -q", "| a -q")]
    [InlineData("- dom", "| - dom")]
    [InlineData("-f --", "-f=--")]
    public void Words_are_split_as_Pythons_gnu_getopt_splits_them(string words, string expected) =>
        Assert.Equal(expected, Show(Getopt.Gnu(Split(words), "qf:", Long)));

    [Theory]
    [InlineData("-x", "option -x not recognized")]
    [InlineData("-qx", "option -x not recognized")]
    [InlineData("-:", "option -: not recognized")]
    [InlineData("--foo", "option --foo not recognized")]
    [InlineData("--foo=1", "option --foo not recognized")]
    [InlineData("--pa", "option --pa not a unique prefix")]
    [InlineData("-f", "option -f requires argument")]
    [InlineData("--port", "option --port requires argument")]
    [InlineData("--po", "option --port requires argument")]
    [InlineData("--quiet=1", "option --quiet must not have an argument")]
    [InlineData("--q=", "option --quiet must not have an argument")]
    public void Wrong_words_are_told_in_Pythons_words(string words, string expected) =>
        Assert.Equal(expected, Assert.Throws<GetoptError>(() => Getopt.Gnu(Split(words), "qf:", Long)).Message);

    [Theory]
    [InlineData("-q dom -f x", "-q= | dom -f x")]
    [InlineData("-q -- -f x", "-q= | -f x")]
    [InlineData("dom -q", "| dom -q")]
    public void Plain_getopt_stops_at_the_first_word(string words, string expected) =>
        Assert.Equal(expected, Show(Getopt.Posix(Split(words), "qf:", Long)));

    private static string[] Split(string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Show(GetoptResult result)
    {
        var options = result.Options.Select(option => $"{option.Key}={option.Value}");
        return string.Join(' ', result.Words.Count > 0 ? options.Append("|").Concat(result.Words) : options);
    }
}
