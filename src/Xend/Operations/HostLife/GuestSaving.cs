using Xend.Domains;

namespace Xend.Operations.HostLife;

/// <summary>
/// Guests that go on after the host's next start: all of them where a directory is given for that, else those whose configuration says so.
/// </summary>
/// <remarks>
/// A managed guest is suspended. Where there is a directory, a link in it says that it is to be resumed; any other guest's file is there.
/// Both are named after the guest, as the stock xendomains script has it.
/// </remarks>
/// <param name="directory">XENDOMAINS_SAVE, absolute; empty for none.</param>
/// <param name="suspend">Suspends a managed domain, by its UUID.</param>
/// <param name="save">Writes a domain, by its UUID, into a file.</param>
/// <param name="files">Where checkpoints are.</param>
internal sealed class GuestSaving(
    string directory,
    Func<string, CancellationToken, Task> suspend,
    Func<string, string, CancellationToken, Task> save,
    IDomainFiles files
)
{
    public bool Wants(DomainEntry entry) => directory.Length > 0 || entry is { Managed: true, Config.OnXendStop: "suspend" };

    /// <exception cref="XendError">It could not be saved, and goes on.</exception>
    public async Task KeepAsync(DomainEntry entry, CancellationToken cancellation)
    {
        if (directory.Length > 0)
        {
            MakeDirectory();
        }
        if (!entry.Managed)
        {
            await save(entry.Uuid.ToString(), Place(entry), cancellation).ConfigureAwait(false);
            return;
        }
        await suspend(entry.Uuid.ToString(), cancellation).ConfigureAwait(false);
        if (directory.Length > 0)
        {
            Link(entry);
        }
    }

    private string Place(DomainEntry entry) => Path.Combine(directory, entry.Name);

    private void MakeDirectory()
    {
        try
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"{directory}, for guests that are to be saved, cannot be made: {FileFailure.Reason(error)}",
                hint: FileFailure.Hint(error),
                cause: error
            );
        }
    }

    /// <summary>It is suspended all the same where this fails: xm resume has it go on.</summary>
    private void Link(DomainEntry entry)
    {
        try
        {
            File.Delete(Place(entry));
            File.CreateSymbolicLink(Place(entry), files.CheckpointOf(entry.Uuid));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"{entry.Name} is suspended, and will not go on by itself: {Place(entry)} cannot be made: {FileFailure.Reason(error)}",
                hint: $"xm resume {entry.Name} lets it go on.",
                cause: error
            );
        }
    }
}
