using System.Text;

namespace Xend.Persistence;

/// <summary>
/// Which guests of other hosts are this host's: a file each hand-over, which says so once it is there, whatever becomes of the guest then.
/// </summary>
/// <remarks>
/// It outlives the machine: who handed a guest over, and has heard nothing since, may ask much later, and must not let it run again.
/// </remarks>
public sealed class ArrivalLedger(string directory, IDurableFiles files, TimeProvider clock)
{
    /// <summary>Who has not asked by then is not going to.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    /// <summary>The guest is this host's when this returns.</summary>
    /// <exception cref="IOException">It cannot be written down.</exception>
    public void Own(Guid session, string name) => AtomicFile.Write(files, FileOf(session), Encoding.UTF8.GetBytes(name + "\n"));

    /// <exception cref="IOException">That cannot be told now.</exception>
    public bool IsOwned(Guid session)
    {
        try
        {
            File.GetAttributes(FileOf(session));
            return true;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    public void Forget(Guid session)
    {
        if (IsOwned(session))
        {
            files.Delete(FileOf(session));
            files.FlushDirectory(directory);
        }
    }

    /// <summary>Makes the place for it, and removes what nobody asks for any more.</summary>
    public void ForgetOld()
    {
        try
        {
            files.CreateDirectory(directory);
            foreach (var file in Directory.EnumerateFiles(directory))
            {
                if (clock.GetUtcNow() - File.GetLastWriteTimeUtc(file) > KeptFor)
                {
                    files.Delete(file);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next start tries again.
        }
    }

    private string FileOf(Guid session) => Path.Combine(directory, session.ToString());
}
