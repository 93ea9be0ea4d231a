using Xm.CommandLine;
using Xm.Config.Values;

namespace Xm.Config.Lint;

/// <summary>What is odd between variables of which each alone is right. Nothing of it keeps the domain from being created.</summary>
internal sealed class DomainCheck(Settings settings, IReadOnlyCollection<string> setNames)
{
    /// <summary>The variable that is to blame, and the sentence.</summary>
    public IEnumerable<(string Variable, string Message)> Problems() => [.. Values(), .. Kind()];

    private IEnumerable<(string, string)> Values()
    {
        if (Number("vcpus") is { } online && Number("maxvcpus") is { } count && online > count)
        {
            yield return ("maxvcpus", $"maxvcpus = {count} is less than vcpus = {online}: the domain has {count}.");
        }
        if (settings["restart"] is StrValue { Text: not ("" or "onreboot" or "always" or "never") } restart)
        {
            yield return ("restart", $"restart is '{restart.Text}', which has no effect; it can be onreboot, always, never.");
        }
    }

    private IEnumerable<(string, string)> Kind()
    {
        var builder = (settings["builder"] as StrValue)?.Text ?? "";
        var type = (settings["type"] as StrValue)?.Text;
        if (type is not null && setNames.Contains("builder") && builder != (type == "pv" ? "linux" : type))
        {
            yield return ("type", $"type = '{type}' contradicts builder = '{builder}', which goes before.");
        }
        var isHvm = builder == "hvm" || (builder == "linux" && type == "hvm");
        foreach (var name in isHvm ? [] : setNames)
        {
            if (VariableRules.Of(name) is { IsForHvm: true, HasNoEffect: false } && !VariableRules.IsDefault(name, settings[name]))
            {
                yield return (
                    name,
                    name switch
                    {
                        "vnc" or "sdl" => $"{name} is for fully virtualized domains; others get a display by vfb = [ '{name}=1' ].",
                        "vncdisplay" or "vnclisten" or "vncunused" or "vncpasswd" or "display" or "xauthority" =>
                            $"{name} is for fully virtualized domains; others have it in their vfb = [ 'vnc=1,{name}=...' ].",
                        _ => $"{name} has an effect on fully virtualized domains (builder = 'hvm') only.",
                    }
                );
            }
        }
    }

    private long? Number(string name) => VariableRule.Whole(settings[name]);
}
