using System.Text;
using Shared;
using Sxp;

namespace XmlRpc.Tests;

public sealed class XmlRpcReaderTests
{
    [Theory]
    [InlineData("<value><int>-12</int></value>", "-12")]
    [InlineData("<value><i4> 12\n</i4></value>", "12")]
    [InlineData("<value><i8>9223372036854775807</i8></value>", "9223372036854775807")]
    [InlineData("<value><int>4294967296</int></value>", "4294967296")]
    [InlineData("<value><boolean>1</boolean></value>", "True")]
    [InlineData("<value><boolean>0</boolean></value>", "False")]
    [InlineData("<value><double>24.116146647</double></value>", "24.116146647")]
    [InlineData("<value><double>1e3</double></value>", "1000.0")]
    [InlineData("<value><nil/></value>", "'None'")]
    [InlineData("<value><nil></nil></value>", "'None'")]
    [InlineData("<value><ex:nil xmlns:ex='http://ws.apache.org/xmlrpc/namespaces/extensions'/></value>", "'None'")]
    [InlineData("<value><string>abc</string></value>", "abc")]
    [InlineData("<value>abc</value>", "abc")]
    [InlineData("<value> abc </value>", "' abc '")]
    [InlineData("<value></value>", "''")]
    [InlineData("<value/>", "''")]
    [InlineData("<value><string/></value>", "''")]
    [InlineData("<value><string> a\tb </string></value>", @"' a\tb '")]
    [InlineData("<value><string>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;&#13;</string></value>", "'<>&\"\\'A\\xf0\\x9f\\x98\\x80\\r'")]
    [InlineData("<value><string>a<![CDATA[<b>&amp;]]>c</string></value>", "'a<b>&amp;c'")]
    [InlineData("<value><string>a<!-- remark -->b<?target data?>c</string></value>", "abc")]
    [InlineData("<value><string>a\r\nb\rc&amp;\r\nd</string></value>", @"'a\nb\nc&\nd'")]
    [InlineData("<value><base64>aGVs\nbG8=</base64></value>", "hello")]
    [InlineData("<value><base64>/w==</base64></value>", @"'\xff'")]
    [InlineData("<value><dateTime.iso8601>20070311T10:00:00</dateTime.iso8601></value>", "20070311T10:00:00")]
    [InlineData("<value><array><data></data></array></value>", "()")]
    [InlineData("<value><array><data/></array></value>", "()")]
    [InlineData("<value><array><data><value>a</value> <value><int>1</int></value></data></array></value>", "(a 1)")]
    [InlineData("<value><struct/></value>", "()")]
    [InlineData("<value><struct><member><name>cap</name><value><int>0</int></value></member></struct></value>", "((cap 0))")]
    [InlineData("<value attribute='a>b' other=\"'\" ><string>x</string></value >", "x")]
    public void Every_type_of_value_is_read(string xml, string printed) => Assert.Equal(printed, SxpWriter.OneLine(ReadValue(xml)));

    [Theory]
    [InlineData("")]
    [InlineData("<value>")]
    [InlineData("<value><int></int></value>")]
    [InlineData("<value><int>1.5</int></value>")]
    [InlineData("<value><int>9223372036854775808</int></value>")]
    [InlineData("<value><boolean>2</boolean></value>")]
    [InlineData("<value><boolean/></value>")]
    [InlineData("<value><double>x</double></value>")]
    [InlineData("<value><nil>x</nil></value>")]
    [InlineData("<value><base64>!</base64></value>")]
    [InlineData("<value><date>x</date></value>")]
    [InlineData("<value>text<int>1</int></value>")]
    [InlineData("<value><int>1</int>text</value>")]
    [InlineData("<value><int>1</int><int>2</int></value>")]
    [InlineData("<value><int>1</i4></value>")]
    [InlineData("<value><int>1</int></values>")]
    [InlineData("<value></int></value>")]
    [InlineData("<value><array><value/></array></value>")]
    [InlineData("<value><array><data><int>1</int></data></array></value>")]
    [InlineData("<value><struct><member><value/></member></struct></value>")]
    [InlineData("<value><struct><name>a</name></struct></value>")]
    [InlineData("<value><string>a\u0001</string></value>")]
    [InlineData("<value><string>&#1;</string></value>")]
    [InlineData("<value><string>&#xD800;</string></value>")]
    [InlineData("<value><string>&#x110000;</string></value>")]
    [InlineData("<value><string>&#-5;</string></value>")]
    [InlineData("<value><string>&unknown;</string></value>")]
    [InlineData("<value><string>a & b</string></value>")]
    [InlineData("<value><string>&#6 5;</string></value>")]
    [InlineData("<value><string><![CDATA[a</string></value>")]
    [InlineData("<value><string>a<!-- b</string></value>")]
    [InlineData("<value><string>a<b</string></value>")]
    [InlineData("<value a='b><string>a</string></value>")]
    [InlineData("<value<string>a</string></value>")]
    [InlineData("< value>a</value>")]
    [InlineData("<!ELEMENT a><value>a</value>")]
    public void Malformed_values_are_refused_with_a_place(string xml)
    {
        var e = Assert.Throws<XmlRpcFormatException>(() => ReadValue(xml));
        Assert.InRange(e.Offset, 1, int.MaxValue);
        Assert.EndsWith(".", e.Message);
    }

    [Fact]
    public void The_captured_call_of_xm_is_read()
    {
        const string Call =
            "<?xml version='1.0'?>\n<methodCall><methodName>xend.domains_with_state</methodName><params>\n"
            + "<param><value><boolean>1</boolean></value></param>\n<param><value><string>all</string></value></param>\n"
            + "<param><value><int>0</int></value></param></params></methodCall>";
        Assert.Equal(XmlRpcCall.Of("xend.domains_with_state", true, "all", 0), XmlRpcReader.ReadCall(Encoding.UTF8.GetBytes(Call)));
    }

