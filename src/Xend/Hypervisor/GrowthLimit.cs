namespace Xend.Hypervisor;

/// <summary>The limit of work that writes a file: it may take as long as the file grows.</summary>
internal static class GrowthLimit
{
    /// <summary>How often the file is looked at before patience ends.</summary>
    private const int Looks = 10;

    /// <summary>Waits for work, and looks at its file again and again.</summary>
    /// <param name="work">What is waited for; its token is cancelled when the file has not grown for <paramref name="patience"/>.</param>
    /// <param name="path">The file, which need not be there yet.</param>
    /// <param name="patience">How long it may stay as it is.</param>
    /// <exception cref="TimeoutException">It stayed so; says for how long and at what size.</exception>
    public static async Task<T> WhileGrowingAsync<T>(Func<CancellationToken, Task<T>> work, string path, TimeSpan patience, CancellationToken cancellation)
    {
        using var stalled = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var task = work(stalled.Token);
        var (size, idle) = (0L, 0);
        // Looks are counted, not time: a machine that stood still for a minute has not stalled.
        while (await Task.WhenAny(task, Task.Delay(patience / Looks, CancellationToken.None)).ConfigureAwait(false) != task)
        {
            var now = SizeOf(path);
            (size, idle) = now > size ? (now, 0) : (size, idle + 1);
            if (idle == Looks)
            {
                await stalled.CancelAsync().ConfigureAwait(false);
                break;
            }
        }
        try
        {
            return await task.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"after {size / 1024} KiB nothing more was written for {patience.TotalSeconds:0.#} s");
        }
    }

    private static long SizeOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
