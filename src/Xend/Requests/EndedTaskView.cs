namespace Xend.Requests;

/// <summary>An operation that has ended, as clients see it.</summary>
/// <param name="Id">The task's number, counted from 1 for the daemon's life.</param>
/// <param name="Domain">The domain's name when it was asked for.</param>
/// <param name="Uuid">The domain.</param>
/// <param name="Operation">create, shutdown...</param>
/// <param name="Requester">Who asked.</param>
/// <param name="Ended">When it ended.</param>
/// <param name="Duration">Since it began or, where its turn never came, was asked for.</param>
/// <param name="Why">Why the daemon did it; null where somebody asked for it.</param>
/// <param name="Failure">Why it failed or was given up; null where it did what was asked.</param>
public sealed record EndedTaskView(
    int Id,
    string Domain,
    Guid Uuid,
    string Operation,
    string Requester,
    DateTimeOffset Ended,
    TimeSpan Duration,
    string? Why,
    XendError? Failure
);
