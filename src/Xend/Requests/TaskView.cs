namespace Xend.Requests;

/// <summary>A task as clients see it.</summary>
/// <param name="Id">What <c>xm cancel</c> takes.</param>
/// <param name="Domain">The domain's name.</param>
/// <param name="Operation">create, shutdown...</param>
/// <param name="Step">The step under way; null while it waits, and between steps.</param>
/// <param name="Runs">False where it waits for the operation before it.</param>
/// <param name="Seconds">Since it began, or was asked for.</param>
/// <param name="Requester">Who asked.</param>
/// <param name="CanBeCancelled">Whether it can be given up.</param>
public sealed record TaskView(
    int Id,
    string Domain,
    string Operation,
    string? Step,
    bool Runs,
    int Seconds,
    string Requester,
    bool CanBeCancelled
);
