using System.Globalization;

namespace Model.Domains;

/// <summary>
/// Where a serial or parallel port or the monitor of a fully virtualized guest leads: the words that qemu's <c>-serial</c> has had from old
/// xend's times on, read strictly.
/// </summary>
/// <param name="Text">What the configuration says.</param>
/// <param name="Argument">What today's qemu (7.2 to 10) is told: its short options spelled out, and a server that does not wait.</param>
public sealed record CharacterDevice(string Text, string Argument)
{
    /// <summary>What can be had, for an error.</summary>
    public const string Forms =
        "pty, none, vc, stdio, file:/PATH, pipe:/PATH, /dev/NAME, unix:/PATH[,server], tcp:[HOST]:PORT[,server], "
        + "telnet:[HOST]:PORT[,server] or udp:[HOST]:PORT[@[HOST]:PORT]";

    private const int LongestName = 64;

    /// <summary>The device that a text names; null where it is none that can be had.</summary>
    public static CharacterDevice? Read(string text)
    {
        var colon = text.IndexOf(':');
        var (kind, rest) = colon < 0 ? (text, "") : (text.Substring(0, colon), text.Substring(colon + 1));
        var argument = (kind, colon >= 0) switch
        {
            ("pty" or "stdio" or "vc" or "null", false) => text,
            ("none", false) => "null",
            ("vc", true) => IsSize(rest) ? text : null,
            ("file" or "pipe", true) => rest.StartsWith('/') ? text : null,
            ("unix", true) => Socket(text, rest, path => path.Length > 1 && path[0] == '/'),
            ("tcp" or "telnet", true) => Socket(text, rest, IsAddress),
            ("udp", true) => rest.Split('@') is { Length: 1 or 2 } ends && ends.All(IsAddress) ? text : null,
            _ => text.StartsWith("/dev/", StringComparison.Ordinal) && text.Length > "/dev/".Length ? text : null,
        };
        return argument is null || text.Any(char.IsControl) ? null : new CharacterDevice(text, argument);
    }

    /// <summary>What to write today for what old device models had and xend does not offer; null where nothing comes near.</summary>
    public static string? Successor(string text) =>
        text.Split(':')[0] switch
        {
            "mon" => "For the monitor there is monitor_path: the port alone is what stands behind mon:.",
            "con" or "COM1" or "COM2" or "COM3" or "COM4" => "Those are of Windows hosts: a serial port of this host is /dev/ttyS0.",
            "telnet" or "tcp" or "udp" => "HOST is a name or an IPv4 address and may be left out, PORT a number: telnet::4555,server.",
            "unix" or "file" or "pipe" => "The path is absolute: file:/var/log/guest.log.",
            _ => null,
        };

    /// <summary>
    /// An address with options behind it. A server that waits for its first client would keep the guest from being created, so that ours
    /// never waits.
    /// </summary>
    private static string? Socket(string text, string rest, Func<string, bool> isAddress)
    {
        var parts = rest.Split(',');
        var isServer = false;
        var kept = new List<string>();
        foreach (var option in parts.Skip(1))
        {
            switch (option)
            {
                case "server" or "server=on":
                    isServer = true;
                    break;
                case "server=off" or "nowait" or "wait" or "wait=on" or "wait=off" or "delay" or "nodelay=off":
                    break;
                case "nodelay" or "nodelay=on":
                    kept.Add("nodelay=on");
                    break;
                default:
                    return null;
            }
        }
        if (isServer)
        {
            kept.Add("server=on,wait=off");
        }
        var kind = text.Substring(0, text.Length - rest.Length);
        return isAddress(parts[0]) ? kind + string.Join(',', kept.Prepend(parts[0])) : null;
    }

    /// <summary><c>[HOST]:PORT</c>; the host is a name or an address of IPv4, for qemu reads no other here.</summary>
    private static bool IsAddress(string text) =>
        text.Split(':') is [var host, var port]
        && host.Length <= LongestName
        && host.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_')
        && ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number > 0;

    /// <summary><c>80Cx24C</c> in letters or <c>640x480</c> in pixels.</summary>
    private static bool IsSize(string text) =>
        text.Split('x') is [var width, var height]
        && new[] { width, height }.All(side => side.TrimEnd('C') is { Length: > 0 and < 6 } digits && digits.All(char.IsAsciiDigit));
}
