using Xend.Build;
using Xend.Build.Saving;
using Xend.DeviceModel;

namespace Xend.Operations;

/// <summary>Where a guest comes from that has run before: a file, or another host.</summary>
public interface IGuestOrigin
{
    /// <summary>For errors: <c>from /srv/linux.save</c>.</summary>
    string Described { get; }

    /// <summary>Fills an empty domain.</summary>
    /// <exception cref="SaveFileException">It cannot be filled.</exception>
    Task<ImageBuildResult> RestoreAsync(
        ISaveFiles files,
        GuestReceiveRequest request,
        IProgress<SaveProgress> progress,
        CancellationToken cancellation
    );

    /// <summary>What the device model goes on from, once the memory is there; null where there is none.</summary>
    SavedState? State { get; }
}
