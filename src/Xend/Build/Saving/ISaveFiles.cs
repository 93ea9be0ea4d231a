namespace Xend.Build.Saving;

/// <summary>
/// Guests in files: their memory, vCPUs and device model. The real one does it in a child process, whose death is survived.
/// </summary>
public interface ISaveFiles
{
    /// <summary>Writes a guest into a file, whole and on disk when this returns. The guest is suspended then.</summary>
    /// <param name="request">Which guest, into which file.</param>
    /// <param name="guest">What is asked of the guest meanwhile; what it throws is thrown.</param>
    /// <param name="progress">How far it is.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The file's size in bytes.</returns>
    /// <exception cref="SaveFileException">It cannot be saved, or not written. The file may be there in part.</exception>
    Task<long> SaveAsync(GuestSaveRequest request, IGuestToSave guest, IProgress<SaveProgress>? progress, CancellationToken cancellation);

    /// <summary>Reads a file from end to end and says what is in it.</summary>
    /// <exception cref="SaveFileException">It is no file of a saved guest, or not whole, or another toolstack's.</exception>
    Task<SavedGuest> InspectAsync(string path, CancellationToken cancellation);

    /// <summary>Writes a guest's memory and vCPUs to a stream. The guest is suspended when this returns.</summary>
    /// <exception cref="SaveFileException">It cannot be written. The guest may have been suspended.</exception>
    Task SendAsync(
        GuestSendRequest request,
        IGuestToSave guest,
        Stream stream,
        IProgress<SaveProgress>? progress,
        CancellationToken cancellation
    );

    /// <summary>Fills an empty domain from such a stream, which is read to its end.</summary>
    /// <exception cref="SaveFileException">It cannot be filled; the domain is of no use and must be destroyed.</exception>
    Task<ImageBuildResult> ReceiveAsync(
        GuestReceiveRequest request,
        Stream stream,
        IProgress<SaveProgress>? progress,
        CancellationToken cancellation
    );

    /// <summary>Fills an empty domain.</summary>
    /// <exception cref="SaveFileException">It cannot be filled; the domain is of no use and must be destroyed.</exception>
    Task<ImageBuildResult> RestoreAsync(GuestRestoreRequest request, IProgress<SaveProgress>? progress, CancellationToken cancellation);
}

/// <summary>What saving asks of a guest that it does not do itself.</summary>
public interface IGuestToSave
{
    /// <summary>Has it suspend itself, and returns when it has.</summary>
    Task SuspendAsync(CancellationToken cancellation);

    /// <summary>Saves the device model of a guest that is suspended.</summary>
    /// <returns>The file that it wrote; null where there is none whose state matters.</returns>
    Task<string?> SaveDeviceModelAsync(CancellationToken cancellation);

    /// <summary>Has its device model tell, or no longer tell, which pages it writes, while the guest runs.</summary>
    Task TrackPagesAsync(bool isOn, CancellationToken cancellation);

    /// <summary>A round over the memory of a guest that runs is over.</summary>
    /// <param name="round">Which, from 0.</param>
    /// <param name="dirtyPages">What the guest wrote meanwhile; negative where that is not known yet.</param>
    void EndRound(int round, long dirtyPages);
}

/// <param name="DomainId">The guest.</param>
/// <param name="IsLive">It runs while most of its memory is written.</param>
public sealed record GuestSendRequest(uint DomainId, bool IsLive);

/// <param name="DomainId">The domain, with its vCPUs and its limit of memory.</param>
/// <param name="StorePort">The domain's port of the store.</param>
/// <param name="ConsolePort">The domain's port of the console.</param>
public sealed record GuestReceiveRequest(uint DomainId, uint StorePort, uint ConsolePort);

/// <param name="DomainId">The guest.</param>
/// <param name="Path">The file, which is made, mode 0600.</param>
/// <param name="Configuration">The text before the memory: one s-expression on one line.</param>
/// <param name="NeededBytes">Where the file system has fewer, nothing is begun.</param>
public sealed record GuestSaveRequest(uint DomainId, string Path, string Configuration, long NeededBytes);

/// <summary>What a file of a saved guest has.</summary>
/// <param name="Configuration">The text before the memory.</param>
/// <param name="MemoryOffset">Where libxenguest's stream begins, in bytes.</param>
/// <param name="StateOffset">Where the device model's state begins, in bytes; null where there is none.</param>
/// <param name="IsTranslated">Whether the stream is of an HVM or PVH guest.</param>
public sealed record SavedGuest(string Configuration, long MemoryOffset, long? StateOffset, bool IsTranslated);

/// <param name="DomainId">The domain, with its vCPUs and its limit of memory.</param>
/// <param name="Path">The file.</param>
/// <param name="MemoryOffset">As of <see cref="SavedGuest"/>.</param>
/// <param name="StorePort">The domain's port of the store.</param>
/// <param name="ConsolePort">The domain's port of the console.</param>
public sealed record GuestRestoreRequest(uint DomainId, string Path, long MemoryOffset, uint StorePort, uint ConsolePort);

/// <param name="Done">Pages that are written, or read.</param>
/// <param name="Total">Pages that there are; 0 where that is not known.</param>
public readonly record struct SaveProgress(ulong Done, ulong Total);

/// <summary>A guest cannot be saved or restored.</summary>
/// <param name="reason">A sentence without its full stop.</param>
/// <param name="detail">The cause in its own words.</param>
/// <param name="hint">What to do.</param>
public sealed class SaveFileException(string reason, string? detail = null, string? hint = null) : Exception(reason)
{
    public string? Detail { get; } = detail;

    public string? Hint { get; } = hint;
}
