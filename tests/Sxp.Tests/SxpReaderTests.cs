using Shared;

namespace Sxp.Tests;

public sealed class SxpReaderTests
{
    [Theory]
    [InlineData("(name linux)", "(name linux)")]
    [InlineData("  ( name\tlinux )\n", "(name linux)")]
    [InlineData("(vncpasswd )", "(vncpasswd)")]
    [InlineData("(vncpasswd '')", "(vncpasswd '')")]
    [InlineData("(network-script 'network-bridge netdev=eth1')", "(network-script 'network-bridge netdev=eth1')")]
    [InlineData(
        "(xen-api-server ((9363 pam '^localhost$ example\\\\.com$') (unix none)))",
        "(xen-api-server ((9363 pam '^localhost$ example\\\\.com$') (unix none)))"
    )]
    [InlineData("(pscsi-device-mask ('*'))", "(pscsi-device-mask ('*'))")]
    [InlineData("(a)#comment (b\n", "(a)")]
    [InlineData("(a#comment ) (\nb)", "(a b)")]
    [InlineData("()", "()")]
    [InlineData("word", "word")]
    [InlineData("(a'b c\"d)", "(\"a'b\" 'c\"d')")]
    [InlineData("('a''b')", "(a b)")]
    [InlineData("(a(b)c)", "(a (b) c)")]
    [InlineData("({ab}<c>)", "('{ab' '}' '<c' '>')")]
    [InlineData("(w! @ a;b)", "('w!' @ a ';b')")]
    [InlineData("\n\n# only a comment first\r\n(a)", "(a)")]
    public void Text_is_read_as_old_xend_read_it(string text, string printed) =>
        Assert.Equal(printed, SxpWriter.OneLine(SxpReader.Read(text)));

    [Theory]
    [InlineData(@"'\n\t\r\a\b\v\f\\\'\""'", "\n\t\r\a\b\v\f\\'\"")]
    [InlineData(@"'\x41\x4a\x4A\x4'", "AJJ\u0004")]
    [InlineData(@"'\101\7\0'", "A\a\0")]
    [InlineData(@"'\1018'", "A8")]
    [InlineData(@"'\x414'", "A4")]
    [InlineData(@"'\.\q'", @"\\")]
    [InlineData(@"'\😀x'", @"\x")]
    [InlineData(@"'localhost\\.localdomain$'", @"localhost\.localdomain$")]
    [InlineData(@"'\xc3\xa9'", "é")]
    [InlineData(@"'é\303\251'", "éé")]
    [InlineData("'two\nlines'", "two\nlines")]
    [InlineData("'# no comment'", "# no comment")]
    [InlineData("\"it's\"", "it's")]
    public void Escapes_in_strings_are_those_of_C_and_an_unknown_one_leaves_its_backslash(string text, string value) =>
        Assert.Equal(new SString(value), SxpReader.Read(text));

    [Fact]
    public void Numbers_stay_strings() => Assert.Equal(SList.Of("memory", "256", "1.5", "True"), SxpReader.Read("(memory 256 1.5 True)"));

    [Theory]
    [InlineData("", 1, 1, "There is no expression here.")]
    [InlineData(" # nothing\n ", 2, 2, "There is no expression here.")]
    [InlineData("(a)\n (b)", 2, 2, "There is more than one expression here.")]
    [InlineData("(a)\n  )", 2, 3, "This ) closes no list.")]
    [InlineData("(a\n  (b\n c)\n", 1, 1, "This list is not closed: a ) is missing.")]
    [InlineData("(a\n  (b\n", 2, 3, "This list is not closed: a ) is missing.")]
    [InlineData("(a 'open\n)", 1, 4, "This string is not closed: a ' is missing.")]
    [InlineData("(a \"open\\", 1, 4, "This string is not closed: a \" is missing.")]
    [InlineData("(a\n'12\\x g')", 2, 4, "The escape \\x needs one or two hexadecimal digits.")]
    [InlineData("'\\400'", 1, 2, "The escape \\400 is no byte: the largest is \\377.")]
    [InlineData("(a \u0001)", 1, 4, "The character with code 1 cannot stand here.")]
    public void Errors_name_line_and_column_and_say_what_is_wrong(string text, int line, int column, string sentence)
    {
        var e = Assert.Throws<SxpException>(() => SxpReader.Read(text));
        Assert.Equal((line, column, sentence), (e.Line, e.Column, e.Message));
    }

    [Fact]
    public void Many_expressions_are_read_one_after_another()
    {
        var values = SxpReader.ReadMany("#(logfile x)\n(xend-port 8000) (xend-address '')\natom\n");
        Assert.Equal(new SValue[] { SList.Of("xend-port", "8000"), SList.Of("xend-address", ""), "atom" }, values);
        Assert.Empty(SxpReader.ReadMany(" # nothing\n"));
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_survive_reading_and_writing()
    {
        var value = Assert.Single(SxpReader.ReadMany((ReadOnlySpan<byte>)[(byte)'\'', 0xe9, (byte)' ', 0xc3, 0xa9, (byte)'\'']));
        Assert.Equal(new SString("\uDCE9 é"), value);
        Assert.Equal(@"'\xe9 \xc3\xa9'", SxpWriter.OneLine(value));
        Assert.Equal(value, SxpReader.Read(SxpWriter.OneLine(value)));
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over() => Assert.Equal(SList.Of("a"), Assert.Single(SxpReader.ReadMany("\uFEFF(a)"u8)));

    [Fact]
    public void Nesting_is_bounded()
    {
        var most = new string('(', SxpReader.MaxDepth) + new string(')', SxpReader.MaxDepth);
        Assert.IsType<SList>(SxpReader.Read(most));
        var e = Assert.Throws<SxpException>(() => SxpReader.Read(new string('(', 1_000_000)));
        Assert.Equal(SxpReader.MaxDepth + 1, e.Column);
    }

    [Theory]
    [InlineData("(a b) ")]
    [InlineData("'a\\\\b' ")]
    [InlineData("# comment\n")]
    [InlineData("x")]
    [InlineData("\\'")]
    [InlineData("'\\x41\\q")]
    public void Time_is_linear_in_the_length_of_the_text(string piece)
    {
        var small = string.Concat(Enumerable.Repeat(piece, 60_000 / piece.Length));
        var large = string.Concat(Enumerable.Repeat(small, 4));
        LinearTime.Assert(() => Read(small), () => Read(large));
    }

    private static void Read(string text)
    {
        try
        {
            SxpReader.ReadMany(text);
        }
        catch (SxpException)
        {
            // Both outcomes have to be quick.
        }
    }
}
