namespace Xend.Host;

/// <summary>
/// Calls into the kernel that may never come back, where a file's server is gone or a driver hangs: nothing can end them, so each has a
/// thread of its own, and who asked waits no longer than he wants.
/// </summary>
internal static class KernelCall
{
    /// <summary>What one may take where nobody says otherwise.</summary>
    public static readonly TimeSpan UsualLimit = TimeSpan.FromSeconds(20);

    /// <summary>Whether it came back within the limit, and with what. What it throws within the limit is thrown here.</summary>
    public static bool TryWithin<T>(TimeSpan limit, Func<T> call, out T? result)
    {
        var calling = Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var hasEnded = Task.WaitAny([calling], limit) == 0;
        result = hasEnded ? calling.GetAwaiter().GetResult() : default;
        return hasEnded;
    }
}
