using Xend.Build.Saving;
using Xend.DeviceModel;

namespace Xend.Operations;

/// <summary>A file from which a guest is to go on.</summary>
/// <param name="Path">The file.</param>
/// <param name="Guest">What is in it.</param>
public sealed record SavedGuestFile(string Path, SavedGuest Guest)
{
    /// <summary>What the device model goes on from; null where there is none.</summary>
    public SavedState? State => Guest.StateOffset is { } offset ? new SavedState(Path, offset) : null;
}
