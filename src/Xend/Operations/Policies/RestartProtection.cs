using System.Globalization;
using Xend.Domains;
using Xend.Hypervisor;

namespace Xend.Operations.Policies;

/// <summary>Whether, and when, a domain that ended is started again. Pure functions.</summary>
/// <remarks>
/// A reboot that somebody asked xend for is none of this: it always restarts, and at once. Who ends by itself again and again is started
/// after a delay that doubles each time, until it has lived long enough to count as well; one that ends within a minute of its start,
/// which old xend destroyed for that, is given up after ten times.
/// </remarks>
public static class RestartProtection
{
    /// <summary>Old xend's MINIMUM_RESTART_TIME: who ends sooner has never worked.</summary>
    public static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(60);

    /// <summary>
    /// So many lives in a row may be shorter than <see cref="ShortestLife"/>; the waits between them add up to some forty minutes.
    /// </summary>
    public const int MostShortLives = 10;

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
        if (entry.RebootWanted)
        {
            return null;
        }
        var life = now - (entry.Runtime.StartTime ?? 0);
        var attempt = InARow(entry, life);
        var shortLives = ShortInARow(entry, life);
        var word = reason.ToString().ToLowerInvariant();
        if (shortLives >= MostShortLives)
        {
            return new RestartNote(
                RestartState.GaveUp,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"it ended {shortLives} times in a row within a minute of its start, the last time by {word} after {life:0} s"
                ),
                attempt,
                null
            );
        }
        var free = reason == ShutdownReason.Crash ? 1 : RebootsWithoutDelay;
        var delayed = shortLives > 0 ? Math.Max(shortLives, attempt - free) : attempt - free;
        return delayed <= 0
            ? null
            : new RestartNote(
                RestartState.Waiting,
                string.Create(CultureInfo.InvariantCulture, $"{word} after {life:0} s, for the {attempt}. time in a row"),
                attempt,
                now + Delay(delayed).TotalSeconds
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

    /// <summary>
    /// How many lives in a row ended within a minute, the one that ended now included. A clock that was set back says nothing of that.
    /// </summary>
    private static int ShortInARow(DomainEntry entry, double life) =>
        life >= 0 && life < ShortestLife.TotalSeconds ? entry.ShortLivesInARow + 1 : 0;

    /// <summary>10 s, 20 s, 40 s... for the first, second, third time, and never more than the limit.</summary>
    private static TimeSpan Delay(int time) =>
        TimeSpan.FromSeconds(Math.Min(LongestDelay.TotalSeconds, FirstDelay.TotalSeconds * Math.Pow(2, Math.Min(time, 30) - 1)));

    /// <summary>
    /// Counts a restart, once: not where the domain is between its lives already. One that was asked for begins the rows anew.
    /// </summary>
    public static DomainEntry Count(DomainEntry entry, double now)
    {
        if (entry.State is DomainState.Restarting or DomainState.Waiting)
        {
            return entry;
        }
        var life = now - (entry.Runtime.StartTime ?? 0);
        return (
            entry.RebootWanted
                ? ForgetRows(entry)
                : entry with
                {
                    RestartsInARow = InARow(entry, life),
                    ShortLivesInARow = ShortInARow(entry, life),
                }
        ) with
        {
            RestartCount = entry.RestartCount + 1,
        };
    }

    /// <summary>Whatever it did before, its next end is its first.</summary>
    public static DomainEntry ForgetRows(DomainEntry entry) => entry with { RestartsInARow = 0, ShortLivesInARow = 0 };
}
