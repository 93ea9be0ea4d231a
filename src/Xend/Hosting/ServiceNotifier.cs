using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Xend.Hosting;

/// <summary>Tells whoever started us how far we are, by systemd's protocol: datagrams to $NOTIFY_SOCKET.</summary>
/// <remarks><c>xend start</c> listens by the same protocol, so that there is one way of becoming ready.</remarks>
internal sealed class ServiceNotifier(string? address)
{
    public const string ReadyLine = "READY=1";
    public const string StatusKey = "STATUS=";

    /// <summary>Variables with X_ are anybody's; systemd passes over them.</summary>
    public const string DetailKey = "X_XEND_DETAIL=";

    private const string Variable = "NOTIFY_SOCKET";

    /// <summary>The address is ours alone: it is taken out of the environment, so that no script passes for the daemon.</summary>
    public static ServiceNotifier TakeFromEnvironment()
    {
        var address = Environment.GetEnvironmentVariable(Variable);
        Environment.SetEnvironmentVariable(Variable, null);
        return new ServiceNotifier(address);
    }

    public void Ready() => Send($"{ReadyLine}\n{StatusKey}Serving requests.");

    public void Reloading() =>
        Send(
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"RELOADING=1\nMONOTONIC_USEC={Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000)}"
            )
        );

    /// <summary>The end takes longer than is usual, and is to be waited for so long from now on.</summary>
    public void StopsWithin(TimeSpan limit) =>
        Send(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"EXTEND_TIMEOUT_USEC={(long)limit.TotalMicroseconds}"));

    public void Stopping() => Send("STOPPING=1");

    /// <summary>What <c>xend start</c> prints; <c>systemctl status</c> shows the first line.</summary>
    public void Failed(string text)
    {
        var lines = text.Split('\n');
        Send(string.Join('\n', [StatusKey + lines[0], .. lines.Skip(1).Select(line => DetailKey + line)]));
    }

    private void Send(string message)
    {
        if (string.IsNullOrEmpty(address))
        {
            return;
        }
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            var path = address[0] == '@' ? '\0' + address[1..] : address;
            socket.SendTo(Encoding.UTF8.GetBytes(message), new UnixDomainSocketEndPoint(path));
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            // Nobody listens any more. That is theirs to notice; the guests need us.
        }
    }
}
