using Sxp;
using Xm.CommandLine;
using Xm.Connection;

namespace Xm.Commands;

/// <summary>Asks domains to shut down or reboot, and waits for it where that is wanted.</summary>
internal sealed class ShutdownRequest(CommandCall call, IReadOnlyList<string> arguments)
{
    /// <summary>How long a rebooting domain may be missing from the list before it counts as lost.</summary>
    private static readonly TimeSpan RebootLimit = TimeSpan.FromSeconds(30);

    /// <summary>After that long a guest has most likely not listened.</summary>
    private static readonly TimeSpan PatienceLimit = TimeSpan.FromSeconds(300);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    public static OptionParser Parser => new(Options, "[options] [DOM]\n\nAsk one domain, or all, to shut down.\n");

    private static OptionSpec[] Options =>
        [
            OptionSpec.Switch("help", 'h', "Print this help."),
            OptionSpec.Switch("all", 'a', "All domains that run, except domain 0."),
            OptionSpec.Switch("wait", 'w', "Wait until it is done."),
            OptionSpec.Switch("halt", 'H', "Halt, without a restart."),
            OptionSpec.Switch("reboot", 'R', "Reboot."),
        ];

    public int Run()
    {
        var settings = new Settings(Options);
        var words = Parser.Parse(arguments, settings);
        var domains = settings.IsTrue("all") ? AllDomains() : [OneDomain(words)];
        var reason = Reason(settings);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var domain in domains)
        {
            counts[domain] = RestartCount(domain);
            if (call.Xend.Call("xend.domain.shutdown", domain, reason).AsText() is { Length: > 0 } notice)
            {
                Say(notice);
            }
        }
        if (settings.IsTrue("wait"))
        {
            if (reason == "reboot")
            {
                WaitForReboot(domains, counts);
            }
            else
            {
                WaitForEnd(domains);
            }
        }
        return 0;
    }

    private static string Reason(Settings settings)
    {
        if (settings.IsTrue("halt") && settings.IsTrue("reboot"))
        {
            throw new CommandError("Can't specify halt and reboot");
        }
        return settings.IsTrue("halt") ? "halt"
            : settings.IsTrue("reboot") ? "reboot"
            : "poweroff";
    }

    private List<string> AllDomains()
    {
        var names = call.Xend.RunningNames();
        names.Remove(call.Xend.Domain(0).Name());
        return names;
    }

    private string OneDomain(List<string> words) =>
        words.Count switch
        {
            0 => throw new CommandError("No domain parameter given"),
            1 => call.Xend.Domain(words[0]).Name(),
            _ => throw new CommandError("No multiple domain parameters allowed"),
        };

    private long RestartCount(string domain) => call.Xend.Call("xend.domain.getRestartCount", domain).AsInt() ?? 0;

    private void WaitForEnd(List<string> domains)
    {
        var start = call.Surroundings.Time.GetUtcNow();
        var isTold = false;
        while (true)
        {
            var running = call.Xend.RunningNames();
            Report(domains, name => !running.Contains(name), "terminated");
            if (domains.Count == 0)
            {
                break;
            }
            if (!isTold && call.Surroundings.Time.GetUtcNow() - start > PatienceLimit)
            {
                isTold = true;
                foreach (var name in domains)
                {
                    Say(
                        $"Domain {name} still runs {PatienceLimit.TotalSeconds:0} s after it was asked; 'xm destroy {name}' ends it "
                            + $"at once."
                    );
                }
            }
            call.Surroundings.Pause(PollInterval);
        }
        Say("All domains terminated");
    }

    private void WaitForReboot(List<string> domains, Dictionary<string, long> counts)
    {
        var missingSince = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        while (true)
        {
            var running = call.Xend.RunningNames();
            Report(domains, name => running.Contains(name) && HasRestarted(name, counts[name]), "rebooted");
            var now = call.Surroundings.Time.GetUtcNow();
            foreach (var name in domains)
            {
                if (running.Contains(name))
                {
                    missingSince.Remove(name);
                }
                else
                {
                    missingSince.TryAdd(name, now);
                }
            }
            Report(
                domains,
                name => missingSince.TryGetValue(name, out var since) && now - since > RebootLimit,
                "destroyed for failing to reboot"
            );
            if (domains.Count == 0)
            {
                break;
            }
            call.Surroundings.Pause(PollInterval);
        }
        Say("All domains rebooted");
    }

    private bool HasRestarted(string name, long before)
    {
        try
        {
            return RestartCount(name) != before;
        }
        catch (XendFault fault) when (fault.Code == XendFault.InvalidDomain)
        {
            // It is between its old and its new life.
            return false;
        }
    }

    private void Report(List<string> domains, Predicate<string> isDone, string outcome)
    {
        foreach (var name in domains.FindAll(isDone))
        {
            Say($"Domain {name} {outcome}");
            domains.Remove(name);
        }
    }

    private void Say(string line)
    {
        call.Out.WriteLine(line);
        call.Out.Flush();
    }
}
