using System.Net;
using System.Net.Sockets;
using System.Text;
using Xend.DeviceModel;
using Xend.DeviceModel.Vnc;

namespace Xend.Tests.DeviceModel;

public sealed class VncGatewayTests
{
    [Theory]
    [InlineData("133457799BBCDFF1", "0123456789ABCDEF", "85E813540F0AB405")]
    [InlineData("0E329232EA6D0D73", "8787878787878787", "0000000000000000")]
    [InlineData("0101010101010101", "0000000000000000", "8CA64DE9C1B123A7")]
    [InlineData("7CA110454A1A6E57", "01A1D6D039776742", "690F5B0D9A26939B")]
    public void A_block_is_encrypted_as_the_standards_vectors_have_it(string key, string block, string expected)
    {
        var result = new byte[8];
        DesCipher.Encrypt(Convert.FromHexString(key), Convert.FromHexString(block), result);
        Assert.Equal(expected, Convert.ToHexString(result));
    }

    [Theory]
    [InlineData("RFB 003.008\n")]
    [InlineData("RFB 003.007\n")]
    [InlineData("RFB 003.003\n")]
    public async Task A_viewer_that_knows_the_password_sees_the_display(string version)
    {
        await using var gateway = await Gateway.StartAsync("geheim");
        await using var viewer = await gateway.ConnectAsync();
        Assert.Equal(0, await GreetAsync(viewer, version, "geheim"));
        await viewer.WriteAsync(new byte[] { 1 });
        Assert.Equal("picture", await ReadTextAsync(viewer, 7));
    }

    [Theory]
    [InlineData("falsch")]
    [InlineData("")]
    [InlineData("geheiM")]
    public async Task A_viewer_that_does_not_is_refused_and_never_reaches_the_display(string password)
    {
        await using var gateway = await Gateway.StartAsync("geheim");
        await using var viewer = await gateway.ConnectAsync();
        Assert.Equal(1, await GreetAsync(viewer, "RFB 003.008\n", password));
        Assert.Equal(21, (await ReadAsync(viewer, 4))[3]);
        Assert.Equal("Authentication failed", await ReadTextAsync(viewer, 21));
        Assert.Equal(0, await viewer.ReadAsync(new byte[1]));
        Assert.Equal(0, gateway.DisplaysOpened);
    }

    [Fact]
    public async Task What_speaks_another_protocol_is_shown_the_door()
    {
        await using var gateway = await Gateway.StartAsync("geheim");
        await using var viewer = await gateway.ConnectAsync();
        await ReadAsync(viewer, 12);
        await viewer.WriteAsync("GET / HTTP/1"u8.ToArray());
        Assert.Equal(0, await viewer.ReadAsync(new byte[1]));
    }

    [Fact]
    public void Only_eight_bytes_of_a_password_count_as_with_every_vnc() =>
        Assert.Equal(VncHandshake.Response("12345678", new byte[16]), VncHandshake.Response("123456789", new byte[16]));

    [Fact]
    public void A_port_that_is_taken_is_passed_over_and_the_setting_survives_its_line()
    {
        var setting = new VncGatewaySetting("127.0.0.1", 5900, 5999, "/run/x y", new DeviceModelProcess(7, 9), "ge heim\n%");
        using var first = VncGateway.Listen(setting);
        using var second = VncGateway.Listen(setting);
        Assert.NotEqual(first.LocalEndPoint, second.LocalEndPoint);
        Assert.Equal(setting, VncGatewaySetting.TryParse(setting.ToLine()));
        Assert.DoesNotContain("heim", setting.ToString());
    }

    /// <summary>The security result: 0 is admitted.</summary>
    private static async Task<int> GreetAsync(Stream viewer, string version, string password)
    {
        Assert.Equal("RFB 003.008\n", await ReadTextAsync(viewer, 12));
        await viewer.WriteAsync(Encoding.ASCII.GetBytes(version));
        if (version.EndsWith("3\n", StringComparison.Ordinal))
        {
            Assert.Equal([0, 0, 0, 2], await ReadAsync(viewer, 4));
        }
        else
        {
            Assert.Equal([1, 2], await ReadAsync(viewer, 2));
            await viewer.WriteAsync(new byte[] { 2 });
        }
        await viewer.WriteAsync(VncHandshake.Response(password, await ReadAsync(viewer, 16)));
        return (await ReadAsync(viewer, 4))[3];
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    private static async Task<string> ReadTextAsync(Stream stream, int count) => Encoding.ASCII.GetString(await ReadAsync(stream, count));

    /// <summary>The gateway before a display that shows one word to whoever comes in.</summary>
    private sealed class Gateway : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Socket _listener;
        private readonly Socket _display;
        private readonly string _path;
        private readonly Task _serving;
        private readonly Task _showing;

        private Gateway(string password)
        {
            _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
            _display = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            _display.Bind(new UnixDomainSocketEndPoint(_path));
            _display.Listen(1);
            var setting = new VncGatewaySetting("127.0.0.1", 0, 0, _path, new DeviceModelProcess(0, 0), password);
            _listener = VncGateway.Listen(setting);
            _serving = VncGateway.ServeAsync(_listener, setting, _stop.Token);
            _showing = ShowAsync();
        }

        public int DisplaysOpened { get; private set; }

        public static Task<Gateway> StartAsync(string password) => Task.FromResult(new Gateway(password));

        public async Task<NetworkStream> ConnectAsync()
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, ((IPEndPoint)_listener.LocalEndPoint!).Port));
            return new NetworkStream(socket, ownsSocket: true);
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _serving;
            _listener.Dispose();
            _display.Dispose();
            await _showing;
            File.Delete(_path);
            _stop.Dispose();
        }

        private async Task ShowAsync()
        {
            try
            {
                using var socket = await _display.AcceptAsync(_stop.Token);
                DisplaysOpened++;
                await using var stream = new NetworkStream(socket);
                await stream.WriteAsync("RFB 003.008\n"u8.ToArray());
                await ReadAsync(stream, 12);
                await stream.WriteAsync(new byte[] { 1, 1 });
                await ReadAsync(stream, 1);
                await stream.WriteAsync(new byte[4]);
                await ReadAsync(stream, 1);
                await stream.WriteAsync("picture"u8.ToArray());
                await stream.ReadExactlyAsync(new byte[1], _stop.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or IOException)
            {
                // The test is over.
            }
        }
    }
}
