using System.Net.Sockets;
using Xm.Connection;

namespace Xm.Tests;

public sealed class ConnectionTests : IDisposable
{
    private readonly XmRun _xm = new() { Connect = address => new XendConnection(address) };
    private FakeXendServer? _server;

    public void Dispose()
    {
        _server?.Dispose();
        _xm.Dispose();
    }

    private Outcome Run(Func<string, byte[]> answer, params string[] words)
    {
        _server = new FakeXendServer(answer);
        _xm.Environment["XM_SERVER"] = "httpu://" + _server.Path;
        return _xm.Run(words);
    }

    [Fact]
    public void Calls_go_over_the_socket_that_XM_SERVER_names()
    {
        var request = "";
        var outcome = Run(
            sent =>
            {
                request = sent;
                return FakeXendServer.Value("<string>(XEN) it\\'s \\\\ here\\n</string>");
            },
            "dmesg"
        );
        Assert.Equal(new Outcome(0, "(XEN) it's \\ here\n", ""), outcome);
        Assert.StartsWith("POST /RPC2 HTTP/1.1\r\n", request);
        Assert.Contains("<methodName>xend.node.dmesg.info</methodName>", request);
    }

    [Fact]
    public void An_unknown_domain_ends_with_3_and_no_usage() =>
        Assert.Equal(
            new Outcome(3, "", "Error: Domain 'nosuch' does not exist.\n"),
            Run(_ => FakeXendServer.Fault(3, "nosuch"), "destroy", "nosuch")
        );

    [Fact]
    public void Another_fault_is_told_with_its_details_and_the_usage()
    {
        var outcome = Run(_ => FakeXendServer.Fault(2, "Domain 'x' is busy\n  shutdown runs since 14 s"), "destroy", "x");
        Assert.Equal((1, "Error: Domain 'x' is busy\n  shutdown runs since 14 s\n"), (outcome.Status, outcome.Errors));
        Assert.StartsWith("Usage: xm destroy <Domain>\n", outcome.Out);
    }

    [Fact]
    public void An_unknown_method_is_told()
    {
        var outcome = Run(
            _ =>
                FakeXendServer.Value(
                    "<struct><member><name>Status</name><value><string>Failure</string></value></member><member><name>ErrorDescription</name><value>"
                        + "<array><data><value><string>MESSAGE_METHOD_UNKNOWN</string></value></data></array></value></member></struct>"
                ),
            "log"
        );
        Assert.Equal((1, "Error: method \"xend.node.log\" is not supported\n"), (outcome.Status, outcome.Errors));
    }

    [Theory]
    [InlineData(true, "Error: Unable to connect to xend: No such file or directory. Is xend running?\n")]
    [InlineData(false, "Error: Most commands need root access. Please try again as root.\n")]
    public void A_socket_that_is_not_there_is_told(bool isRoot, string told)
    {
        _xm.IsRoot = isRoot;
        _xm.Environment["XM_SERVER"] = "httpu:///nonexistent/xmlrpc.sock";
        Assert.Equal(new Outcome(1, "", told), _xm.Run("list"));
    }

    [Fact]
    public void A_socket_that_nobody_listens_on_is_told()
    {
        using var directory = new XmRun();
        var path = Path.Combine(Directory.CreateTempSubdirectory("xend-test").FullName, "s");
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            _xm.Environment["XM_SERVER"] = "httpu://" + path;
            Assert.Equal("Error: Unable to connect to xend: Connection refused. Is xend running?\n", _xm.Run("list").Errors);
        }
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void A_xend_that_dies_during_the_call_is_told() =>
        Assert.Equal(new Outcome(1, "", "Xend has probably crashed!  Invalid or missing HTTP status code.\n"), Run(_ => [], "list"));

    [Theory]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<ohn")]
    public void An_answer_that_is_none_is_told(string answer) =>
        Assert.Equal(
            new Outcome(1, "", "Xend has probably crashed!  Invalid or missing HTTP status code.\n"),
            Run(_ => System.Text.Encoding.UTF8.GetBytes(answer), "list")
        );

    [Fact]
    public void An_HTTP_error_is_told() =>
        Assert.Equal(
            new Outcome(1, "", "Xend has probably crashed!  ProtocolError(500, Internal Server Error).\n"),
            Run(_ => FakeXendServer.Http("", "500 Internal Server Error"), "list")
        );

    [Fact]
    public void A_word_that_cannot_be_sent_is_told_with_its_character()
    {
        var outcome = Run(_ => [], "destroy", "a\u0001b");
        Assert.Equal(1, outcome.Status);
        Assert.StartsWith("Error: The argument has the control character 0x01: 'a\\x01b'\n", outcome.Errors);
    }

    [Theory]
    [InlineData("extra = 'quiet \\xff'", "extra has the byte 0xff, which is no UTF-8: ")]
    [InlineData("extra = 'quiet \\x07'", "extra has the control character 0x07: ")]
    [InlineData("name = 'web\\x00'", "name has the control character 0x00: ")]
    [InlineData("disk = ['phy:/dev/vg/\\xe4,xvda,w']", "disk has the byte 0xe4, which is no UTF-8: ")]
    [InlineData("vif = ['bridge=br\\x1b']", "vif has the control character 0x1b: ")]
    public void A_setting_that_cannot_be_sent_is_told_by_its_name(string line, string told)
    {
        _xm.WithFile("/boot/vmlinuz").WithFile("/etc/xen/web", $"name = 'web'\nkernel = '/boot/vmlinuz'\n{line}\n");
        var outcome = Run(_ => [], "create", "-q", "web");
        Assert.Equal(1, outcome.Status);
        Assert.StartsWith("Error: " + told, outcome.Errors);
        Assert.DoesNotContain("Usage", outcome.Out);
    }

    [Theory]
    [InlineData("http://host:8006/")]
    [InlineData("ssh://host")]
    [InlineData("nonsense")]
    public void Other_addresses_are_refused(string uri)
    {
        _xm.Environment["XM_SERVER"] = uri;
        Assert.StartsWith($"Error: Cannot call xend at {uri}: ", _xm.Run("list").Errors);
    }

    [Theory]
    [InlineData("<xm><!-- <server type='Xen-API' uri='x'/> --></xm>", "", "")]
    [InlineData("<xm><server type='LegacyXMLRPC' uri='httpu:///nonexistent/other'/></xm>", "", "")]
    [InlineData("<xm><server type='Foo' uri='httpu:///nonexistent/other'/></xm>", "Invalid server type Foo; using LegacyXMLRPC.\n", "")]
    [InlineData("not xml", "Ignoring invalid configuration file FILE.\n", "")]
    [InlineData("<xm><server type='Xen-API' uri='http://x'/></xm>", "", "xm-config.xml asks for the Xen-API")]
    public void The_file_xm_config_xml_is_read(string text, string warning, string refusal)
    {
        _xm.WithFile("/etc/xen/xm-config.xml", text);
        _xm.Environment["XM_SERVER"] = "httpu:///nonexistent/xmlrpc.sock";
        var errors = _xm.Run("list").Errors;
        Assert.StartsWith(warning.Split("FILE")[0], errors);
        Assert.Contains(refusal.Length > 0 ? "Error: " + refusal : "Error: Unable to connect to xend", errors);
    }
}
