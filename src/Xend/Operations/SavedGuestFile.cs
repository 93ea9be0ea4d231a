using Xend.Build;
using Xend.Build.Saving;
using Xend.DeviceModel;

namespace Xend.Operations;

/// <summary>A file from which a guest is to go on.</summary>
/// <param name="Path">The file.</param>
/// <param name="Guest">What is in it.</param>
public sealed record SavedGuestFile(string Path, SavedGuest Guest) : IGuestOrigin
{
    public string Described => $"from {Path}";

    /// <summary>What the device model goes on from; null where there is none.</summary>
    public SavedState? State => Guest.StateOffset is { } offset ? new SavedState(Path, offset) : null;

    public Task<ImageBuildResult> RestoreAsync(
        ISaveFiles files,
        GuestReceiveRequest request,
        IProgress<SaveProgress> progress,
        CancellationToken cancellation
    ) =>
        files.RestoreAsync(
            new GuestRestoreRequest(request.DomainId, Path, Guest.MemoryOffset, request.StorePort, request.ConsolePort),
            progress,
            cancellation
        );
}
