using Serilog;
using Xend.Build.Bootloaders;
using Xend.Domains;
using Xend.Operations.Audit;
using Xend.Requests;

namespace Xend.Operations;

/// <summary>Every log line of this room.</summary>
internal static class OperationLog
{
    public static void Asked(ILogger log, string title, Requester requester) =>
        log.Information("{Operation}: asked by {Requester}", title, requester);

    public static void Lingers(ILogger log, DyingDomain dying) =>
        log.Warning(
            "Domain {Name} ({Id}) was destroyed and stays with Xen as dying: {Memory} KiB of its memory are held by {Holders}",
            dying.Name,
            dying.Id,
            dying.MemoryKib,
            dying.Holders
        );

    public static void TargetFollowed(ILogger log, string name, ulong mib) =>
        log.Information("Another tool has set the memory of {Name} to {Mib} MiB; it is kept so", name, mib);

    public static void TargetNotFollowed(ILogger log, string name, ulong mib, string why) =>
        log.Warning("Another tool has set the memory of {Name} to {Mib} MiB, which is not followed: {Why}", name, mib, why);

    public static void GoneAtLast(ILogger log, DyingDomain dying) =>
        log.Information("Domain {Name} ({Id}), destroyed earlier, is gone at last", dying.Name, dying.Id);

    public static void AuditFound(ILogger log, AuditFinding finding) =>
        log.Warning(
            "Audit: {Kind} {Object}: {What} ({State})",
            finding.Kind,
            finding.Object,
            finding.What,
            finding.Fixed ? "fixed" : finding.Failure ?? "left as it is"
        );

    public static void CancelAsked(ILogger log, OperationKind operation, string name, Requester requester) =>
        log.Information("{Operation} {Name}: to be cancelled: asked by {Requester}", operation.Name, name, requester);

    /// <param name="log">The log.</param>
    /// <param name="title">The operation.</param>
    /// <param name="duration">From the first step to the last.</param>
    /// <param name="storeRequests">Of the whole daemon in that time.</param>
    public static void Ended(ILogger log, string title, TimeSpan duration, long storeRequests) =>
        log.Information("{Operation}: done in {Seconds:0.00} s, {Requests} xenstore requests", title, duration.TotalSeconds, storeRequests);

    public static void Failed(ILogger log, XendError error, string title) =>
        log.Error(error.Code == ErrorCode.Internal ? error.InnerException : null, "{Operation}: failed: {Text}", title, error.Text);

    public static void StepDone(ILogger log, string title, string step, TimeSpan duration) =>
        log.Debug("{Operation}: {Step} took {Milliseconds:0} ms", title, step, duration.TotalMilliseconds);

    public static void StepPassedOver(ILogger log, XendError error, string title, string step) =>
        log.Warning("{Operation}: {Step} failed and is passed over: {Text}", title, step, error.Text);

    public static void StepComplains(ILogger log, string title, string complaint) =>
        log.Warning("{Operation}: {Complaint}", title, complaint);

    public static void UndoFailed(ILogger log, Exception error, string title, string step) =>
        log.Error(error, "{Operation}: {Step} could not be undone", title, step);

    public static void BootChosen(ILogger log, string name, string disk, BootChoice choice) =>
        log.Information(
            "Boot loader of {Name} on {Disk} chose kernel {Kernel}, ramdisk {Ramdisk}, command line {CommandLine}",
            name,
            disk,
            choice.Kernel,
            choice.Ramdisk,
            choice.CommandLine
        );

    /// <param name="log">The log.</param>
    /// <param name="name">The domain.</param>
    /// <param name="what">hvmloader, device model...</param>
    /// <param name="path">What was taken.</param>
    /// <param name="configured">What the configuration names; empty where it names nothing.</param>
    public static void FileTaken(ILogger log, string name, string what, string path, string configured)
    {
        if (configured == path)
        {
            log.Debug("{Name}: {What} is {Path}", name, what, path);
        }
        else
        {
            log.Information("{Name}: {What} is {Path} (the configuration says '{Configured}')", name, what, path, configured);
        }
    }

    public static void NoXDisplay(ILogger log, string name) =>
        log.Warning("{Name}: sdl=1 is passed over: there is no X display (DISPLAY) that the window could be on", name);

    public static void DeviceModelDied(ILogger log, string name, uint id, string lines, string consequence) =>
        log.Error(
            "The device model of {Name} ({Id}) has died. {Consequence} It said last: {Lines}",
            name,
            id,
            consequence,
            lines.Length == 0 ? "nothing" : lines
        );

    public static void PowerButton(ILogger log, string name) =>
        log.Information("{Name} has no PV drivers that would hear a request to shut down: its ACPI power button is pressed instead", name);

    public static void Unresponsive(ILogger log, string name, double seconds) =>
        log.Warning(
            "Domain {Name} was asked to shut down {Seconds:0} s ago and still runs. It may ignore the request; xm destroy {Name} ends "
                + "it at once",
            name,
            seconds,
            name
        );

