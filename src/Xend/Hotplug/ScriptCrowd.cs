namespace Xend.Hotplug;

/// <summary>Which scripts of devices run side by side, and which wait for their turn.</summary>
/// <remarks>
/// Scripts of many guests that start at once would take the processors from each other, and from the drivers and guests that they wait
/// for, until all of them had used up their time. So a few run, and the others wait in the order in which they came; their time begins
/// with their turn. One that is at work for long waits for something else than a processor, as far as can be told, and keeps nobody from
/// their turn.
/// </remarks>
internal sealed class ScriptCrowd(TimeProvider clock)
{
    /// <summary>How many may take processors from each other.</summary>
    public const int MostBusy = 4;

    /// <summary>A stock script is done by then, unless it waits for a lock or a server.</summary>
    public static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _running = new(StringComparer.Ordinal);
    private readonly Queue<TaskCompletionSource> _waiting = [];
    private int _busy;

    /// <summary>Waits for a turn, and counts a script in until the place is disposed of.</summary>
    public async Task<Place> EnterAsync(string path, CancellationToken cancellation)
    {
        if (Queue() is { } turn)
        {
            using var giveUp = cancellation.Register(() => turn.TrySetCanceled(cancellation));
            await turn.Task.ConfigureAwait(false);
        }
        lock (_lock)
        {
            var position = _running.GetValueOrDefault(path) + 1;
            _running[path] = position;
            return new Place(this, path, position, clock);
        }
    }

    /// <summary>null where it is this one's turn.</summary>
    private TaskCompletionSource? Queue()
    {
        lock (_lock)
        {
            if (_busy < MostBusy)
            {
                _busy++;
                return null;
            }
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
            return turn;
        }
    }

    private void MakeRoom()
    {
        lock (_lock)
        {
            while (_waiting.TryDequeue(out var next))
            {
                if (next.TrySetResult())
                {
                    return;
                }
            }
            _busy--;
        }
    }

    private void Leave(string path)
    {
        lock (_lock)
        {
            if (--_running[path] == 0)
            {
                _running.Remove(path);
            }
        }
    }

    /// <summary>A script at work.</summary>
    public sealed class Place : IDisposable
    {
        private readonly ScriptCrowd _crowd;
        private readonly string _path;
        private readonly ITimer _timer;
        private int _isIdle;

        /// <param name="crowd">Where it is counted.</param>
        /// <param name="path">The script.</param>
        /// <param name="position">See <see cref="Position"/>.</param>
        /// <param name="clock">Measures how long it is at work.</param>
        internal Place(ScriptCrowd crowd, string path, int position, TimeProvider clock)
        {
            (_crowd, _path, Position) = (crowd, path, position);
            _timer = clock.CreateTimer(_ => MakeRoom(), null, BusyFor, Timeout.InfiniteTimeSpan);
        }

        /// <summary>
        /// 1 for one that runs alone, 2 for one that started while another of its path ran. The stock block script takes one lock for all
        /// disks, so of three started together the last one waits for two.
        /// </summary>
        public int Position { get; }

        public void Dispose()
        {
            _timer.Dispose();
            _crowd.Leave(_path);
            MakeRoom();
        }

        private void MakeRoom()
        {
            if (Interlocked.Exchange(ref _isIdle, 1) == 0)
            {
                _crowd.MakeRoom();
            }
        }
    }
}
