using Xm.CommandLine;
using Xm.Config.Domain;
using Xm.Config.Values;

namespace Xm.Config.Lint;

/// <summary>What is wrong between variables of which each alone is right.</summary>
internal sealed class DomainCheck(Settings settings, IEnumerable<string> setNames)
{
    /// <summary>The variable that is to blame, the sentence, and whether the domain cannot be created.</summary>
    public IEnumerable<(string Variable, string Message, bool IsError)> Problems() => [.. Sizes(), .. Kind(), .. Duplicates()];

    private IEnumerable<(string, string, bool)> Sizes()
    {
        if (Number("maxmem") is { } most && Number("memory") is { } memory && memory > most)
        {
            yield return (
                "maxmem",
                $"maxmem = {most} is less than memory = {memory}: memory_dynamic_max must be less than or equal to memory_static_max",
                true
            );
        }
        var online = Number("vcpus") ?? 1;
        var count = Number("maxvcpus") ?? online;
        if (online > count)
        {
            yield return ("maxvcpus", $"maxvcpus = {count} is less than vcpus = {online}.", true);
        }
        if (settings["cpus"] is ListValue { Items.Count: > 0 and var lists } && lists != count)
        {
            yield return ("cpus", $"vcpus and the item number of cpus are not same: {count} and {lists}", true);
        }
        if (Number("cpu_cap") is { } cap && cap > count * 100)
        {
            yield return ("cpu_cap", $"Cpu cap out of range, valid range is from 0 to {count * 100} for specified number of vcpus", true);
        }
    }

    private IEnumerable<(string, string, bool)> Kind()
    {
        var builder = (settings["builder"] as StrValue)?.Text ?? "";
        var type = (settings["type"] as StrValue)?.Text;
        if (type is not null && setNames.Contains("builder") && builder != (type == "pv" ? "linux" : type))
        {
            yield return ("type", $"type = '{type}' contradicts builder = '{builder}', which goes before.", false);
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
                    },
                    false
                );
            }
        }
        if (!isHvm && (settings.IsTrue("bootloader") || !settings.IsTrue("kernel")) && HasNoBootDisk())
        {
            yield return settings.IsTrue("bootloader")
                ? ("bootloader", "Had a bootloader specified, but no disks are bootable: the first one needs a source.", true)
                : ("kernel", "Neither kernel nor bootloader is set, and there is no disk from which pygrub could take a kernel.", true);
        }
    }

    /// <summary>
    /// A boot loader, pygrub where neither it nor a kernel is named, looks at the first disk. Of a list that cannot be read all has been
    /// said.
    /// </summary>
    private bool HasNoBootDisk() =>
        settings["disk"] is ListValue disks && (disks.Items.Count == 0 || (disks.Items[0] is StrValue first && first.Text.StartsWith(',')));

    private IEnumerable<(string, string, bool)> Duplicates()
    {
        var disks = Lines("disk").Select(line => line.Split(',')).Where(fields => fields.Length is >= 3 and <= 5).ToList();
        foreach (var uname in Twice(disks.Select(fields => fields[0]).Where(uname => uname.Length > 0)))
        {
            yield return ("disk", $"The uname \"{uname}\" is already defined", true);
        }
        foreach (var device in Twice(disks.Select(fields => fields[1].Replace("ioemu:", "").Replace("/dev/", "").Split(':')[0])))
        {
            yield return ("disk", $"The device \"{device}\" is already defined", true);
        }
        var macs = Lines("vif")
            .SelectMany(line => line.Split(',', StringSplitOptions.TrimEntries))
            .Where(part => part.StartsWith("mac=", StringComparison.Ordinal));
        foreach (var mac in Twice(macs.Select(part => part.Substring("mac=".Length).ToLowerInvariant())))
        {
            yield return ("vif", $"The mac \"{mac}\" is already defined", true);
        }
    }

    private IEnumerable<string> Lines(string name) =>
        settings[name] is ListValue list ? list.Items.OfType<StrValue>().Select(item => item.Text) : [];

    private static IEnumerable<string> Twice(IEnumerable<string> texts) =>
        texts.GroupBy(text => text).Where(group => group.Count() > 1).Select(group => group.Key);

    private long? Number(string name) => VariableRule.Whole(settings[name]);
}
