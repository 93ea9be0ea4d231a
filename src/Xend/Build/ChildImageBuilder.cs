using LibXc.Interop;
using Linux.Interop;

namespace Xend.Build;

/// <summary>How <see cref="ChildImageBuilder"/> starts its builders.</summary>
public sealed record ChildImageBuilderOptions
{
    /// <summary>The program; our own.</summary>
    public string Executable { get; init; } = CurrentProcess.Executable;

    /// <summary>What makes it a builder.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = ["--helper", "build"];

    /// <summary>Where unpacked kernels are kept (/var/cache/xend/kernels); null keeps none.</summary>
    public string? KernelCacheDirectory { get; init; }

    /// <summary>Takes libxc's messages in the builders, one at a time for each builder.</summary>
    public Action<XenLogLine>? Log { get; init; }

    /// <summary>How long a builder may neither say nor compute anything: a disk that hangs, or a server, is not waited for.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a builder that has answered may go on (it fills the cache).</summary>
    public TimeSpan RetireLimit { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>
/// Builds each image in a child process of its own, for libxenguest ends its process where something is not as it expects, and keeps
/// memory that only the end of the process gives back.
/// </summary>
/// <remarks>One more builder always waits, so that a build does not wait for a process to start. It ends with the daemon.</remarks>
public sealed class ChildImageBuilder(ChildImageBuilderOptions options) : IImageBuilder, IDisposable
{
    private readonly Lock _lock = new();
    private BuildChild? _idle;
    private bool _disposed;

    /// <summary>
    /// Starts the builder that waits, if there is none. Throws <see cref="ImageBuildException"/> where none can be started.
    /// </summary>
    public void Warm()
    {
        lock (_lock)
        {
            if (_disposed || _idle is { HasExited: false })
            {
                return;
            }

            _idle?.Dispose();
            _idle = Start();
        }
    }

    public async Task<ImageBuildResult> BuildAsync(ImageBuildRequest request, IProgress<string>? progress, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            if (TakeIdle() is { } waiting)
            {
                try
                {
                    return await BuildAsync(waiting, request, progress, cancellation).ConfigureAwait(false);
                }
                catch (ImageBuildException) when (waiting is { HasExited: true, HasBegun: false })
                {
                    // It died while it waited, by somebody's hand or for want of memory; that has nothing to do with this build.
                }
            }
            return await BuildAsync(Start(), request, progress, cancellation).ConfigureAwait(false);
        }
        finally
        {
            // Not before: two processors should not be busy with the next build's process during this one.
            _ = Task.Run(WarmQuietly, CancellationToken.None);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _idle?.Dispose();
            _idle = null;
        }
    }

    private async Task<ImageBuildResult> BuildAsync(
        BuildChild child,
        ImageBuildRequest request,
        IProgress<string>? progress,
        CancellationToken cancellation
    )
    {
        var answered = false;
        try
        {
            child.Begin(request, options.KernelCacheDirectory, progress);
            var result = await child.ResultAsync(options.Patience, cancellation).ConfigureAwait(false);
            answered = true;
            return result;
        }
        finally
        {
            if (answered)
            {
                _ = child.RetireAsync(options.RetireLimit);
            }
            else
            {
                child.Dispose();
            }
        }
    }

    private BuildChild? TakeIdle()
    {
        lock (_lock)
        {
            var idle = _idle;
            _idle = null;
            return idle;
        }
    }

    private BuildChild Start()
    {
        try
        {
            return new BuildChild(options);
        }
        catch (NativeCallException e)
        {
            throw new ImageBuildException(e.Call, $"a builder process ({e.Subject}) cannot be started: {e.Reason}", null);
        }
    }

    private void WarmQuietly()
    {
        try
        {
            Warm();
        }
        catch (ImageBuildException)
        {
            // The next build will try again, and tell.
        }
    }
}
