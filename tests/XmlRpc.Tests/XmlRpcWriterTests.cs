using System.Buffers;
using System.Text;
using Sxp;

namespace XmlRpc.Tests;

public sealed class XmlRpcWriterTests
{
    [Fact]
    public void A_call_has_the_bytes_that_old_xm_sent()
    {
        var bytes = XmlRpcWriter.ToBytes(XmlRpcCall.Of("xend.domains_with_state", true, "all", 0));
        Assert.Equal(
            """
            <?xml version='1.0'?>
            <methodCall>
            <methodName>xend.domains_with_state</methodName>
            <params>
            <param>
            <value><boolean>1</boolean></value>
            </param>
            <param>
            <value><string>all</string></value>
            </param>
            <param>
            <value><int>0</int></value>
            </param>
            </params>
            </methodCall>

            """,
            Encoding.UTF8.GetString(bytes)
        );
        // The Content-Length that was captured from xm 4.1 for this call.
        Assert.Equal(268, bytes.Length);
    }

    /// <summary>The expectation was written by Python 2.7's xmlrpclib.</summary>
    [Fact]
    public void A_response_has_the_layout_of_xmlrpclib()
    {
        var value = SList.Of(
            "domain",
            SList.Of("domid", 1),
            SList.Of("cpu_time", 24.116146647),
            SList.Empty,
            SNone.Instance,
            false,
            SStruct.Of(("cap", 0))
        );
        Assert.Equal(
            """
            <?xml version='1.0'?>
            <methodResponse>
            <params>
            <param>
            <value><array><data>
            <value><string>domain</string></value>
            <value><array><data>
            <value><string>domid</string></value>
            <value><int>1</int></value>
            </data></array></value>
            <value><array><data>
            <value><string>cpu_time</string></value>
            <value><double>24.116146647</double></value>
            </data></array></value>
            <value><array><data>
            </data></array></value>
            <value><nil/></value><value><boolean>0</boolean></value>
            <value><struct>
            <member>
            <name>cap</name>
            <value><int>0</int></value>
            </member>
            </struct></value>
            </data></array></value>
            </param>
            </params>
            </methodResponse>

            """,
            Encoding.UTF8.GetString(XmlRpcWriter.ToBytes(new XmlRpcResult(value)))
        );
    }

    [Fact]
    public void A_fault_has_the_layout_of_xmlrpclib() =>
        Assert.Equal(
            """
            <?xml version='1.0'?>
            <methodResponse>
            <fault>
            <value><struct>
            <member>
            <name>faultCode</name>
            <value><int>3</int></value>
            </member>
            <member>
            <name>faultString</name>
            <value><string>no&lt;such</string></value>
            </member>
            </struct></value>
            </fault>
            </methodResponse>

            """,
            Encoding.UTF8.GetString(XmlRpcWriter.ToBytes(new XmlRpcFault(3, "no<such")))
        );

    [Theory]
    [InlineData(int.MaxValue, "<int>2147483647</int>")]
    [InlineData(int.MinValue, "<int>-2147483648</int>")]
    [InlineData(int.MaxValue + 1L, "<string>2147483648</string>")]
    [InlineData(int.MinValue - 1L, "<string>-2147483649</string>")]
    [InlineData(long.MaxValue, "<string>9223372036854775807</string>")]
    public void A_number_beyond_32_bits_is_sent_as_a_string_of_its_digits(long number, string xml) =>
        Assert.Contains(xml, Response(number));

    [Theory]
    [InlineData("a&b<c>d\"e'f", "<string>a&amp;b&lt;c&gt;d\"e'f</string>")]
    [InlineData("one\ntwo\tthree\r\n", "<string>one\ntwo\tthree&#13;\n</string>")]
    [InlineData("é€😀", "<string>é€😀</string>")]
    [InlineData("]]>", "<string>]]&gt;</string>")]
    [InlineData("", "<string></string>")]
    public void Strings_are_escaped_for_XML(string text, string xml) => Assert.Contains(xml, Response(text));

    [Fact]
    public void In_a_response_what_XML_cannot_carry_becomes_the_replacement_character()
    {
        Assert.Contains("<string>a\uFFFDb\uFFFDc\uFFFD\uFFFD</string>", Response("a\u0001b\uDCFFc\uFFFF\0"));
        Assert.Contains("<name>\uFFFD</name>", Response(SStruct.Of(("\u001b", 0))));
    }

    [Theory]
    [InlineData("a\u0001", @"'a\x01'")]
    [InlineData("\u001b[2J", @"'\x1b[2J'")]
    [InlineData("a\0", @"'a\x00'")]
    public void In_a_call_what_XML_cannot_carry_is_an_error_that_shows_the_text(string text, string shown)
    {
        var e = Assert.Throws<XmlRpcFormatException>(() => XmlRpcWriter.ToBytes(XmlRpcCall.Of("m", SList.Of("name", text))));
        Assert.Contains(shown, e.Message);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_cannot_be_sent_in_a_call() =>
        Assert.Throws<XmlRpcFormatException>(() => XmlRpcWriter.ToBytes(XmlRpcCall.Of("m", "\uDCE9")));

    [Fact]
    public void Output_goes_to_any_buffer_writer()
    {
        var buffer = new ArrayBufferWriter<byte>();
        XmlRpcWriter.WriteCall(XmlRpcCall.Of("m", "é"), buffer);
        XmlRpcWriter.WriteResponse(new XmlRpcResult(1), buffer);
        Assert.Equal(
            [.. XmlRpcWriter.ToBytes(XmlRpcCall.Of("m", "é")), .. XmlRpcWriter.ToBytes(new XmlRpcResult(1))],
            buffer.WrittenSpan.ToArray()
        );
    }

    private static string Response(SValue value) => Encoding.UTF8.GetString(XmlRpcWriter.ToBytes(new XmlRpcResult(value)));
}
