using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Linux.Interop;

namespace Xend.DeviceModel.Vnc;

/// <summary>
/// The program <c>xend --helper vnc</c>: it listens for viewers of one guest's display, asks them for the password, and joins those who
/// know it with the
/// device model's socket. It lives as long as the device model.
/// </summary>
/// <remarks>
/// Debian builds its device model without DES, so it cannot ask for a VNC password itself ("Cipher backend does not support DES
/// algorithm"). The password
/// comes by a pipe: it stands in no argument list, environment or file.
/// </remarks>
public static class VncGateway
{
    private const int MostViewers = 16;

    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <param name="input">
    /// One line: address, first and last port, the device model's socket, its process and start, the password; each percent-escaped.
    /// </param>
    /// <param name="output">One line: <c>listening PORT</c>, or <c>failed REASON</c>.</param>
    public static async Task<int> RunAsync(TextReader input, TextWriter output)
    {
        if (await input.ReadLineAsync().ConfigureAwait(false) is not { } line || VncGatewaySetting.TryParse(line) is not { } setting)
        {
            return 1;
        }
        Socket listener;
        try
        {
            listener = Listen(setting);
        }
        catch (SocketException error)
        {
            await output.WriteLineAsync($"failed {Reason(error)}").ConfigureAwait(false);
            await output.FlushAsync().ConfigureAwait(false);
            return 1;
        }
        using (listener)
        {
            await output
                .WriteLineAsync($"listening {((IPEndPoint)listener.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture)}")
                .ConfigureAwait(false);
            await output.FlushAsync().ConfigureAwait(false);
            using var stop = new CancellationTokenSource();
            var serving = ServeAsync(listener, setting, stop.Token);
            var processes = new ProcessTable();
            while (processes.IsAlive(setting.Process.Id, setting.Process.StartTicks))
            {
                await Task.Delay(LookEvery, CancellationToken.None).ConfigureAwait(false);
            }
            await stop.CancelAsync().ConfigureAwait(false);
            await serving.ConfigureAwait(false);
            return 0;
        }
    }

    /// <summary>Takes the first port that is free; the kernel gives each to one only.</summary>
    internal static Socket Listen(VncGatewaySetting setting)
    {
        var address = IPAddress.TryParse(setting.Address.Trim('[', ']'), out var parsed)
            ? parsed
            : Dns.GetHostAddresses(setting.Address)[0];
        for (var port = setting.FirstPort; ; port++)
        {
            var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                listener.Bind(new IPEndPoint(address, port));
                listener.Listen(MostViewers);
                return listener;
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse && port < setting.LastPort)
            {
                listener.Dispose();
            }
            catch
            {
                listener.Dispose();
                throw;
            }
        }
    }

    internal static async Task ServeAsync(Socket listener, VncGatewaySetting setting, CancellationToken cancellation)
    {
        using var places = new SemaphoreSlim(MostViewers);
        var viewers = new List<Task>();
        try
        {
            while (true)
            {
                await places.WaitAsync(cancellation).ConfigureAwait(false);
                var viewer = await listener.AcceptAsync(cancellation).ConfigureAwait(false);
                viewers.RemoveAll(task => task.IsCompleted);
                viewers.Add(JoinAsync(viewer, setting, places, cancellation));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            // The device model has ended, or the listener was closed.
        }
        await Task.WhenAll(viewers).ConfigureAwait(false);
    }

    private static async Task JoinAsync(Socket socket, VncGatewaySetting setting, SemaphoreSlim places, CancellationToken cancellation)
    {
        try
        {
            socket.NoDelay = true;
            await using var viewer = new NetworkStream(socket, ownsSocket: true);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(HandshakeLimit);
            if (!await VncHandshake.AdmitAsync(viewer, setting.Password, limit.Token).ConfigureAwait(false))
            {
                return;
            }
            var inner = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            using (inner)
            {
                await inner.ConnectAsync(new UnixDomainSocketEndPoint(setting.Display), limit.Token).ConfigureAwait(false);
                await using var stream = new NetworkStream(inner, ownsSocket: false);
                if (await VncHandshake.EnterAsync(stream, limit.Token).ConfigureAwait(false))
                {
                    await SpliceAsync(viewer, stream, cancellation).ConfigureAwait(false);
                }
            }
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or EndOfStreamException)
        {
            // One side has gone, or took too long; the other goes with it.
        }
        finally
        {
            places.Release();
        }
    }

    private static async Task SpliceAsync(Stream left, Stream right, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var ways = new[] { left.CopyToAsync(right, either.Token), right.CopyToAsync(left, either.Token) };
        await Task.WhenAny(ways).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(ways).ConfigureAwait(false);
    }

    private static string Reason(SocketException error) =>
        error.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => "every port is in use",
            SocketError.AddressNotAvailable => "this host does not have that address",
            SocketError.HostNotFound => "no such address",
            _ => $"the system refuses (error {error.ErrorCode.ToString(CultureInfo.InvariantCulture)})",
        };
}

/// <param name="Address">To listen at.</param>
/// <param name="FirstPort">The first port to try.</param>
/// <param name="LastPort">The last.</param>
/// <param name="Display">The device model's socket.</param>
/// <param name="Process">The device model.</param>
/// <param name="Password">What viewers must know.</param>
public sealed record VncGatewaySetting(
    string Address,
    int FirstPort,
    int LastPort,
    string Display,
    DeviceModelProcess Process,
    string Password
)
{
    public string ToLine() =>
        string.Join(
            ' ',
            new[]
            {
                Address,
                Text(FirstPort),
                Text(LastPort),
                Display,
                Text(Process.Id),
                Process.StartTicks.ToString(CultureInfo.InvariantCulture),
                Password,
            }.Select(Uri.EscapeDataString)
        );

    /// <summary>Not for a log: a record would print the password.</summary>
    public override string ToString() => $"{Address}:{Text(FirstPort)}";

    internal static VncGatewaySetting? TryParse(string line)
    {
        var words = Array.ConvertAll(line.Split(' '), Uri.UnescapeDataString);
        return
            words.Length == 7
            && int.TryParse(words[1], out var first)
            && int.TryParse(words[2], out var last)
            && int.TryParse(words[4], out var process)
            && ulong.TryParse(words[5], out var ticks)
            ? new VncGatewaySetting(words[0], first, last, words[3], new DeviceModelProcess(process, ticks), words[6])
            : null;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
