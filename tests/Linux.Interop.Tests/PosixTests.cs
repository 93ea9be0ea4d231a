using System.Net.Sockets;

namespace Linux.Interop.Tests;

public sealed class PosixTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("posix").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_files_status_is_what_the_kernel_says()
    {
        var path = Path.Combine(_directory, "file");
        File.WriteAllText(path, "12345");
        var status = FileStatus.Read(path);
        Assert.True(status.IsRegular);
        Assert.Equal(5, status.Size);
        Assert.Equal(File.GetLastWriteTimeUtc(path), DateTime.UnixEpoch.AddTicks(status.ModifiedNs / 100));

        File.CreateSymbolicLink(path + ".link", path);
        Assert.Equal(status, FileStatus.Read(path + ".link"));
        Assert.True(FileStatus.Read(_directory).IsDirectory);
        Assert.Null(FileStatus.TryRead(path + ".none"));
        Assert.Equal(Errno.ENOENT, Assert.Throws<NativeCallException>(() => FileStatus.Read(path + ".none")).Errno);
    }

    [Fact]
    public void A_device_node_tells_its_number()
    {
        var zero = FileStatus.Read("/dev/zero");
        Assert.True(zero.IsCharacterDevice);
        Assert.Equal((1u, 5u), (zero.Major, zero.Minor));
    }

    [Fact]
    public void A_lock_file_has_one_holder_and_names_it()
    {
        var path = Path.Combine(_directory, "pid");
        Assert.Null(LockFile.Holder(path));
        using (var held = LockFile.TryTake(path))
        {
            Assert.NotNull(held);
            Assert.Null(LockFile.TryTake(path));
            Assert.Equal(Environment.ProcessId, LockFile.Holder(path));
        }
        using var again = LockFile.TryTake(path);
        Assert.NotNull(again);
    }

    [Fact]
    public void A_lock_file_does_not_follow_a_symbolic_link()
    {
        var path = Path.Combine(_directory, "pid");
        File.CreateSymbolicLink(path, Path.Combine(_directory, "victim"));
        Assert.Equal("ELOOP", Assert.Throws<NativeCallException>(() => LockFile.TryTake(path)).Errno.Name);
        Assert.False(File.Exists(Path.Combine(_directory, "victim")));
    }

    [Fact]
    public void A_rename_replaces_and_a_directory_can_be_flushed()
    {
        string from = Path.Combine(_directory, "new"),
            to = Path.Combine(_directory, "old");
        File.WriteAllText(from, "new");
        File.WriteAllText(to, "old");
        PosixFile.Rename(from, to);
        PosixFile.FlushDirectory(_directory);
        Assert.Equal("new", File.ReadAllText(to));
        Assert.Equal(Errno.ENOENT, Assert.Throws<NativeCallException>(() => PosixFile.Rename(from, to)).Errno);
        Assert.Equal("ENOTDIR", Assert.Throws<NativeCallException>(() => PosixFile.FlushDirectory(to)).Errno.Name);
    }

    [Fact]
    public void A_file_system_tells_its_space_and_a_file_is_no_block_device()
    {
        var drive = new DriveInfo(_directory);
        Assert.InRange(PosixFile.AvailableBytes(_directory), (ulong)drive.AvailableFreeSpace / 2, (ulong)drive.AvailableFreeSpace * 2);
        Assert.Equal("ENOTTY", Assert.Throws<NativeCallException>(() => PosixFile.BlockDeviceBytes("/etc/hostname")).Errno.Name);
    }

    [Fact]
    public void A_socket_tells_who_is_at_its_other_end()
    {
        var path = Path.Combine(_directory, "socket");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(path));
        using var server = listener.Accept();
        var peer = PeerCredentials.Of(server);
        Assert.Equal((Environment.ProcessId, CurrentProcess.UserId), (peer.ProcessId, peer.UserId));
    }

    [Theory]
    [InlineData(12, "ENOMEM", "Cannot allocate memory")]
    [InlineData(2, "ENOENT", "No such file or directory")]
    [InlineData(95, "EOPNOTSUPP", "Operation not supported")]
    [InlineData(4095, "4095", "Unknown error 4095")]
    public void An_error_number_has_a_name_and_a_text(int number, string name, string text)
    {
        var errno = new Errno(number);
        Assert.Equal((name, text), (errno.Name, errno.Text));
        Assert.Equal($"{text} ({name})", errno.ToString());
    }
}