    public static void DomainEnded(ILogger log, string name, uint id, string reason) =>
        log.Information("Domain has shutdown: name={Name} id={Id} reason={Reason}.", name, id, reason);

    public static void DomainCrashed(ILogger log, string name, uint id) =>
        log.Warning("Domain has crashed: name={Name} id={Id}.", name, id);

    public static void Preserved(ILogger log, string name, uint id) => log.Information("Preserving dead domain {Name} ({Id}).", name, id);

    public static void Renamed(ILogger log, string name, uint id, Guid uuid, string newName, Guid newUuid) =>
        log.Information("Renaming dead domain {Name} ({Id}, {Uuid}) to {NewName} ({NewUuid}).", name, id, uuid, newName, newUuid);

    public static void Dumping(ILogger log, string name, uint id, string path) =>
        log.Information("Dumping core of {Name} ({Id}) to {Path}", name, id, path);

    public static void RestartRefused(ILogger log, string name, string reason) =>
        log.Error("VM {Name} {Reason}. Refusing to restart to avoid loops.", name, reason);

    public static void RestartDelayed(ILogger log, string name, string reason, double until) =>
        log.Warning(
            "Domain {Name} is started again at {Until:u}: {Reason}",
            name,
            DateTimeOffset.FromUnixTimeMilliseconds((long)(until * 1000)),
            reason
        );

    public static void RestartGivenUp(ILogger log, string name, int attempts, string reason) =>
        log.Error("Domain {Name} is not started again: {Attempts} attempts failed, the last with: {Reason}", name, attempts, reason);

    public static void Vanished(ILogger log, string name, uint id) =>
        log.Information("Domain {Name} ({Id}) is gone: another tool destroyed it. What it left is removed", name, id);

    public static void Adopted(ILogger log, string name, uint id) =>
        log.Information("Domain {Name} ({Id}) runs and is taken back", name, id);

    public static void Recovering(ILogger log, string operation, string name, string? step) =>
        log.Warning(
            "An earlier xend died while it was to {Operation} {Name} (step {Step}); it is undone or finished now",
            operation,
            name,
            step
        );

    public static void UnknownOperation(ILogger log, string operation, string name, string path) =>
        log.Error(
            "An earlier xend was to {Operation} {Name}, which this one does not know. Nothing is done about it. If {Name} is in "
                + "order, delete {Path}",
            operation,
            name,
            name,
            path
        );

    public static void RecoveryFailed(ILogger log, XendError error) =>
        log.Error("What an earlier xend left cannot be put in order, and is tried again at the next start: {Text}", error.Text);

    public static void SecondOfName(ILogger log, string name, Guid uuid, Guid first) =>
        log.Error(
            "The managed domain {Uuid} is called {Name}, as {First} is; it is left alone until one of them has another name in its "
                + "config.sxp",
            uuid,
            name,
            first
        );

    public static void PolicyFailed(ILogger log, OperationKind operation, string name, XendError error) =>
        log.Error("Failed to {Operation} domain {Name}: {Text}", operation.Name, name, error.Text);

    public static void DestroyedAgain(ILogger log, string name, uint id) =>
        log.Warning("Domain {Name} ({Id}) could not be destroyed and is still there: it is tried again", name, id);

    public static void AutostartFailed(ILogger log, string name, XendError error) =>
        log.Error("Failed while autostarting domain {Name}; the others are started all the same: {Text}", name, error.Text);

    public static void AutostartEnded(ILogger log) => log.Information("No further domain is started: all guests are to be stopped");

    public static void NotUp(ILogger log, string name, string wait, string why) =>
        log.Warning("Domain {Name} is not {Wait}, and the next ones are started all the same: {Why}", name, wait, why);

    public static void NotStopped(ILogger log, string name, TimeSpan limit) =>
        log.Warning("Domain {Name} did not shut down within {Seconds:0} s and is destroyed", name, limit.TotalSeconds);

    public static void StopFailed(ILogger log, string name, XendError error) =>
        log.Error("Domain {Name} cannot be stopped: {Text}", name, error.Text);

    public static void CannotSuspend(ILogger log, string name) =>
        log.Warning(
            "Domain {Name} is to be suspended when xend stops (on_xend_stop), but is not in xend's keeping (xm new); it goes on",
            name
        );

    public static void LookFailed(ILogger log, Exception error) =>
        log.Warning("Looking at the domains failed, and is tried again: {Reason}", error.Message);

    public static void Away(ILogger log, string name, string host) =>
        log.Warning("Domain {Name} is not started: it went to {Host}, and may run there. xm start {Name} starts it here", name, host, name);

    public static void Departed(ILogger log, string name, string host) =>
        log.Information("Domain {Name} is at {Host} now, and is taken away here", name, host);

    public static void Offered(ILogger log, string name, string host) => log.Information("{Host} offers domain {Name}", host, name);

    public static void Arrived(ILogger log, string name, string host) => log.Information("Domain {Name} has come from {Host}", name, host);
}
