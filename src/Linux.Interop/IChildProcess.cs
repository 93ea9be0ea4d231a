using Tmds.Linux;

namespace Linux.Interop;

/// <summary>A child as those see it who start programs of others: it may not end, whatever is done to it.</summary>
public interface IChildProcess : IDisposable
{
    /// <summary>The process id, which is also that of its process group and session.</summary>
    int Id { get; }

    /// <summary>Completes when it has ended and what it wrote was handed out. A token ends the waiting, not the child.</summary>
    Task<ExitStatus> WaitAsync(CancellationToken cancellation = default);

    /// <summary>Sends a signal to it and to all that it started in its group. False where there is none left.</summary>
    bool KillGroup(int signal);
}

/// <summary>Starts a child; throws <see cref="NativeCallException"/> where that cannot be done.</summary>
public delegate IChildProcess SpawnChild(ChildStart start);

/// <summary>The end of a child that does not end by itself.</summary>
public static class ChildEnd
{
    /// <summary>
    /// What dies of SIGKILL does so at once. What does not is in the kernel, in a call that cannot be interrupted (state D): it waits for a
    /// disk or a server, for as long as that takes.
    /// </summary>
    public static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(5);

    /// <summary>Kills a child with its group. False where it has not ended after <see cref="KillLimit"/>.</summary>
    public static async Task<bool> KillAsync(this IChildProcess child, TimeProvider clock)
    {
        child.KillGroup(LibC.SIGKILL);
        return await child.EndsWithinAsync(KillLimit, clock).ConfigureAwait(false);
    }

    /// <summary>Waits for the end of a child. False where it has not come within the limit.</summary>
    public static async Task<bool> EndsWithinAsync(this IChildProcess child, TimeSpan limit, TimeProvider clock)
    {
        try
        {
            await child.WaitAsync(CancellationToken.None).WaitAsync(limit, clock, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
