using System.Collections.Concurrent;
using Linux.Interop;

namespace Xend.Tests;

/// <summary>A child in a call of the kernel that does not return, such as a read from a server that is gone: no signal ends it.</summary>
internal sealed class UndyingChild : IChildProcess
{
    private readonly TaskCompletionSource<ExitStatus> _ended = new();

    public int Id { get; init; } = int.MaxValue;

    public ConcurrentQueue<int> Signals { get; } = [];

    public bool Disposed { get; private set; }

    public Task<ExitStatus> WaitAsync(CancellationToken cancellation = default) => _ended.Task.WaitAsync(cancellation);

    public bool KillGroup(int signal)
    {
        Signals.Enqueue(signal);
        return true;
    }

    public void Dispose() => Disposed = true;
}
