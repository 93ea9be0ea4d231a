using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Serilog;
using Sxp;
using Xend.Relocation;

namespace Xend.Tests.Relocation;

/// <summary>Who connects to the relocation server, and how both sides know each other.</summary>
public sealed class RelocationServerTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("xend-relocation");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("help\n", "(ok (help quit receive sslreceive migrate status forget))")]
    [InlineData("(help)\n", "(ok (help quit receive sslreceive migrate status forget))")]
    [InlineData("foo\n", "(err (type \"<class 'xen.xend.XendError.XendError'>\") (value 'Invalid operation: foo'))")]
    [InlineData("receive\n", "Xen has not read their memory since 4.6")]
    [InlineData("(status 1)\n", "served status")]
    public async Task The_old_words_have_their_old_answers(string words, string answer)
    {
        await using var server = Start("");
        Assert.Contains(
            answer.Replace("\"", "'").Replace("'", ""),
            (await AskAsync(server.Port, words)).Replace("\"", "").Replace("'", "")
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("quit\n")]
    [InlineData("((((\n")]
    [InlineData("\0\u0001\u0002")]
    public async Task Who_connects_and_goes_or_says_what_is_no_message_harms_nobody(string words)
    {
        await using var server = Start("");
        await AskAsync(server.Port, words, waits: false);
        Assert.Contains("(ok", await AskAsync(server.Port, "help\n"));
    }

    [Fact]
    public async Task Who_may_not_is_told_so()
    {
        await using var server = Start("^192[.]0[.]2[.]1$");
        var answer = await AskAsync(server.Port, "");
        Assert.Contains("127.0.0.1 may not relocate domains to this host (xend-relocation-hosts-allow)", answer);
    }

    [Fact]
    public async Task By_TLS_both_sides_know_each_other()
    {
        var authority = new Authority(_directory.FullName, "ours");
        var here = authority.Sign("here");
        var there = authority.Sign("localhost");
        await using var server = Start("", there);
        var peers = new RelocationPeers(() => here);
        await using var channel = await peers.ConnectAsync(new PeerAddress("localhost", server.Port, IsSecure: true), default);
        await channel.SendAsync("help", default);
        Assert.Equal("ok", (await channel.ReceiveAsync(TimeSpan.FromSeconds(10), default) as SList)?.Name);
    }

    [Fact]
    public async Task By_TLS_strangers_are_turned_away_on_either_side()
    {
        var ours = new Authority(_directory.FullName, "ours");
        var others = new Authority(_directory.FullName, "others");
        await using var server = Start("", ours.Sign("localhost"));
        await using var stranger = Start("", others.Sign("localhost"));
        await using var misnamed = Start("", ours.Sign("elsewhere"));
        await using var plain = Start("");
        await RefusedAsync(() => others.Sign("here"), server);
        await RefusedAsync(() => ours.Sign("here"), stranger);
        await RefusedAsync(() => ours.Sign("here"), misnamed);
        await RefusedAsync(() => ours.Sign("here"), plain);

        static async Task RefusedAsync(Func<RelocationCredentials> own, RelocationServer server)
        {
            var error = await Assert.ThrowsAsync<RelocationException>(async () =>
            {
                // A client of TLS 1.3 learns with the first answer that it is not known.
                await using var channel = await new RelocationPeers(own).ConnectAsync(
                    new PeerAddress("localhost", server.Port, IsSecure: true),
                    default
                );
                await channel.SendAsync("help", default);
                await channel.ReceiveAsync(TimeSpan.FromSeconds(10), default);
            });
            Assert.DoesNotContain("Exception", error.Message);
        }
    }

    [Fact]
    public void What_is_missing_for_TLS_is_told()
    {
        var error = Assert.Throws<XendError>(() => RelocationCredentials.Read("", "", ""));
        Assert.Equal("Relocation by TLS needs xend-relocation-server-ssl-cert-file in xend-config.sxp.", error.Message);
        var file = Path.Combine(_directory.FullName, "nothing");
        File.WriteAllText(file, "nothing");
        error = Assert.Throws<XendError>(() => RelocationCredentials.Read(file, file, file));
        Assert.Contains("they are no PEM files of a key and its certificate", error.Message);
        error = Assert.Throws<XendError>(() => RelocationCredentials.Read("/nonexistent", "/nonexistent", "/nonexistent"));
        Assert.Contains("No such file or directory", error.Message);
    }

    [Fact]
    public async Task Nobody_at_the_other_end_is_told_with_what_to_look_at()
    {
        var peers = new RelocationPeers(() => throw new InvalidOperationException());
        var error = await Assert.ThrowsAsync<RelocationException>(() =>
            peers.ConnectAsync(new PeerAddress("127.0.0.1", 1, IsSecure: false), default)
        );
        Assert.Equal("can't connect: 127.0.0.1:1: Connection refused", error.Message);
        Assert.Contains("xend-relocation-server", error.Hint);
    }

    [Fact]
    public async Task A_stream_that_is_cut_is_none()
    {
        var (near, far) = await PairAsync();
        await using var sender = new RelocationChannel(near, "near");
        await using var taker = new RelocationChannel(far, "far");
        var bytes = new byte[3 * 1024 * 1024];
        Random.Shared.NextBytes(bytes);
        var sending = SendAsync(ends: true);
        using var taken = new MemoryStream();
        await taker.Incoming().CopyToAsync(taken);
        await sending;
        Assert.Equal(bytes, taken.ToArray());
        await sender.SendAsync("after", default);
        Assert.Equal("after", (await taker.ReceiveAsync(TimeSpan.FromSeconds(10), default)).ToString());

        sending = SendAsync(ends: false);
        await Assert.ThrowsAsync<RelocationException>(() => taker.Incoming().CopyToAsync(Stream.Null));
        await sending;

        async Task SendAsync(bool ends)
        {
            await sender.Outgoing.WriteAsync(bytes);
            if (ends)
            {
                await sender.EndStreamAsync(default);
            }
            else
            {
                await sender.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task What_is_no_frame_and_what_does_not_end_is_refused()
    {
        var (near, far) = await PairAsync();
        await using var taker = new RelocationChannel(far, "far");
        await near.WriteAsync(new byte[] { 0x7f, 0xff, 0xff, 0xff, 1 });
        await Assert.ThrowsAsync<RelocationException>(() => taker.Incoming().CopyToAsync(Stream.Null));
        await near.DisposeAsync();
    }

    private static RelocationServer Start(string allow, RelocationCredentials? credentials = null) =>
        RelocationServer.Start(
            new RelocationListen("127.0.0.1", 0, new HostsAllow(allow), credentials),
            new Service(),
            new LoggerConfiguration().CreateLogger()
        );

    private static async Task<string> AskAsync(int port, string words, bool waits = true)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(words));
        if (!waits)
        {
            return "";
        }
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var buffer = new byte[4096];
        try
        {
            return Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, limit.Token));
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static async Task<(NetworkStream Near, NetworkStream Far)> PairAsync()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var client = new TcpClient();
        var connecting = client.ConnectAsync((System.Net.IPEndPoint)listener.LocalEndpoint);
        var server = await listener.AcceptTcpClientAsync();
        await connecting;
        return (client.GetStream(), server.GetStream());
    }

    private sealed class Service : IRelocationService
    {
        public Task ServeAsync(RelocationChannel channel, SList first, CancellationToken cancellation) =>
            channel.SendAsync(SList.Of("served", first.Name!), cancellation);
    }

    /// <summary>Who signs hosts' certificates.</summary>
    private sealed class Authority
    {
        private readonly string _directory;
        private readonly string _name;
        private readonly X509Certificate2 _certificate;

        public Authority(string directory, string name)
        {
            (_directory, _name) = (directory, name);
            var request = new CertificateRequest($"CN={name}", RSA.Create(2048), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            File.WriteAllText(Place("ca"), _certificate.ExportCertificatePem());
        }

        public RelocationCredentials Sign(string host)
        {
            using var key = RSA.Create(2048);
            var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(host);
            request.CertificateExtensions.Add(names.Build());
            using var signed = request.Create(
                _certificate,
                DateTimeOffset.UtcNow.AddHours(-1),
                DateTimeOffset.UtcNow.AddHours(1),
                RandomNumberGenerator.GetBytes(8)
            );
            File.WriteAllText(Place(host), signed.ExportCertificatePem());
            File.WriteAllText(Place(host + ".key"), key.ExportPkcs8PrivateKeyPem());
            return RelocationCredentials.Read(Place(host), Place(host + ".key"), Place("ca"));
        }

        private string Place(string file) => Path.Combine(_directory, $"{_name}-{file}.pem");
    }
}
