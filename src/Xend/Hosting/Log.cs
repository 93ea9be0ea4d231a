using Serilog;

namespace Xend.Hosting;

/// <summary>What the hosting room writes into the log.</summary>
internal static class Log
{
    public static void Started(this ILogger log, string version, string configFile) =>
        log.Information("Xend Daemon started. Version {Version:l}, configuration {ConfigFile:l}.", version, configFile);

    public static void ConfigWarning(this ILogger log, string warning) => log.Warning("{Warning:l}", warning);

    public static void UnusedOptions(this ILogger log, IEnumerable<string> names) =>
        log.Information("Options without effect in this version: {Names:l}.", string.Join(", ", names));

    public static void Ready(this ILogger log, TimeSpan after) =>
        log.Information("Serving requests after {Milliseconds} ms.", (long)after.TotalMilliseconds);

    public static void Reloaded(this ILogger log, string configFile) =>
        log.Information("Configuration {ConfigFile:l} read again.", configFile);

    public static void ReloadRefused(this ILogger log, string reason) =>
        log.Error("The configuration was not taken over, the old one stays: {Reason:l}", reason);

    public static void Stopping(this ILogger log, string reason) => log.Information("Xend stops: {Reason:l}. Guests go on.", reason);

    public static void Stopped(this ILogger log) => log.Information("Xend Daemon stopped.");

    public static void StopIncomplete(this ILogger log, Exception error) =>
        log.Warning(error, "Something could not be closed in time; the process ends all the same.");

    public static void NotEnded(this ILogger log, string what, TimeSpan limit) =>
        log.Warning(
            "{What:l} had not ended {Seconds:0.#} s after the stop; the next daemon takes up what it left.",
            what,
            limit.TotalSeconds
        );

    public static void AutostartFailed(this ILogger log, Exception error) => log.Error(error, "Failed while autostarting domains");

    public static void StartFailed(this ILogger log, Exception error) => log.Fatal(error, "Xend cannot start.");

    public static void NetworkScriptDone(this ILogger log, string script, string said) =>
        log.Information("network-script {Script:l}: {Said:l}", script, said);

    public static void NetworkScriptFailed(this ILogger log, string script, string how, string said) =>
        log.Error(
            "network-script {Script:l} {How:l}; the daemon goes on without it. Run it by hand to see more; it said:\n{Said:l}",
            script,
            how,
            said
        );
}
