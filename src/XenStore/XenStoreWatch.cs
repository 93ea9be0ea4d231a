using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace XenStore;

/// <summary>A watch's subscriber: the changed paths that wait for it, each once, bounded.</summary>
internal sealed class XenStoreWatch(string path, string token, int backlog, Func<XenStoreWatch, Task> remove) : IXenStoreWatch
{
    private readonly Lock _gate = new();
    private readonly Queue<string> _waiting = [];
    private readonly HashSet<string> _known = [];
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    private bool _collapsed;
    private int _disposed;

    public string Path { get; } = path;

    /// <summary>What xenstored names it by; unique within the client.</summary>
    public string Token { get; } = token;

    public async IAsyncEnumerable<string> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        while (await _signal.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false))
        {
            _signal.Reader.TryRead(out _);
            while (Volatile.Read(ref _disposed) == 0 && TryTake(out var changed))
            {
                yield return changed;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _signal.Writer.TryComplete();
            await remove(this).ConfigureAwait(false);
        }
    }

    /// <summary>A path changed.</summary>
    /// <remarks>A path that is not below the watched one cannot be meant; the watched one stands for it.</remarks>
    public void Changed(string changed)
    {
        lock (_gate)
        {
            if (_collapsed)
            {
                return;
            }

            var told = XenStorePath.IsSameOrBelow(changed, Path) ? changed : Path;
            if (!_known.Add(told))
            {
                return;
            }

            if (_waiting.Count >= backlog)
            {
                _collapsed = true;
                _waiting.Clear();
                _known.Clear();
                told = Path;
            }

            _waiting.Enqueue(told);
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>No more events can come. The reader gets what waits for it, then <paramref name="cause"/>.</summary>
    public void End(Exception? cause) => _signal.Writer.TryComplete(cause);

    private bool TryTake(out string changed)
    {
        lock (_gate)
        {
            if (!_waiting.TryDequeue(out changed!))
            {
                return false;
            }

            _known.Remove(changed);
            _collapsed = false;
            return true;
        }
    }
}
