using System.Net.Sockets;
using System.Text;
using Xend.Hosting;
using XmlRpc;

namespace Xend.Tests.Hosting;

public sealed class DaemonTests : IDisposable
{
    private readonly TestHost _host = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly StringWriter _complaints = new();

    public void Dispose()
    {
        _stop.Dispose();
        _host.Dispose();
    }

    [Fact]
    public async Task It_serves_between_start_and_stop_and_leaves_nothing_behind()
    {
        using var notifications = new Notifications(_host.InRoot("notify"));
        var run = Run(notifications.Path);
        Assert.Contains("READY=1", await notifications.NextAsync());
        Assert.Equal(Environment.ProcessId.ToString(), File.ReadAllText(_host.Paths.PidFile));
        Assert.Equal(Environment.ProcessId, Instance.RunningProcess(_host.Paths));
        Assert.Contains("getRestartCount", await AskAsync(), StringComparison.Ordinal);

        _stop.Cancel();
        Assert.Equal(0, await run.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Contains("STOPPING=1", await notifications.NextAsync());
        Assert.True(_host.Core.Disposed);
        Assert.False(File.Exists(_host.Paths.PidFile));
        Assert.False(File.Exists(_host.Paths.XmlRpcSocket));
        Assert.Null(Instance.RunningProcess(_host.Paths));
        var log = File.ReadAllText(_host.LogFile);
        Assert.Contains("INFO (Daemon) Xend Daemon started. Version ", log, StringComparison.Ordinal);
        Assert.Contains("INFO (XmlRpcServer) Opening Unix domain socket XML-RPC server on ", log, StringComparison.Ordinal);
        Assert.Contains("INFO (Daemon) Xend Daemon stopped.", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_core_that_does_not_close_does_not_hold_the_end_up()
    {
        using var notifications = new Notifications(_host.InRoot("notify"));
        _host.Core.OnDispose = () => new ValueTask(new TaskCompletionSource().Task);
        var run = Run(notifications.Path);
        await notifications.NextAsync();
        _stop.Cancel();
        Assert.Equal(0, await run.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task A_guest_whose_start_hangs_does_not_hold_the_stop_up()
    {
        using var notifications = new Notifications(_host.InRoot("notify"));
        _host.Core.StartingGuests = new TaskCompletionSource().Task;
        var run = Run(notifications.Path);
        await notifications.NextAsync();
        _stop.Cancel();
        Assert.Equal(0, await run.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(["start guests", "stop policies", "stop network"], _host.Core.Asked);
        Assert.True(_host.Core.Disposed);
        Assert.Contains("starting guests had not ended 0.2 s after the stop", File.ReadAllText(_host.LogFile), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_of_its_own_that_hangs_does_not_hold_the_stop_up()
    {
        var begun = new TaskCompletionSource();
        var daemon = new Daemon(_host.Paths, (_, _) =>
        {
            begun.SetResult();
            return new TaskCompletionSource<IDaemonCore>().Task;
        }) { Complaints = _complaints, GiveUpLimit = TimeSpan.FromMilliseconds(200) };
        var run = daemon.RunAsync(_stop.Token);
        await begun.Task;
        _stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Null(Instance.RunningProcess(_host.Paths));
    }

    [Fact]
    public async Task A_second_one_is_refused_with_the_first_ones_process()
    {
        using var notifications = new Notifications(_host.InRoot("notify"));
        var run = Run(notifications.Path);
        await notifications.NextAsync();
        var error = await Assert.ThrowsAsync<XendError>(() => Run(null));
        Assert.StartsWith($"xend is already running as process {Environment.ProcessId}.", error.Text);
        Assert.Contains("getRestartCount", await AskAsync(), StringComparison.Ordinal);
        _stop.Cancel();
        await run;
    }

    [Fact]
    public async Task What_a_killed_one_left_is_no_obstacle()
    {
        Directory.CreateDirectory(_host.Paths.RunDirectory);
        File.WriteAllText(_host.Paths.PidFile, "1");
        File.WriteAllText(_host.Paths.LockFile, "1\n");
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(_host.InRoot("first")));
            File.Move(_host.InRoot("first"), _host.Paths.XmlRpcSocket);
        }
        using var notifications = new Notifications(_host.InRoot("notify"));
        var run = Run(notifications.Path);
        Assert.Contains("READY=1", await notifications.NextAsync());
        _stop.Cancel();
        await run;
    }

    [Fact]
    public async Task Warnings_about_the_configuration_reach_stderr_and_the_log()
    {
        _host.Configure("(vif_script x)");
        using var notifications = new Notifications(_host.InRoot("notify"));
        var run = Run(notifications.Path);
        await notifications.NextAsync();
        _stop.Cancel();
        await run;
        var warning = $"{_host.Paths.ConfigFile}:2: unknown option vif_script, ignored. Is vif-script meant?";
        Assert.Equal($"xend [WARNING] {warning}\n", _complaints.ToString());
        Assert.Contains($"WARNING (Daemon) {warning}", File.ReadAllText(_host.LogFile), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_the_configuration_again_takes_it_over_or_leaves_the_old_one()
    {
        using var notifications = new Notifications(_host.InRoot("notify"));
        var run = Run(notifications.Path);
        await notifications.NextAsync();

        _host.Configure("(dom0-min-mem 77)");
        await HangUpAsync(notifications);
        Assert.Equal(77u, _host.Core.Applied?.Dom0MinMemoryMib);

        _host.Configure("(dom0-min-mem x)");
        await HangUpAsync(notifications);
        Assert.Equal(77u, _host.Core.Applied?.Dom0MinMemoryMib);
        Assert.Contains(
            "ERROR (Daemon) The configuration was not taken over, the old one stays: ",
            File.ReadAllText(_host.LogFile),
            StringComparison.Ordinal
        );
        Assert.Contains("getRestartCount", await AskAsync(), StringComparison.Ordinal);
        _stop.Cancel();
        await run;
    }

    [Fact]
    public async Task The_interface_can_be_turned_off()
    {
        _host.Configure("(xend-unix-xmlrpc-server no)");
        using var notifications = new Notifications(_host.InRoot("notify"));
        var run = Run(notifications.Path);
        await notifications.NextAsync();
        Assert.False(File.Exists(_host.Paths.XmlRpcSocket));
        _stop.Cancel();
        await run;
    }

    [Fact]
    public async Task A_start_that_fails_names_the_cause_and_lets_go()
    {
        var daemon = new Daemon(_host.Paths, (_, _) => throw new XendError(ErrorCode.Hypervisor, "libxenctrl.so.4.17 is missing."))
        {
            Complaints = _complaints,
        };
        var error = await Assert.ThrowsAsync<XendError>(() => daemon.RunAsync(_stop.Token));
        Assert.Equal("libxenctrl.so.4.17 is missing.", error.Text);
        Assert.Null(Instance.RunningProcess(_host.Paths));
        Assert.Contains("CRITICAL (Daemon) Xend cannot start.", File.ReadAllText(_host.LogFile), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("type", null, "This machine does not run under Xen.")]
    [InlineData("type", "kvm", "This machine does not run under Xen.")]
    [InlineData("capabilities", null, "so it cannot be seen whether this is dom0.")]
    [InlineData("capabilities", "", "This is a Xen guest, not dom0: xend runs in dom0 only.")]
    [InlineData("privcmd", null, "so Xen cannot be asked for anything.")]
    [InlineData("xenstored", null, "xenstored is not running.")]
    [InlineData("xenstored", "", "xenstored is not running.")]
    public async Task A_machine_that_is_no_dom0_is_refused_with_a_sentence(string file, string? content, string sentence)
    {
        File.Delete(_host.InRoot(file));
        if (content is not null)
        {
            File.WriteAllText(_host.InRoot(file), content);
        }
        var error = await Assert.ThrowsAsync<XendError>(() => Run(null));
        Assert.Contains(sentence, error.Text.Split('\n')[0], StringComparison.Ordinal);
    }

    private Task<int> Run(string? notify) =>
        new Daemon(_host.Paths, _host.MakeCoreAsync)
        {
            Complaints = _complaints,
            Notifier = new ServiceNotifier(notify),
            GiveUpLimit = TimeSpan.FromMilliseconds(200),
        }.RunAsync(_stop.Token);

    private static async Task HangUpAsync(Notifications notifications)
    {
        Assert.Equal(0, Tmds.Linux.LibC.kill(Environment.ProcessId, Tmds.Linux.LibC.SIGHUP));
        Assert.StartsWith("RELOADING=1\nMONOTONIC_USEC=", await notifications.NextAsync());
        Assert.Contains("READY=1", await notifications.NextAsync());
    }

    private async Task<string> AskAsync()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_host.Paths.XmlRpcSocket));
        var body = XmlRpcWriter.ToBytes(XmlRpcCall.Of("system.listMethods"));
        await socket.SendAsync(Encoding.ASCII.GetBytes($"POST / HTTP/1.0\r\nContent-Length: {body.Length}\r\n\r\n"));
        await socket.SendAsync(body);
        return await Api.ServerFixture.ReadToEndAsync(socket);
    }

    /// <summary>The side of systemd.</summary>
    private sealed class Notifications : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

        public Notifications(string path)
        {
            Path = path;
            _socket.Bind(new UnixDomainSocketEndPoint(path));
        }

        public string Path { get; }

        public async Task<string> NextAsync()
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            var buffer = new byte[4096];
            return Encoding.UTF8.GetString(buffer, 0, await _socket.ReceiveAsync(buffer, limit.Token));
        }

        public void Dispose() => _socket.Dispose();
    }
}
