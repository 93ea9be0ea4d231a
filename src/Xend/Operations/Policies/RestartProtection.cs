using System.Globalization;
using Xend.Domains;
using Xend.Hypervisor;

namespace Xend.Operations.Policies;

/// <summary>Whether, and when, a domain that ended is started again. Pure functions.</summary>
/// <remarks>
/// Old xend's protection comes first: who lived less than a minute is not started again. Who lives longer and still ends again and again
/// is, after a delay that doubles each time, until it has lived long enough to count as well.
/// </remarks>
public static class RestartProtection
{
    /// <summary>Old xend's MINIMUM_RESTART_TIME.</summary>
    public static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(60);

    /// <summary>A domain that lived as long is well: the next restart is its first again.</summary>
    public static readonly TimeSpan StableLife = TimeSpan.FromMinutes(10);

    public static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(10);

    /// <summary>
    /// So many attempts in a row may fail for the host's reasons (a kernel that went missing, no memory), some fifty minutes.
    /// </summary>
    public const int MostFailures = 10;

    /// <summary>Systems that are installed or updated reboot more than once, and nobody should have to wait for that.</summary>
    private const int RebootsWithoutDelay = 3;

    /// <param name="entry">The domain as it was.</param>
    /// <param name="reason">Why it ended.</param>
    /// <param name="now">Seconds since 1970.</param>
    /// <returns>Null to start it at once; else the note that says why not.</returns>
    public static RestartNote? AfterEnd(DomainEntry entry, ShutdownReason reason, double now)
    {
        var life = now - (entry.Runtime.StartTime ?? 0);
        // A clock that was set back says nothing of how long it lived.
        if (life >= 0 && life < ShortestLife.TotalSeconds)
        {
            return new RestartNote(
                RestartState.GaveUp,
                string.Create(CultureInfo.InvariantCulture, $"restarting too fast (Elapsed time: {life:0.000000} seconds)"),
                InARow(entry, life),
                null
            );
        }
        var attempt = InARow(entry, life);
        var free = reason == ShutdownReason.Crash ? 1 : RebootsWithoutDelay;
        if (attempt <= free)
        {
            return null;
        }
        var word = reason.ToString().ToLowerInvariant();
        return new RestartNote(
            RestartState.Waiting,
            string.Create(CultureInfo.InvariantCulture, $"{word} after {life:0} s, for the {attempt}. time in a row"),
            attempt,
            now + Delay(attempt - free).TotalSeconds
        );
    }

    /// <param name="entry">The domain as it is.</param>
    /// <param name="failure">Why it could not be started.</param>
    /// <param name="now">Seconds since 1970.</param>
    public static RestartNote AfterFailure(DomainEntry entry, XendError failure, double now)
    {
        var attempt = (entry.Note?.State == RestartState.Waiting ? entry.Note.Attempt : 0) + 1;
        var reason = RestartNote.ReasonFrom(failure.Message);
        return attempt >= MostFailures
            ? new RestartNote(RestartState.GaveUp, reason, attempt, null)
            : new RestartNote(RestartState.Waiting, reason, attempt, now + Delay(attempt).TotalSeconds);
    }

    /// <summary>For one whose restart was given up on the way.</summary>
    public static RestartNote Interrupted(DomainEntry entry) =>
        entry.Note is { State: RestartState.Waiting } note
            ? note with
            {
                Until = 0,
            }
            : new RestartNote(RestartState.Waiting, "its restart was interrupted", Math.Max(1, entry.RestartsInARow), 0);

    /// <summary>Which restart in a row this would be, counted from 1.</summary>
    private static int InARow(DomainEntry entry, double life) => life >= StableLife.TotalSeconds ? 1 : entry.RestartsInARow + 1;

    /// <summary>10 s, 20 s, 40 s... for the first, second, third time, and never more than the limit.</summary>
    private static TimeSpan Delay(int time) =>
        TimeSpan.FromSeconds(Math.Min(LongestDelay.TotalSeconds, FirstDelay.TotalSeconds * Math.Pow(2, Math.Min(time, 30) - 1)));

    /// <summary>Counts a restart, once: not where the domain is between its lives already.</summary>
    public static DomainEntry Count(DomainEntry entry, double now) =>
        entry.State is DomainState.Restarting or DomainState.Waiting
            ? entry
            : entry with
            {
                RestartCount = entry.RestartCount + 1,
                RestartsInARow = InARow(entry, now - (entry.Runtime.StartTime ?? now)),
            };
}
