using System.Globalization;
using System.IO.Pipes;
using LibXc.Interop;
using Linux.Interop;

namespace Xend.Build.Saving;

/// <summary>
/// Saves and restores each guest in a child, <c>xend --helper save</c>: libxenguest ends its process where something is not as it expects,
/// and a disk that hangs holds up nobody but who waits for that guest.
/// </summary>
/// <param name="log">Takes libxc's messages in the children.</param>
public sealed class ChildSaveFiles(Action<XenLogLine>? log) : ISaveFiles
{
    private const int BufferBytes = 256 * 1024;

    public async Task<long> SaveAsync(
        GuestSaveRequest request,
        IGuestToSave guest,
        IProgress<SaveProgress>? progress,
        CancellationToken cancellation
    )
    {
        var words = await RunAsync(SaveLine.Of(request), guest, progress, cancellation).ConfigureAwait(false);
        return words is [SaveLine.Saved, var size] ? long.Parse(size, CultureInfo.InvariantCulture) : throw Unexpected();
    }

    public async Task<SavedGuest> InspectAsync(string path, CancellationToken cancellation) =>
        SaveLine.ReadFound(await RunAsync(BuildLine.Of(SaveLine.Inspect, path), null, null, cancellation).ConfigureAwait(false))
        ?? throw Unexpected();

    public async Task<ImageBuildResult> RestoreAsync(
        GuestRestoreRequest request,
        IProgress<SaveProgress>? progress,
        CancellationToken cancellation
    )
    {
        var words = await RunAsync(SaveLine.Of(request), null, progress, cancellation).ConfigureAwait(false);
        return words is [SaveLine.Restored, var store, var console]
            ? new ImageBuildResult(ulong.Parse(store, CultureInfo.InvariantCulture), ulong.Parse(console, CultureInfo.InvariantCulture))
            : throw Unexpected();
    }

    public async Task SendAsync(
        GuestSendRequest request,
        IGuestToSave guest,
        Stream stream,
        IProgress<SaveProgress>? progress,
        CancellationToken cancellation
    )
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In);
        var words = await PumpAsync(
                pipe,
                SaveLine.Of(request),
                guest,
                progress,
                turn => pipe.CopyToAsync(stream, BufferBytes, turn),
                cancellation
            )
            .ConfigureAwait(false);
        _ = words is [SaveLine.Sent] ? true : throw Unexpected();
    }

    public async Task<ImageBuildResult> ReceiveAsync(
        GuestReceiveRequest request,
        Stream stream,
        IProgress<SaveProgress>? progress,
        CancellationToken cancellation
    )
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        var words = await PumpAsync(pipe, SaveLine.Of(request), null, progress, FeedAsync, cancellation).ConfigureAwait(false);
        return words is [SaveLine.Restored, var store, var console]
            ? new ImageBuildResult(ulong.Parse(store, CultureInfo.InvariantCulture), ulong.Parse(console, CultureInfo.InvariantCulture))
            : throw Unexpected();

        async Task FeedAsync(CancellationToken turn)
        {
            await stream.CopyToAsync(pipe, BufferBytes, turn).ConfigureAwait(false);
            // A child that waits for more is told that there is none.
            await pipe.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Runs a child with the other end of a pipe. Where it fails its own words count, and those of the pump only where they came first.
    /// </summary>
    private async Task<string[]> PumpAsync(
        AnonymousPipeServerStream pipe,
        string request,
        IGuestToSave? guest,
        IProgress<SaveProgress>? progress,
        Func<CancellationToken, Task> pump,
        CancellationToken cancellation
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            var child = new SaveChild(log, guest, progress, stop.Token, pipe.ClientSafePipeHandle);
            var pumping = Task.CompletedTask;
            try
            {
                pipe.DisposeLocalCopyOfClientHandle();
                var work = child.RunAsync(request, stop.Token);
                pumping = Task.Run(() => pump(stop.Token), CancellationToken.None);
                if (
                    await Task.WhenAny(work, pumping).ConfigureAwait(false) == pumping
                    && pumping is { IsFaulted: true } or { IsCanceled: true }
                )
                {
                    // Whoever is at the other end has gone, and the child would wait for it.
                    await stop.CancelAsync().ConfigureAwait(false);
                    await ((Task)work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    if (!work.IsFaulted)
                    {
                        await pumping.ConfigureAwait(false);
                    }
                }
                var words = await work.ConfigureAwait(false);
                // What it has written is in the pipe, and its end is the pipe's.
                await child.EndAsync().ConfigureAwait(false);
                await pumping.ConfigureAwait(false);
                return words;
            }
            finally
            {
                // Its end of the pipe leads nowhere now. No read or write of ours can be given up, but each ends with the child.
                await stop.CancelAsync().ConfigureAwait(false);
                await pipe.DisposeAsync().ConfigureAwait(false);
                await child.EndAsync().ConfigureAwait(false);
                await pumping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (NativeCallException error)
        {
            throw new SaveFileException($"a process for it ({error.Subject}) cannot be started: {error.Reason}");
        }
        catch (IOException error) when (!cancellation.IsCancellationRequested)
        {
            throw new SaveFileException(FileFailure.Reason(error));
        }
    }

    private async Task<string[]> RunAsync(
        string request,
        IGuestToSave? guest,
        IProgress<SaveProgress>? progress,
        CancellationToken cancellation
    )
    {
        try
        {
            using var child = new SaveChild(log, guest, progress, cancellation);
            return await child.RunAsync(request, cancellation).ConfigureAwait(false);
        }
        catch (NativeCallException error)
        {
            throw new SaveFileException($"a process for it ({error.Subject}) cannot be started: {error.Reason}");
        }
    }

    private static SaveFileException Unexpected() => new("the process that was to do it gave an answer that makes no sense");
}
