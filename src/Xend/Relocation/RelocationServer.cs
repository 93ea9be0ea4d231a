using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Serilog;

namespace Xend.Relocation;

/// <summary>Where a server listens, and for whom.</summary>
/// <param name="Address">Empty for all.</param>
/// <param name="Port">The TCP port.</param>
/// <param name="Allow">Who may connect.</param>
/// <param name="Credentials">By which both sides know each other; null for a plain one.</param>
public sealed record RelocationListen(string Address, int Port, HostsAllow Allow, RelocationCredentials? Credentials);

/// <summary>Takes connections of other hosts' xends: the relocation server of old, with messages of its own behind the old ones.</summary>
public sealed class RelocationServer : IAsyncDisposable
{
    /// <summary>How long somebody who connects may say nothing.</summary>
    private static readonly TimeSpan FirstLimit = TimeSpan.FromSeconds(30);

    /// <summary>Less than systemd waits.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(3);

    /// <summary>So many at once; others wait in the kernel's queue.</summary>
    private const int MostConnections = 16;

    private readonly RelocationListen _listen;
    private readonly IRelocationService _service;
    private readonly ILogger _log;
    private readonly Socket _socket;
    private readonly SemaphoreSlim _room = new(MostConnections);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _serving = [];
    private readonly Task _accepting;

    private RelocationServer(RelocationListen listen, IRelocationService service, ILogger log, Socket socket)
    {
        (_listen, _service, _log, _socket) = (listen, service, log, socket);
        _accepting = AcceptAsync();
    }

    /// <summary>The port, where the system chose it.</summary>
    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <exception cref="XendError">It cannot listen there.</exception>
    public static RelocationServer Start(RelocationListen listen, IRelocationService service, ILogger log)
    {
        var any = listen.Address.Length == 0;
        if (!IPAddress.TryParse(any ? "::" : listen.Address, out var address))
        {
            throw new XendError(ErrorCode.InvalidRequest, $"xend-relocation-address: '{listen.Address}' is no address");
        }
        try
        {
            return new RelocationServer(listen, service, log, Bind(any && !Socket.OSSupportsIPv6 ? IPAddress.Any : address, listen.Port));
        }
        catch (SocketException error)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"The relocation server cannot listen at {(any ? "*" : listen.Address)}:{listen.Port}: "
                    + Marshal.GetPInvokeErrorMessage(error.NativeErrorCode),
                cause: error
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // What they undo, or let run, has its time.
        await Task.WhenAny(Task.WhenAll(_serving.Keys), Task.Delay(EndLimit)).ConfigureAwait(false);
        _listen.Credentials?.Dispose();
    }

    private static Socket Bind(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }
            // Connections of the daemon before this one may still be closing.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(MostConnections);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await _room.WaitAsync(_stop.Token).ConfigureAwait(false);
            try
            {
                var socket = await _socket.AcceptAsync(_stop.Token).ConfigureAwait(false);
                var serving = Task.Run(() => ServeAsync(socket));
                _serving[serving] = true;
                _ = serving.ContinueWith(over => _serving.TryRemove(over, out _), TaskScheduler.Default);
            }
            catch (SocketException error)
            {
                _room.Release();
                _log.Warning("A connection could not be taken: {Reason}", Marshal.GetPInvokeErrorMessage(error.NativeErrorCode));
                await Task.Delay(TimeSpan.FromSeconds(1), _stop.Token).ConfigureAwait(false);
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        var peer = "a host that is gone";
        try
        {
            var address = ((IPEndPoint)socket.RemoteEndPoint!).Address;
            peer = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
            socket.NoDelay = true;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            await using (stream.ConfigureAwait(false))
            {
                var allowed = await _listen.Allow.AllowsAsync(address, _stop.Token).ConfigureAwait(false);
                if (_listen.Credentials is { } credentials)
                {
                    using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                    limit.CancelAfter(FirstLimit);
                    stream = await credentials.ServeAsync(stream, peer, limit.Token).ConfigureAwait(false);
                }
                var channel = new RelocationChannel(stream, peer);
                await using (channel.ConfigureAwait(false))
                {
                    if (!allowed)
                    {
                        _log.Warning("{Peer} may not relocate domains to this host (xend-relocation-hosts-allow)", peer);
                        await channel
                            .SendAsync(
                                RelocationTalk.Refusal($"{peer} may not relocate domains to this host (xend-relocation-hosts-allow)"),
                                _stop.Token
                            )
                            .ConfigureAwait(false);
                        return;
                    }
                    await RelocationTalk.RunAsync(channel, _service, _stop.Token).ConfigureAwait(false);
                }
            }
        }
        catch (RelocationException error)
        {
            // Who connects and says nothing (a probe) is nobody's trouble.
            _log.Debug("Relocation: {Reason}", error.Message);
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            // The daemon stops; or whoever knocked is gone, or never spoke TLS.
        }
        catch (Exception error)
        {
            _log.Error(error, "Relocation: the connection of {Peer} failed", peer);
        }
        finally
        {
            socket.Dispose();
            _room.Release();
        }
    }
}
