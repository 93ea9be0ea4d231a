using System.Net.Sockets;
using Xend.Host;

namespace Xend.Tests.Host;

public sealed class UnixSocketsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sockets-").FullName;

    private readonly UnixSockets _sockets = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_socket_whose_listener_has_gone_is_removed()
    {
        var path = In("dead");
        Bind(path, SocketType.Stream).Dispose();
        Assert.Equal(FileKind.Socket, Kind(path));
        Assert.False(_sockets.IsServed(path));
        Assert.Null(_sockets.RemoveDead(path));
        Assert.Null(Kind(path));
    }

    [Fact]
    public void One_at_which_somebody_listens_stays_however_busy_he_is()
    {
        var path = In("served");
        using var listener = Bind(path, SocketType.Stream);
        listener.Listen(1);
        for (var i = 0; i < 4; i++)
        {
            Assert.True(_sockets.IsServed(path));
        }
        Assert.Null(_sockets.RemoveDead(path));
        Assert.Equal(FileKind.Socket, Kind(path));
    }

    [Fact]
    public void One_for_datagrams_has_its_reader()
    {
        var path = In("log");
        using var reader = Bind(path, SocketType.Dgram);
        Assert.True(_sockets.IsServed(path));
        Assert.Null(_sockets.RemoveDead(path));
        Assert.Equal(FileKind.Socket, Kind(path));
    }

    [Fact]
    public void Files_directories_and_links_stay_and_nothing_is_no_trouble()
    {
        var dead = In("dead");
        Bind(dead, SocketType.Stream).Dispose();
        File.WriteAllText(In("file"), "kept");
        Directory.CreateDirectory(In("directory"));
        File.CreateSymbolicLink(In("link"), dead);
        foreach (var name in new[] { "file", "directory", "link", "nothing" })
        {
            Assert.Null(_sockets.RemoveDead(In(name)));
        }
        Assert.Equal(
            ["dead", "directory", "file", "link"],
            Directory.EnumerateFileSystemEntries(_directory).Select(Path.GetFileName).Order()
        );
    }

    private string In(string name) => Path.Combine(_directory, name);

    private static FileKind? Kind(string path) => new HostDevices(_ => new KernelFacts(false, "")).Stat(path)?.Kind;

    /// <summary>.NET removes the file of a socket that it disposes of, which a process that is killed does not: here is none.</summary>
    private static Socket Bind(string path, SocketType type)
    {
        var socket = new Socket(AddressFamily.Unix, type, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint($"{path}.bound"));
        File.Move($"{path}.bound", path);
        return socket;
    }
}
