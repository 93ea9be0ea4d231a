namespace Xend.Operations;

/// <summary>
/// One look at a time. Who asks while one is under way shares the next with all who ask meanwhile: that one sees what they saw.
/// </summary>
internal sealed class SharedLook
{
    private readonly Lock _lock = new();
    private Task _last = Task.CompletedTask;
    private Task? _next;

    /// <summary>Returns when a look that began after this was called has ended.</summary>
    /// <param name="look">The look.</param>
    /// <param name="cancellation">Waits no longer; the look goes on.</param>
    public Task RunAsync(Func<Task> look, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_next is null)
            {
                var before = _last;
                _last = _next = Task.Run(() => RunAfterAsync(before, look), CancellationToken.None);
            }
            return _next.WaitAsync(cancellation);
        }
    }

    /// <summary>Returns when no look is under way that was asked for before this.</summary>
    public async Task SettleAsync()
    {
        Task last;
        lock (_lock)
        {
            last = _last;
        }
        await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAfterAsync(Task before, Func<Task> look)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            _next = null;
        }
        await look().ConfigureAwait(false);
    }
}
