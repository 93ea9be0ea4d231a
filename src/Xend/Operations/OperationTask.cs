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
        OperationKind kind,
        Requester requester,
        DateTimeOffset since,
        CancellationTokenSource cancellation
    )
    {
        (Id, Domain, DomainName, Kind, Requester, Since, _cancellation) = (id, domain, domainName, kind, requester, since, cancellation);
    }

    /// <summary>Counted from 1 for the daemon's life.</summary>
    public int Id { get; }

    public Guid Domain { get; }

    /// <summary>The domain's name when it was asked for.</summary>
    public string DomainName { get; }

    public OperationKind Kind { get; }

    public Requester Requester { get; }

    /// <summary>Why the daemon does it; null where somebody asked for it.</summary>
    public string? Why { get; internal set; }

    /// <summary>When it was asked for; once it runs, when it began.</summary>
    public DateTimeOffset Since { get; private set; }

    public bool Runs { get; private set; }

    /// <summary>Completes when its turn has come.</summary>
    internal TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the operation has ended, undone or not.</summary>
    internal TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Who cancelled it; null where nobody did.</summary>
    internal Requester? CancelledBy { get; private set; }

    /// <summary>What takes a domain away, or has begun to, cannot be undone: a domain that is half there would be left.</summary>
    public bool CanBeCancelled => !Runs || !Kind.OneWay;

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

    internal void Begin(DateTimeOffset now) => (Since, Runs) = (now, true);

    /// <summary>"shutdown since 14 s, asked by root (pid 812)".</summary>
    public string Describe(DateTimeOffset now) => new RunningOperation(Kind, Since, Requester).Describe(now);
}
