using Xm.Host;

namespace Xm.Connection;

/// <summary>
/// The file xm-config.xml: <c>&lt;xm&gt;&lt;server type='LegacyXMLRPC' uri='...'/&gt;&lt;/xm&gt;</c>. Usually it is not there, or says
/// nothing.
/// </summary>
internal sealed class XmConfigXml(Surroundings surroundings)
{
    private const string Legacy = "LegacyXMLRPC";
    private const string XenApi = "Xen-API";
    private const int MaxLength = 1 << 16;

    /// <summary>
    /// The URI of the first server element; null where there is none. What cannot be read is ignored with a word on stderr.
    /// </summary>
    public string? ServerUri()
    {
        var path = surroundings.Variable("XM_CONFIG_FILE") is { Length: > 0 } given
            ? surroundings.Resolve(given)
            : surroundings.HostFile("/etc/xen/xm-config.xml");
        if (!File.Exists(path))
        {
            return null;
        }
        try
        {
            return Read(WithoutComments(File.ReadAllText(path)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            surroundings.Errors.WriteLine($"Ignoring invalid configuration file {path}.");
            return null;
        }
    }

    private string? Read(string text)
    {
        if (text.Length > MaxLength || !text.Contains("<xm") || !(text.Contains("</xm>") || text.Contains("/>")))
        {
            throw new FormatException();
        }
        var start = text.IndexOf("<server", StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }
        var end = text.IndexOf('>', start);
        if (end < 0)
        {
            throw new FormatException();
        }
        var element = text.Substring(start, end - start);
        var type = Attribute(element, "type");
        if (type is not (Legacy or XenApi))
        {
            surroundings.Errors.WriteLine($"Invalid server type {type}; using {Legacy}.");
        }
        else if (type == XenApi)
        {
            throw new CommandLine.CommandError("xm-config.xml asks for the Xen-API, which this version of xm does not speak.");
        }
        return Attribute(element, "uri") is { Length: > 0 } uri ? uri : null;
    }

    private static string WithoutComments(string text)
    {
        for (var start = text.IndexOf("<!--", StringComparison.Ordinal); start >= 0; start = text.IndexOf("<!--", StringComparison.Ordinal))
        {
            var end = text.IndexOf("-->", start, StringComparison.Ordinal);
            if (end < 0)
            {
                throw new FormatException();
            }
            text = text.Remove(start, end + 3 - start);
        }
        return text;
    }

    private static string Attribute(string element, string name)
    {
        var start = element.IndexOf(" " + name + "=", StringComparison.Ordinal);
        var open = start + name.Length + 2;
        if (start < 0 || open >= element.Length || element[open] is not ('\'' or '"'))
        {
            return "";
        }
        var close = element.IndexOf(element[open], open + 1);
        return close < 0 ? throw new FormatException() : element.Substring(open + 1, close - open - 1);
    }
}
