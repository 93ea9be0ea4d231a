using System.Net;
using System.Text.RegularExpressions;

namespace Xend.Relocation;

/// <summary>
/// Which hosts may connect: regular expressions with blanks between them, each tried where the host's name or its address begins, as
/// Python's match does. Empty for all.
/// </summary>
public sealed class HostsAllow
{
    /// <summary>What anybody's name may cost.</summary>
    private static readonly TimeSpan MatchLimit = TimeSpan.FromSeconds(1);

    /// <summary>A name server that does not answer keeps nobody waiting for longer.</summary>
    private static readonly TimeSpan NameLimit = TimeSpan.FromSeconds(5);

    private readonly Regex[] _allowed;

    /// <exception cref="XendError">One of them is no regular expression.</exception>
    public HostsAllow(string expressions)
    {
        _allowed = [.. expressions.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    public bool AllowsAll => _allowed.Length == 0;

    public async Task<bool> AllowsAsync(IPAddress address, CancellationToken cancellation)
    {
        var plain = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
        return AllowsAll || Allows(plain) || (await NameOfAsync(address, cancellation).ConfigureAwait(false) is { } name && Allows(name));
    }

    public bool Allows(string host)
    {
        try
        {
            return _allowed.Any(expression => expression.IsMatch(host));
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static Regex Parse(string expression)
    {
        try
        {
            return new Regex($@"\A(?:{expression})", RegexOptions.CultureInvariant, MatchLimit);
        }
        catch (ArgumentException error)
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"xend-relocation-hosts-allow: '{expression}' is no regular expression",
                cause: error
            );
        }
    }

    private static async Task<string?> NameOfAsync(IPAddress address, CancellationToken cancellation)
    {
        try
        {
            var entry = await Dns.GetHostEntryAsync(address.ToString(), cancellation)
                .WaitAsync(NameLimit, cancellation)
                .ConfigureAwait(false);
            return entry.HostName;
        }
        catch (Exception error) when (error is System.Net.Sockets.SocketException or TimeoutException or ArgumentException)
        {
            return null;
        }
    }
}
