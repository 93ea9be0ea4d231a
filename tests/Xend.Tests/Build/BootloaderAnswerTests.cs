using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Xend.Build.Bootloaders;

namespace Xend.Tests.Build;

public sealed class BootloaderAnswerTests
{
    [Theory]
    [InlineData("linux (kernel '/b/k')(ramdisk '/b/r')(args 'root=/dev/xvda1 ro')", "/b/k", "/b/r", "root=/dev/xvda1 ro")]
    [InlineData("(linux (kernel \"/b/k\") (args \"x\"))\n", "/b/k", "", "x")]
    [InlineData("linux (kernel /b/k)", "/b/k", "", "")]
    [InlineData("kernel /b/k\0ramdisk /b/r\0args a  b\0\0", "/b/k", "/b/r", "a  b")]
    [InlineData("kernel /b/k\0args quote\")(ramdisk \"/etc/shadow\0\0", "/b/k", "", "quote\")(ramdisk \"/etc/shadow")]
    public void Both_forms_are_read(string answer, string kernel, string ramdisk, string arguments) =>
        Assert.Equal(new BootChoice(kernel, ramdisk, arguments), BootloaderAnswer.Read(Encoding.UTF8.GetBytes(answer), out _));

    [Theory]
    [InlineData("linux (args 'x')", "it names no kernel")]
    [InlineData("linux (kernel '/b/k')(kernel '/etc/shadow')", "two parts kernel")]
    // A command line that closes its own quote.
    [InlineData("linux (kernel '/b/k')(args 'x')(ramdisk '/etc/shadow')", "ramdisk follows the command line")]
    [InlineData("linux (kernel 'b/k')", "kernel is not an absolute path")]
    [InlineData("linux (kernel '/b/../k')", "kernel is not an absolute path")]
    [InlineData("linux (kernel '/b/k')(args 'x\\x1by')", "args has a control character")]
    [InlineData("linux (kernel '/b/k')(root '/dev/xvda1')", "a part that is none of")]
    [InlineData("linux (kernel '/b/k' '/b/l')", "a part that is none of")]
    [InlineData("hello", "a part that is none of")]
    [InlineData("linux (kernel", "closed")]
    [InlineData("kernel /b/k\0kernel /b/l\0\0", "two parts kernel")]
    [InlineData("kernel\0\0", "a part that is none of")]
    public void What_is_not_quite_right_is_refused(string answer, string why)
    {
        Assert.Null(BootloaderAnswer.Read(Encoding.UTF8.GetBytes(answer), out var said));
        Assert.Contains(why, said);
    }

    [Fact]
    public void Bytes_that_are_no_text_and_values_without_end_are_refused()
    {
        Assert.Null(BootloaderAnswer.Read([0xFF, 0xFE, 0], out var said));
        Assert.Equal("it is not text", said);
        Assert.Null(BootloaderAnswer.Read(Encoding.UTF8.GetBytes($"linux (kernel /{new string('k', 5000)})"), out said));
        Assert.Contains("longer than 4096", said);
    }

    [Fact]
    public void Any_bytes_are_read_or_refused_with_a_reason() =>
        Prop.ForAll<byte[]>(bytes => BootloaderAnswer.Read([.. "linux (kernel /k)"u8, .. bytes], out var why) is not null || why.Length > 0)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Theory]
    [InlineData("", "")]
    [InlineData("  -q  ", "-q")]
    [InlineData("a 'b c' \"d 'e'\" f\\ g 'h'i \"\"", "a|b c|d 'e'|f g|hi|")]
    [InlineData("\"a\\\"b\\\\c\\d\"", "a\"b\\c\\d")]
    public void Arguments_are_split_as_a_shell_does(string text, string words) =>
        Assert.Equal(words, string.Join('|', ShellWords.Split(text)));

    [Fact]
    public void A_quote_that_is_not_closed_is_told() =>
        Assert.Contains("quote", Assert.Throws<XendError>(() => ShellWords.Split("-q 'x")).Message);

    [Theory]
    [InlineData("\x1b[2J\x1b[10;5Hfirst line\x1b[K\r\n\r\nsecond\aline\n", "first line\nsecondline")]
    [InlineData("\x1b(Bx\x1b", "x")]
    [InlineData("", "")]
    public void What_is_on_a_terminal_is_shown_as_lines(string written, string lines) =>
        Assert.Equal(lines, TerminalText.LastLines(Encoding.UTF8.GetBytes(written), 5));
}
