using System.Globalization;
using Sxp;
using Xm.CommandLine;
using Xm.Connection;
using Xm.Host;

namespace Xm.Commands;

/// <summary>The VNC viewer of the host, on the display of a domain.</summary>
internal sealed class VncViewer(CommandCall call)
{
    private const string Program = "vncviewer";
    private const int FirstPort = 5900;

    /// <summary>How long a domain that has just been started may take to have its display.</summary>
    private static readonly TimeSpan DisplayLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Starts it.</summary>
    /// <param name="xend">The connection.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="givePassword">Hand the display's password over, on the viewer's standard input.</param>
    /// <param name="outlives">It stays when xm ends, and is not waited for.</param>
    /// <exception cref="CommandError">There is no viewer, or no display.</exception>
    public IForegroundProgram Start(IXend xend, string domain, bool givePassword, bool outlives = false)
    {
        var vnc = Display(xend, domain, givePassword);
        var host = vnc.Value("host").AsText() is { } address and not ("" or "0.0.0.0" or "::") ? address : "localhost";
        var number = (vnc.Value("port").AsInt() ?? FirstPort) - FirstPort;
        var target = string.Create(CultureInfo.InvariantCulture, $"{host}:{number}");
        var path = Find() ?? throw new CommandError("external vncviewer missing or not in the path\nExiting");
        string[] arguments = givePassword ? ["-autopass", target] : [target];
        call.Out.WriteLine($"invoking  {Program} {string.Join(' ', arguments)}");
        call.Out.Flush();
        var input = givePassword ? vnc.Value("password").AsText() + "\n" : null;
        return call.Surroundings.Foreground.Start(path, arguments, input, outlives);
    }

    private SList Display(IXend xend, string domain, bool withPassword)
    {
        var start = call.Surroundings.Time.GetUtcNow();
        while (true)
        {
            try
            {
                return xend.Call("xend.domain.getVNC", domain, withPassword ? 1 : 0) as SList ?? SList.Empty;
            }
            catch (XendFault fault)
                when (fault.Code != XendFault.InvalidDomain && call.Surroundings.Time.GetUtcNow() - start < DisplayLimit)
            {
                call.Surroundings.Pause(LookInterval);
            }
        }
    }

    private string? Find() =>
        (call.Surroundings.Variable("PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(call.Surroundings.HostFile(directory), Program))
            .FirstOrDefault(File.Exists);
}
