namespace Sxp.Tests;

public sealed class PythonStringTests
{
    [Theory]
    [InlineData("", "''")]
    [InlineData("a b", "'a b'")]
    [InlineData("it's", "\"it's\"")]
    [InlineData("say \"hi\"", "'say \"hi\"'")]
    [InlineData("it's \"hi\"", "'it\\'s \"hi\"'")]
    [InlineData("a\\b\n\t\r", @"'a\\b\n\t\r'")]
    [InlineData("\0\a\u001f\u007f", @"'\x00\x07\x1f\x7f'")]
    [InlineData("é€😀", @"'\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80'")]
    public void Repr_is_that_of_Python_2(string text, string literal)
    {
        Assert.Equal(literal, PythonString.Repr(text));
        Assert.Equal(new SString(text), SxpReader.Read(literal));
    }

    [Fact]
    public void A_lone_surrogate_that_stands_for_no_byte_becomes_the_replacement_character() =>
        Assert.Equal(@"'\xef\xbf\xbd'", PythonString.Repr("\uD800"));

    [Theory]
    [InlineData("it's \"hi\"", "it's \"hi\"")]
    [InlineData("line one\nline\ttwo\\", @"line one\nline\ttwo\\")]
    [InlineData("é", @"\xc3\xa9")]
    public void The_body_form_leaves_quotes_alone(string text, string body)
    {
        Assert.Equal(body, PythonString.EscapeBody(text));
        Assert.Equal(text, PythonString.UnescapeBody(body));
    }

    [Theory]
    [InlineData(@"\'", "'")]
    [InlineData(@"\q", @"\q")]
    [InlineData(@"\x", @"\x")]
    [InlineData(@"\400", @"\400")]
    [InlineData("end\\", "end\\")]
    [InlineData(@"\047", "'")]
    public void Unescaping_the_body_never_fails(string body, string text) => Assert.Equal(text, PythonString.UnescapeBody(body));
}
