using Serilog;
using Xend.Devices;
using Xend.Hotplug;

namespace Xend.Hosting;

/// <summary>
/// The script of the option network-script, which makes the host's network ready for guests when the daemon starts, and puts it back when
/// the daemon is stopped: the verb, then the option's words. Xen 4.1 said start in this form, and never stop.
/// </summary>
/// <remarks>
/// Whatever the script does, the daemon runs: a guest without a network is explained at its creation. After a death of the daemon the next
/// one says start again; the scripts find their work done.
/// </remarks>
/// <param name="scripts">Runs it.</param>
/// <param name="option">The script with its words; empty for none. A change of the option waits for the next start.</param>
/// <param name="log">Is told of failures.</param>
internal sealed class HostNetwork(IScriptRunner scripts, string option, ILogger log)
{
    /// <summary>Less than systemd and <c>xend start</c> wait for the daemon.</summary>
    public static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(45);

    /// <summary>systemd kills the daemon 15 s after it said stop, and other parts want some of them.</summary>
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(7);

    private const string ScriptDirectory = "/etc/xen/scripts";

    public Task StartAsync(CancellationToken cancellation) => RunAsync("start", StartLimit, cancellation);

    public Task StopAsync(CancellationToken cancellation) => RunAsync("stop", StopLimit, cancellation);

    private async Task RunAsync(string verb, TimeSpan limit, CancellationToken cancellation)
    {
        var words = option.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length == 0)
        {
            return;
        }
        // An absolute path stays as it is.
        var call = new ScriptCall(Path.Combine(ScriptDirectory, words[0]), [verb, .. words[1..]], new Dictionary<string, string>());
        var result = await scripts.RunAsync(call, limit, cancellation).ConfigureAwait(false);
        if (result.Outcome == ScriptOutcome.Succeeded)
        {
            log.NetworkScriptDone(call.ToString(), result.LastLines());
        }
        else
        {
            log.NetworkScriptFailed(call.ToString(), HotplugFailure.Describe(result), result.LastLines());
        }
    }
}
