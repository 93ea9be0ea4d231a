using System.Globalization;
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