    [Theory]
    [InlineData("<methodCall><methodName>m</methodName></methodCall>")]
    [InlineData("<methodCall><methodName> m </methodName><params/></methodCall>")]
    [InlineData(
        "\uFEFF<?xml version='1.0' encoding='utf-8'?><!-- x "
            + "--><methodCall><methodName>m</methodName><params></params></methodCall>\n<!-- y -->\n"
    )]
    public void A_call_may_have_no_arguments(string xml) =>
        Assert.Equal(XmlRpcCall.Of("m"), XmlRpcReader.ReadCall(Encoding.UTF8.GetBytes(xml)));

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("{\"method\": \"m\"}")]
    [InlineData("<methodCall/>")]
    [InlineData("<methodCall><methodName></methodName></methodCall>")]
    [InlineData("<methodCall><methodName>m</methodName><params><param/></params></methodCall>")]
    [InlineData("<methodCall><methodName>m</methodName></methodCall><methodCall>")]
    [InlineData("<methodCall><methodName>m</methodName></methodCall> x")]
    [InlineData("<methodResponse><params><param><value/></param></params></methodResponse>")]
    [InlineData("<!DOCTYPE m [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><methodCall><methodName>m</methodName></methodCall>")]
    [InlineData("<?xml version='1.0'?><!DOCTYPE m SYSTEM 'file:///etc/passwd'><methodCall><methodName>m</methodName></methodCall>")]
    public void What_is_no_call_is_refused(string xml) =>
        Assert.Throws<XmlRpcFormatException>(() => XmlRpcReader.ReadCall(Encoding.UTF8.GetBytes(xml)));

    [Fact]
    public void Faults_are_read_with_members_in_either_order_and_the_code_as_int_or_string()
    {
        Assert.Equal(
            new XmlRpcFault(3, "linux"),
            ReadFault(
                "<member><name>faultCode</name><value><int>3</int></value></member>",
                "<member><name>faultString</name><value>linux</value></member>"
            )
        );
        Assert.Equal(
            new XmlRpcFault(3, "linux"),
            ReadFault(
                "<member><name>faultString</name><value>linux</value></member>",
                "<member><name>faultCode</name><value>3</value></member>"
            )
        );
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("<member><name>faultCode</name><value><int>3</int></value></member>", "")]
    [InlineData(
        "<member><name>faultCode</name><value><int>4294967296</int></value></member>",
        "<member><name>faultString</name><value>x</value></member>"
    )]
    public void A_fault_without_code_or_text_is_refused(string first, string second) =>
        Assert.Throws<XmlRpcFormatException>(() => ReadFault(first, second));

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused()
    {
        var e = Assert.Throws<XmlRpcFormatException>(() =>
            XmlRpcReader.ReadCall([.. "<methodCall><methodName>"u8, 0xff, .. "</methodName></methodCall>"u8])
        );
        Assert.Contains("UTF-8", e.Message);
    }

    [Fact]
    public void Nesting_is_bounded_and_what_may_be_nested_is_read()
    {
        SValue value = "x";
        for (var i = 0; i < XmlRpcReader.MaxDepth; i++)
        {
            value = i % 2 == 0 ? SList.Of(value) : SStruct.Of(("a", value));
        }
        Assert.Equal(new XmlRpcResult(value), XmlRpcReader.ReadResponse(XmlRpcWriter.ToBytes(new XmlRpcResult(value))));
        var tooDeep = XmlRpcWriter.ToBytes(new XmlRpcResult(SList.Of(value)));
        Assert.Throws<XmlRpcFormatException>(() => XmlRpcReader.ReadResponse(tooDeep));
        var bomb = Encoding.UTF8.GetBytes(
            "<methodResponse><params><param>" + string.Concat(Enumerable.Repeat("<value><array><data>", 500_000))
        );
        Assert.Throws<XmlRpcFormatException>(() => XmlRpcReader.ReadResponse(bomb));
    }

    [Theory]
    [InlineData("<value>x</value>")]
    [InlineData("<value><string>&amp;</string></value>")]
    [InlineData("<value><string><!-- --></string></value>")]
    [InlineData("<value><array><data/></array></value>")]
    [InlineData("<!-- < -->")]
    [InlineData("&amp;")]
    [InlineData("\r")]
    public void Time_is_linear_in_the_length_of_the_message(string piece)
    {
        var small = Message(piece, 100_000 / piece.Length);
        var large = Message(piece, 400_000 / piece.Length);
        LinearTime.Assert(() => Read(small), () => Read(large));

        static byte[] Message(string piece, int count) =>
            Encoding.UTF8.GetBytes(
                "<methodResponse><params><param><value><array><data>"
                    + string.Concat(Enumerable.Repeat(piece, count))
                    + "</data></array></value></param></params></methodResponse>"
            );
    }

    private static void Read(byte[] message)
    {
        try
        {
            XmlRpcReader.ReadResponse(message);
        }
        catch (XmlRpcFormatException)
        {
            // Both outcomes have to be quick.
        }
    }

    private static SValue ReadValue(string value) =>
        Assert
            .IsType<XmlRpcResult>(
                XmlRpcReader.ReadResponse(
                    Encoding.UTF8.GetBytes($"<methodResponse><params><param>{value}</param></params></methodResponse>")
                )
            )
            .Value;

    private static XmlRpcResponse ReadFault(string first, string second) =>
        XmlRpcReader.ReadResponse(
            Encoding.UTF8.GetBytes($"<methodResponse><fault><value><struct>{first}{second}</struct></value></fault></methodResponse>")
        );
}
