namespace Xend.Operations;

/// <summary>An operation that has ended.</summary>
/// <param name="Task">What it was.</param>
/// <param name="Ended">When it ended.</param>
/// <param name="Failure">Why it failed or was given up; null where it did what was asked.</param>
public sealed record EndedTask(OperationTask Task, DateTimeOffset Ended, XendError? Failure);
