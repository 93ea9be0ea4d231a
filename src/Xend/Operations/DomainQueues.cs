using System.Collections.Concurrent;
using Xend.Domains;

namespace Xend.Operations;

/// <summary>One operation at a time on a domain; different domains know nothing of each other.</summary>
public sealed class DomainQueues(DomainRegistry registry, TimeProvider clock)
{
    /// <summary>How long a request waits for the one before it, until it is told what it waits for.</summary>
    private static readonly TimeSpan TurnLimit = TimeSpan.FromSeconds(120);

    private readonly ConcurrentDictionary<Guid, Queue> _queues = new();

    /// <summary>Runs an operation when its turn has come, and shows it as the domain's operation while it runs.</summary>
    public async Task<T> RunAsync<T>(
        Guid domain, string name, string operation, Requester requester, Func<CancellationToken, Task<T>> body, CancellationToken cancellation)
    {
        var queue = _queues.GetOrAdd(domain, static _ => new Queue());
        if (!await queue.Turn.WaitAsync(TurnLimit, cancellation).ConfigureAwait(false))
        {
            throw Busy(domain, name, operation);
        }
        try
        {
            using var own = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            queue.Current = own;
            registry.Update(domain, entry => entry with { Operation = new RunningOperation(operation, clock.GetUtcNow(), requester) });
            return await body(own.Token).ConfigureAwait(false);
        }
        finally
        {
            queue.Current = null;
            registry.Update(domain, entry => entry with { Operation = null });
            queue.Turn.Release();
        }
    }

    /// <summary>Asks the operation under way on a domain to give up and undo.</summary>
    public void CancelCurrent(Guid domain)
    {
        if (_queues.TryGetValue(domain, out var queue))
        {
            queue.CancelCurrent();
        }
    }

    /// <summary>Forgets the queue of a domain that is gone.</summary>
    public void Forget(Guid domain) => _queues.TryRemove(domain, out _);

    private XendError Busy(Guid domain, string name, string operation)
    {
        var current = registry.Find(domain)?.Operation?.Describe(clock.GetUtcNow());
        return new XendError(
            ErrorCode.WrongState,
            $"Domain '{name}' is busy: {current ?? "another operation"}",
            $"{operation} waited {TurnLimit.TotalSeconds:0} s for its turn.",
            "Try again when that has ended.");
    }

    private sealed class Queue
    {
        private volatile CancellationTokenSource? _current;

        public SemaphoreSlim Turn { get; } = new(1, 1);

        public CancellationTokenSource? Current
        {
            set => _current = value;
        }

        public void CancelCurrent()
        {
            try
            {
                _current?.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It ended just now, so there is nothing to cancel.
            }
        }
    }
}
