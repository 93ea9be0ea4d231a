using Sxp;
using Xm.CommandLine;
using Xm.Host;

namespace Xm.Connection;

/// <summary>Where xend listens.</summary>
/// <param name="SocketPath">The path of its Unix socket.</param>
internal sealed record ServerAddress(string SocketPath)
{
    private const string DefaultPath = "/var/run/xend/xmlrpc.sock";
    private const string Scheme = "httpu://";

    /// <summary>The address that XM_SERVER or the file xm-config.xml names, else the usual socket.</summary>
    /// <exception cref="CommandError">It is an address that this xm cannot call.</exception>
    public static ServerAddress Of(Surroundings surroundings)
    {
        var uri = new XmConfigXml(surroundings).ServerUri() ?? surroundings.Variable("XM_SERVER");
        return string.IsNullOrEmpty(uri) ? new ServerAddress(DefaultPath) : Parse(uri);
    }

    private static ServerAddress Parse(string uri)
    {
        if (uri.StartsWith(Scheme, StringComparison.Ordinal) && uri.Length > Scheme.Length)
        {
            return new ServerAddress(uri.Substring(Scheme.Length));
        }
        throw new CommandError($"Cannot call xend at {uri}: this version of xm knows Unix sockets only, written as {Scheme}{DefaultPath}.");
    }
}
