using Xend.Domains;

namespace Xend.Operations;

/// <summary>An operation that was asked for and has not ended: it waits for its domain's turn, or runs.</summary>
public sealed class OperationTask
{
    private readonly CancellationTokenSource _cancellation;

    internal OperationTask(
        int id,
        Guid domain,
        string domainName,
        string operation,
        Requester requester,
        DateTimeOffset since,
        CancellationTokenSource cancellation
    )
    {
        (Id, Domain, DomainName, Operation, Requester, Since, _cancellation) = (
            id,
            domain,
            domainName,
            operation,
            requester,
            since,
            cancellation
        );
    }

    /// <summary>Counted from 1 for the daemon's life.</summary>
    public int Id { get; }

    public Guid Domain { get; }

    /// <summary>The domain's name when it was asked for.</summary>
    public string DomainName { get; }

    public string Operation { get; }

    public Requester Requester { get; }

    /// <summary>When it was asked for; once it runs, when it began.</summary>
    public DateTimeOffset Since { get; internal set; }

    public bool Runs { get; internal set; }

    /// <summary>Completes when the operation has ended, undone or not.</summary>
    internal TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Who cancelled it; null where nobody did.</summary>
    internal Requester? CancelledBy { get; private set; }

    /// <summary>What takes a domain away, or has begun to, cannot be undone: a domain that is half there would be left.</summary>
    public bool CanBeCancelled => !Runs || !IsOneWay(Operation);

    internal void Cancel(Requester requester)
    {
        CancelledBy ??= requester;
        try
        {
            _cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended just now, so there is nothing to cancel.
        }
    }

    internal static bool IsOneWay(string operation) =>
        operation is "destroy" or "delete" or "clean up" or "restart" or "rename-restart" or "reset" or "wait";

    /// <summary>"shutdown since 14 s, asked by root (pid 812)".</summary>
    public string Describe(DateTimeOffset now) => new RunningOperation(Operation, Since, Requester).Describe(now);
}
