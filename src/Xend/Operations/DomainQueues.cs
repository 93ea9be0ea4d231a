using System.Collections.Immutable;
using Xend.Domains;

namespace Xend.Operations;

/// <summary>
/// One operation at a time on a domain, in the order in which they were asked for; different domains know nothing of each other.
/// </summary>
public sealed class DomainQueues(DomainStore domains, HostServices host)
{
    private readonly Lock _lock = new();

    /// <summary>The operations on each domain: the first has the turn, the others wait.</summary>
    private readonly Dictionary<Guid, LinkedList<OperationTask>> _queues = [];
    private readonly SortedDictionary<int, OperationTask> _tasks = [];
    private readonly Queue<EndedTask> _ended = [];
    private int _lastId;

    /// <summary>How many operations that have ended are remembered: some days of a quiet host, and no more than tens of KiB.</summary>
    internal const int MostEnded = 200;

    /// <summary>The latest operations that have ended, the last one last.</summary>
    public ImmutableArray<EndedTask> Ended
    {
        get
        {
            lock (_lock)
            {
                return [.. _ended];
            }
        }
    }

    /// <summary>All operations that have not ended, in the order in which they were asked for.</summary>
    public ImmutableArray<OperationTask> Tasks
    {
        get
        {
            lock (_lock)
            {
                return [.. _tasks.Values];
            }
        }
    }

    /// <summary>Runs an operation when its turn has come, and shows it as the domain's operation while it runs.</summary>
    /// <remarks>
    /// A destruction that somebody asks for does not wait for what can be given up: nothing is to keep a domain from being ended. Whatever
    /// was asked for before it gives way, whether it runs or waits.
    /// </remarks>
    /// <param name="domain">The domain.</param>
    /// <param name="name">Its name now.</param>
    /// <param name="kind">The operation.</param>
    /// <param name="requester">Who asks.</param>
    /// <param name="body">What is done in its turn.</param>
    /// <param name="cancellation">Gives up, whether it runs or waits.</param>
    /// <param name="why">Why the daemon does it, for those who ask later; null where somebody asked for it.</param>
    public async Task<T> RunAsync<T>(
        Guid domain,
        string name,
        OperationKind kind,
        Requester requester,
        Func<CancellationToken, Task<T>> body,
        CancellationToken cancellation,
        string? why = null
    )
    {
        using var own = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var task = Enter(domain, name, kind, requester, own, out var before);
        task.Why = why;
        XendError? failure = null;
        try
        {
            if (kind == OperationKind.Destroy && requester != Requester.Daemon)
            {
                foreach (var other in before.Where(other => other.Kind.GivesWay))
                {
                    other.Cancel(requester);
                }
            }
            await TakeTurnAsync(task, own.Token).ConfigureAwait(false);
            try
            {
                // Who is cancelled by the time that its turn comes does not begin.
                own.Token.ThrowIfCancellationRequested();
                var now = host.Clock.GetUtcNow();
                task.Begin(now);
                domains.ShowOperation(domain, _ => new RunningOperation(kind, now, requester));
                return await body(own.Token).ConfigureAwait(false);
            }
            finally
            {
                domains.ShowOperation(domain, _ => null);
            }
        }
        catch (Exception error)
            when (task.CancelledBy is { } who && error is OperationCanceledException or XendError { Code: ErrorCode.Cancelled })
        {
            throw failure = Cancelled(task, who, error);
        }
        catch (Exception error)
        {
            failure = Failure.Explain(error, $"{kind} {name}");
            throw;
        }
        finally
        {
            Leave(task, failure);
        }
    }

    /// <summary>Gets in line; the turn is had at once where nobody is before.</summary>
    private OperationTask Enter(
        Guid domain,
        string name,
        OperationKind kind,
        Requester requester,
        CancellationTokenSource cancellation,
        out ImmutableArray<OperationTask> before
    )
    {
        lock (_lock)
        {
            if (!_queues.TryGetValue(domain, out var queue))
            {
                _queues[domain] = queue = [];
            }
            before = [.. queue];
            var task = new OperationTask(++_lastId, domain, name, kind, requester, host.Clock.GetUtcNow(), cancellation);
            _tasks[task.Id] = task;
            queue.AddLast(task);
            if (before.IsEmpty)
            {
                task.Turn.SetResult();
            }
            return task;
        }
    }

    /// <summary>Gets out of line; who is first then has the turn. The last one takes the queue along.</summary>
    private void Leave(OperationTask task, XendError? failure)
    {
        bool idle;
        var now = host.Clock.GetUtcNow();
        lock (_lock)
        {
            _tasks.Remove(task.Id);
            // Waiting for something is nobody's history.
            if (task.Kind != OperationKind.WaitForDevices)
            {
                _ended.Enqueue(new EndedTask(task, now, failure));
                if (_ended.Count > MostEnded)
                {
                    _ended.Dequeue();
                }
            }
            idle = _tasks.Count == 0;
            var queue = _queues[task.Domain];
            queue.Remove(task);
            if (queue.First is { } next)
            {
                next.Value.Turn.TrySetResult();
            }
            else
            {
                _queues.Remove(task.Domain);
            }
        }
        task.Ended.SetResult();
        if (idle)
        {
            host.WhenIdle();
        }
    }

    /// <exception cref="XendError">Those before it took too long.</exception>
    private async Task TakeTurnAsync(OperationTask task, CancellationToken cancellation)
    {
        try
        {
            await task.Turn.Task.WaitAsync(host.Options.OperationWaitTimeout, host.Clock, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw Busy(task);
        }
    }

    private XendError Busy(OperationTask task)
    {
        OperationTask? current;
        lock (_lock)
        {
            current = _queues[task.Domain].First?.Value;
        }
        return new XendError(
            ErrorCode.WrongState,
            $"Domain '{task.DomainName}' is busy: {current?.Describe(host.Clock.GetUtcNow()) ?? "another operation"}",
            $"{task.Kind} waited {host.Options.OperationWaitTimeout.TotalSeconds:0} s for its turn (operation-wait-timeout).",
            current is null || current == task
                ? "Try again."
                : $"Try again when that has ended; xm tasks shows how far it is, xm cancel {current.Id} gives it up."
        );
    }

    private static XendError Cancelled(OperationTask task, Requester who, Exception error) =>
        new(ErrorCode.Cancelled, $"{task.Kind} {task.DomainName}: cancelled by {who}", (error as XendError)?.Detail, cause: error)
        {
            Step = (error as XendError)?.Step,
        };
}
