using Sxp;
using Xm.CommandLine;
using Xm.Host;
using Xm.Output;

namespace Xm.Commands;

/// <summary><c>xm info</c></summary>
internal sealed class InfoCommand : Command
{
    private const int KeyWidth = 23;
    private const int OptionWidth = 38;

    public override int Run(CommandCall call)
    {
        call.RequireCount(0, 1);
        var isConfiguration = false;
        var hasTopology = false;
        foreach (var option in call.Options("cn", "config", "numa").Options)
        {
            isConfiguration |= option.Key is "-c" or "--config";
            hasTopology |= option.Key is "-n" or "--numa";
        }
        if (isConfiguration)
        {
            PrintConfiguration(call);
            return 0;
        }
        // The first pair of the answer is the system's name, which xm never showed.
        var pairs = call.Xend.Call("xend.node.info", hasTopology ? 1 : 0) as SList ?? SList.Empty;
        foreach (var pair in pairs.Items.Skip(1))
        {
            call.Out.WriteLine(InfoLine.Of(pair, KeyWidth));
        }
        return 0;
    }

    /// <summary>The options of xend's configuration file, in its order.</summary>
    private static void PrintConfiguration(CommandCall call)
    {
        var given = call.Surroundings.Variable("XEND_CONFIG") is { Length: > 0 } set ? set : "/etc/xen/xend-config.sxp";
        var place = call.Surroundings.Resolve(given);
        if (!File.Exists(place))
        {
            call.Errors.WriteLine($"xend [ERROR] Config file does not exist: {given}");
            return;
        }
        try
        {
            foreach (var option in SxpReader.ReadMany(File.ReadAllBytes(place)))
            {
                call.Out.WriteLine(InfoLine.Of(option, OptionWidth));
            }
        }
        catch (SxpException error)
        {
            throw new CommandError($"{given}, line {error.Line}, column {error.Column}: {error.Message}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandError($"Cannot read file {given}: {Errno.Text(error)}");
        }
    }
}
