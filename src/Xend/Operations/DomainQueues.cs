using System.Collections.Immutable;
using Xend.Domains;

namespace Xend.Operations;

/// <summary>One operation at a time on a domain; different domains know nothing of each other.</summary>
public sealed class DomainQueues(DomainRegistry registry, HostServices host)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Queue> _queues = [];
    private readonly SortedDictionary<int, OperationTask> _tasks = [];
    private int _lastId;

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
    /// A destruction that somebody asks for does not wait for what can be given up: nothing is to keep a domain from being ended.
    /// </remarks>
    public async Task<T> RunAsync<T>(
        Guid domain,
        string name,
        string operation,
        Requester requester,
        Func<CancellationToken, Task<T>> body,
        CancellationToken cancellation
    )
    {
        using var own = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var (queue, task) = Enter(domain, name, operation, requester, own);
        try
        {
            if (operation == "destroy" && requester != Requester.Daemon)
            {
                GiveWay(queue, task, requester);
            }
            if (!await TakeTurnAsync(queue, own.Token).ConfigureAwait(false))
            {
                throw Busy(queue, name, operation);
            }
            try
            {
                Begin(queue, task);
                return await body(own.Token).ConfigureAwait(false);
            }
            finally
            {
                queue.Current = null;
                registry.Update(domain, entry => entry with { Operation = null });
                queue.Turn.Release();
            }
        }
        catch (Exception error)
            when (task.CancelledBy is { } who && error is OperationCanceledException or XendError { Code: ErrorCode.Cancelled })
        {
            throw Cancelled(task, who, error);
        }
        finally
        {
            Leave(domain, queue, task);
        }
    }

    /// <summary>Asks the operation under way on a domain to give up and undo.</summary>
    public void CancelCurrent(Guid domain)
    {
        OperationTask? current;
        lock (_lock)
        {
            current = _queues.GetValueOrDefault(domain)?.Current;
        }
        current?.Cancel(Requester.Daemon);
    }

    private (Queue Queue, OperationTask Task) Enter(
        Guid domain,
        string name,
        string operation,
        Requester requester,
        CancellationTokenSource cancellation
    )
    {
        lock (_lock)
        {
            if (!_queues.TryGetValue(domain, out var queue))
            {
                _queues[domain] = queue = new Queue();
            }
            queue.Users++;
            var task = new OperationTask(++_lastId, domain, name, operation, requester, host.Clock.GetUtcNow(), cancellation);
            _tasks[task.Id] = task;
            return (queue, task);
        }
    }

    /// <summary>The last one out takes the queue along, so that a domain that is gone leaves none.</summary>
    private void Leave(Guid domain, Queue queue, OperationTask task)
    {
        bool idle;
        lock (_lock)
        {
            _tasks.Remove(task.Id);
            idle = _tasks.Count == 0;
            if (--queue.Users == 0)
            {
                _queues.Remove(domain);
            }
        }
        task.Ended.SetResult();
        if (idle)
        {
            host.WhenIdle();
        }
    }

    private void Begin(Queue queue, OperationTask task)
    {
        var now = host.Clock.GetUtcNow();
        lock (_lock)
        {
            (task.Since, task.Runs) = (now, true);
            queue.Current = task;
        }
        registry.Update(task.Domain, entry => entry with { Operation = new RunningOperation(task.Operation, now, task.Requester) });
    }

    private void GiveWay(Queue queue, OperationTask destruction, Requester requester)
    {
        OperationTask? current;
        lock (_lock)
        {
            current = queue.Current;
        }
        if (current is not null && current.Id < destruction.Id && current.Operation is not ("destroy" or "delete" or "clean up"))
        {
            current.Cancel(requester);
        }
    }

    private async Task<bool> TakeTurnAsync(Queue queue, CancellationToken cancellation)
    {
        if (await queue.Turn.WaitAsync(TimeSpan.Zero, cancellation).ConfigureAwait(false))
        {
            return true;
        }
        using var limit = new CancellationTokenSource(host.Options.OperationWaitTimeout, host.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await queue.Turn.WaitAsync(either.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private XendError Busy(Queue queue, string name, string operation)
    {
        OperationTask? current;
        lock (_lock)
        {
            current = queue.Current;
        }
        return new XendError(
            ErrorCode.WrongState,
            $"Domain '{name}' is busy: {current?.Describe(host.Clock.GetUtcNow()) ?? "another operation"}",
            $"{operation} waited {host.Options.OperationWaitTimeout.TotalSeconds:0} s for its turn (operation-wait-timeout).",
            current is null
                ? "Try again."
                : $"Try again when that has ended; xm tasks shows how far it is, xm cancel {current.Id} gives it up."
        );
    }

    private static XendError Cancelled(OperationTask task, Requester who, Exception error)
    {
        var by = who == Requester.Daemon ? "because the domain is destroyed" : $"by {who}";
        return new XendError(
            ErrorCode.Cancelled,
            $"{task.Operation} {task.DomainName}: cancelled {by}",
            (error as XendError)?.Detail,
            cause: error
        )
        {
            Step = (error as XendError)?.Step,
        };
    }

    private sealed class Queue
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        /// <summary>The operation that has the turn.</summary>
        public OperationTask? Current { get; set; }

        /// <summary>How many run or wait here.</summary>
        public int Users { get; set; }
    }
}
