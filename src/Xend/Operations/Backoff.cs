using System.Collections.Concurrent;
using Xend.Domains;

namespace Xend.Operations;

/// <summary>
/// What failed for a domain is tried again after a pause that doubles from one time to the next. Its next life, or another state, knows
/// nothing of that.
/// </summary>
internal sealed class Backoff(TimeProvider clock)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(Guid, uint?, DomainState), Failures> _failures = new();

    /// <summary>Whether the domain is left alone for now.</summary>
    public bool Holds(DomainEntry domain) => _failures.TryGetValue(KeyOf(domain), out var known) && known.Held;

    /// <summary>Leaves the domain alone for its pause, and returns then.</summary>
    public async Task HoldAsync(DomainEntry domain, CancellationToken cancellation)
    {
        // A domain that went in another way is not heard of again.
        foreach (var forgotten in _failures.Where(known => clock.GetElapsedTime(known.Value.Since) > 2 * Longest))
        {
            _failures.TryRemove(forgotten);
        }
        var now = clock.GetTimestamp();
        var failures = _failures.AddOrUpdate(
            KeyOf(domain),
            _ => new Failures(1, now, Held: true),
            (_, known) => new Failures(known.Count + 1, now, Held: true)
        );
        await Task.Delay(PauseAfter(failures.Count), clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _failures.TryUpdate(KeyOf(domain), failures with { Held = false }, failures);
    }

    private static (Guid, uint?, DomainState) KeyOf(DomainEntry domain) => (domain.Uuid, domain.Runtime.Id, domain.State);

    private static TimeSpan PauseAfter(int failures) =>
        TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, First.TotalSeconds * Math.Pow(2, Math.Min(failures, 30) - 1)));

    private sealed record Failures(int Count, long Since, bool Held);
}
