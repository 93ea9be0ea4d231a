using System.Net.Sockets;
using System.Text;
using Xend.DeviceModel;

namespace Xend.Tests.DeviceModel;

public sealed class QmpClientTests
{
    private const string Greeting = """{"QMP": {"version": {"qemu": {"major": 7}}, "capabilities": []}}""";
    private const string Done = """{"return": {}}""";

    [Fact]
    public async Task Answers_are_found_between_events_and_whatever_they_are_cut_into()
    {
        await using var qmp = await Qmp.StartAsync(
            pieces: 7,
            Greeting,
            Done,
            """{"timestamp": {}, "event": "VNC_CONNECTED", "data": {}}""",
            """{"return": {"enabled": true, "host": "127.0.0.1", "service": "5903", "auth": "vnc", "family": "ipv4", "clients": []}}"""
        );
        Assert.Equal(new VncAddress("127.0.0.1", 5903), await qmp.Client.QueryVncAsync(default));
        Assert.Equal(["{\"execute\":\"qmp_capabilities\"}", "{\"execute\":\"query-vnc\"}"], qmp.Received());
    }

    [Fact]
    public async Task A_display_that_is_off_is_none_and_only_ptys_are_terminals()
    {
        await using var qmp = await Qmp.StartAsync(
            4096,
            Greeting,
            Done,
            """{"return": {"enabled": false}}""",
            """{"return": [{"label": "serial1", "filename": "file"}, {"label": "serial0", "filename": "pty:/dev/pts/3"}, {"label": "libxl-cmd", "filename": "unix:/x"}, {"label": "libxl-channel2", "filename": "pty:/dev/pts/4"}]}"""
        );
        Assert.Null(await qmp.Client.QueryVncAsync(default));
        Assert.Equal(
            new Dictionary<string, string> { ["serial0"] = "/dev/pts/3", ["libxl-channel2"] = "/dev/pts/4" },
            await qmp.Client.QueryTerminalsAsync(default)
        );
    }

    [Fact]
    public async Task What_it_refuses_comes_with_its_own_words()
    {
        await using var qmp = await Qmp.StartAsync(
            4096,
            Greeting,
            Done,
            """{"error": {"class": "GenericError", "desc": "Device 'ide-5632' is locked"}}"""
        );
        var error = await Assert.ThrowsAsync<QmpException>(() => qmp.Client.EjectAsync(5632, default));
        Assert.Equal("eject: Device 'ide-5632' is locked", error.Message);
    }

    [Fact]
    public async Task An_image_that_is_tried_is_opened_for_reading_beside_who_has_it_and_closed()
    {
        const string NotThere = """{"error":{"class":"GenericError","desc":"Failed to find node with node-name='tried'"}}""";
        await using var qmp = await Qmp.StartAsync(4096, Greeting, Done, NotThere, Done, Done);
        await qmp.Client.TryImageAsync(new BlockSource("/images/a.img", DiskFormat.Vhd), isBlockDevice: false, default);
        Assert.Equal(
            [
                """{"execute":"blockdev-del","arguments":{"node-name":"tried"}}""",
                """{"execute":"blockdev-add","arguments":{"driver":"vpc","node-name":"tried","read-only":true,"file":{"driver":"file","filename":"/images/a.img","locking":"off"}}}""",
                """{"execute":"blockdev-del","arguments":{"node-name":"tried"}}""",
            ],
            qmp.Received()[1..]
        );
    }

    [Fact]
    public async Task A_PCI_function_is_named_as_libxl_names_it_and_found_on_any_bus()
    {
        await using var qmp = await Qmp.StartAsync(
            4096,
            Greeting,
            Done,
            Done,
            Done,
            """{"return": [{"bus": 0, "devices": [{"bus": 0, "slot": 1, "function": 0, "qdev_id": ""}, {"slot": "x", "function": 0, "qdev_id": "odd"}]}, {"bus": 1, "devices": [{"bus": 1, "slot": 31, "function": 7, "qdev_id": "pci-pt-07_1f.0"}]}, {"bus": 2}, 3]}"""
        );
        var function = new PciAddress(1, 7, 0x1f, 0);
        await qmp.Client.PlugPciAsync(Passthrough.IdOf(function), function, null, default);
        await qmp.Client.PlugPciAsync(Passthrough.IdOf(function), function, "1f.7", default);
        Assert.Equal(new Dictionary<string, int> { ["pci-pt-07_1f.0"] = 255 }, await qmp.Client.ListPciAsync(default));
        Assert.Equal(
            [
                """{"execute":"device_add","arguments":{"driver":"xen-pci-passthrough","id":"pci-pt-07_1f.0","hostaddr":"0001:07:1f.0"}}""",
                """{"execute":"device_add","arguments":{"driver":"xen-pci-passthrough","id":"pci-pt-07_1f.0","hostaddr":"0001:07:1f.0","addr":"1f.7"}}""",
                """{"execute":"query-pci"}""",
            ],
            qmp.Received()[1..]
        );
    }

    [Fact]
    public async Task A_disc_is_sent_as_json_text()
    {
        await using var qmp = await Qmp.StartAsync(4096, Greeting, Done, Done, Done);
        await qmp.Client.InsertAsync(5632, "/iso/a \"b\".iso", default);
        var received = qmp.Received();
        Assert.Contains("\"id\":\"ide-5632\"", received[1]);
        Assert.Contains("\"format\":\"raw\"", received[1]);
        Assert.Contains("/iso/a \\u0022b\\u0022.iso", received[1]);
    }

    [Theory]
    [InlineData("this is no json")]
    [InlineData("{\"hello\": 1}")]
    [InlineData("[]")]
    public async Task What_does_not_greet_as_a_device_model_is_refused(string greeting) =>
        await Assert.ThrowsAsync<QmpException>(() => Qmp.StartAsync(4096, greeting));

    [Fact]
    public async Task A_connection_that_is_cut_is_told_so()
    {
        await using var qmp = await Qmp.StartAsync(4096, Greeting, Done);
        qmp.Cut();
        var error = await Assert.ThrowsAsync<QmpException>(() => qmp.Client.QueryVncAsync(default));
        Assert.Equal("query-vnc: the device model closed the connection", error.Message);
    }

    /// <summary>A scripted device model at the other end of a socket pair.</summary>
    private sealed class Qmp : IAsyncDisposable
    {
        private readonly Socket _other;

        private Qmp(QmpClient client, Socket other)
        {
            Client = client;
            _other = other;
        }

        public QmpClient Client { get; }

        public static async Task<Qmp> StartAsync(int pieces, params string[] lines)
        {
            var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
            using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen(1);
            try
            {
                var connecting = QmpClient.ConnectAsync(path, TimeProvider.System, CancellationToken.None);
                var other = await listener.AcceptAsync();
                foreach (var piece in Encoding.UTF8.GetBytes(string.Join("\r\n", lines) + "\r\n").Chunk(pieces))
                {
                    await other.SendAsync(piece);
                }
                return new Qmp(await connecting, other);
            }
            finally
            {
                File.Delete(path);
            }
        }

        public string[] Received()
        {
            var buffer = new byte[65536];
            return Encoding.UTF8.GetString(buffer, 0, _other.Receive(buffer)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }

        public void Cut() => _other.Dispose();

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            _other.Dispose();
        }
    }
}
