using Sxp;

namespace XmlRpc.Tests;

public sealed class WholeResultTextTests
{
    [Fact]
    public void A_log_is_sent_as_the_inside_of_a_literal_with_quotes_as_they_are() =>
        Assert.Equal(
            @"[2007] it's \x1b[1m""up""\n\tC:\\ \xc3\xa9\r\n",
            WholeResultText.Encode("[2007] it's \u001b[1m\"up\"\n\tC:\\ é\r\n")
        );

    [Fact]
    public void Only_a_string_that_is_the_whole_result_is_escaped()
    {
        Assert.Equal(new SString(@"a\n"), XmlRpcResult.AsXendSends("a\n").Value);
        Assert.Equal(SList.Of("a\n"), XmlRpcResult.AsXendSends(SList.Of("a\n")).Value);
        Assert.Equal(new SString("a\n"), new XmlRpcResult(@"a\n").AsXendMeant());
        Assert.Equal(SList.Of(@"a\n"), new XmlRpcResult(SList.Of(@"a\n")).AsXendMeant());
    }
}
