using System.Text;
using Serilog;
using Sxp;
using Xend.Domains;

namespace Xend.Persistence;

/// <summary>The domains in the daemon's keeping, each in a directory of its UUID: <c>/var/lib/xend/domains/UUID/config.sxp</c>.</summary>
/// <remarks>
/// The form, the names and the modes are old xend's, so that its directory is taken over as it is. Every write survives a power cut:
/// afterwards
/// there is the old file or the new one. A file that cannot be read is said and left alone; it is the only copy of somebody's work.
/// </remarks>
public sealed class ManagedDomains(string directory, IDurableFiles files, ILogger log)
{
    private const string FileName = "config.sxp";

    /// <summary>Old xend's, for a suspended domain.</summary>
    private const string CheckpointName = "checkpoint.chk";

    private const long LongestFile = 1024 * 1024;

    /// <summary>What the file of a managed domain has of it.</summary>
    public static (DomainConfig? Config, bool IsNext, double? LastStart, RestartNote? Note, string? AwayAt) Kept(DomainEntry entry) =>
        (
            entry.Next ?? entry.Config,
            entry.Next is not null,
            entry.LastStart,
            entry.Note?.State == RestartState.GaveUp ? entry.Note : null,
            entry.AwayAt
        );

    /// <summary>Durable when this returns.</summary>
    /// <exception cref="XendError">The file cannot be written, or could not be read again; the old one stands.</exception>
    public void Save(DomainEntry entry)
    {
        var text = SxpWriter.Pretty(ManagedDomainForm.Write(entry), SxpWriter.FileWidth);
        ReadBack.Check(entry.Name, text, Parse);
        var path = FileOf(entry.Uuid);
        try
        {
            AtomicFile.Write(files, path, Encoding.ASCII.GetBytes(text));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"The configuration of {entry.Name} cannot be kept.",
                $"{path}: {FileFailure.Reason(error)}",
                FileFailure.Hint(error),
                error
            );
        }
    }

    /// <summary>Removes a domain's files. It is gone for good when this returns; where it throws, it is still there.</summary>
    public void Delete(Guid uuid)
    {
        var home = DirectoryOf(uuid);
        if (!Directory.Exists(home))
        {
            return;
        }
        try
        {
            // The configuration goes first: without it, the rest is a leaving that the next start removes.
            files.Delete(FileOf(uuid));
            files.FlushDirectory(home);
            RemoveRemains(home);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"The configuration in {home} cannot be removed.",
                FileFailure.Reason(error),
                FileFailure.Hint(error),
                error
            );
        }
    }

    /// <summary>
    /// All that can be read, halted, or suspended where they have a checkpoint. What cannot be is said and left alone; what a power cut
    /// left half made is removed.
    /// </summary>
    public IReadOnlyList<DomainEntry> LoadAll()
    {
        if (!Directory.Exists(directory))
        {
            return [];
        }
        var entries = new List<DomainEntry>();
        foreach (var home in Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal))
        {
            if (!Guid.TryParse(Path.GetFileName(home), out var uuid))
            {
                continue;
            }
            try
            {
                if (Load(home, uuid) is { } entry)
                {
                    entries.Add(entry);
                }
            }
            catch (Exception error) when (error is XendError or SxpException or IOException or UnauthorizedAccessException)
            {
                var reason = error is XendError or SxpException ? error.Message : FileFailure.Reason(error);
                log.Error("The managed domain in {Directory} cannot be read and is left alone: {Reason}", home, reason);
            }
        }
        return entries;
    }

    private DomainEntry? Load(string home, Guid uuid)
    {
        var path = Path.Combine(home, FileName);
        if (!File.Exists(path))
        {
            // Made or deleted halfway: a domain whose configuration nobody was told to be kept, or to be gone.
            log.Information(
                "{Directory} has no configuration: it was being made or deleted when xend or the host went down. It is removed",
                home
            );
            RemoveRemains(home);
            return null;
        }
        if (File.Exists(path + AtomicFile.TemporarySuffix))
        {
            log.Information("{Path} was being written when xend or the host went down. The one before it stands", path);
            files.Delete(path + AtomicFile.TemporarySuffix);
        }
        var entry = new FileInfo(path).Length <= LongestFile ? Parse(File.ReadAllText(path)) : throw TooLong();
        return entry.Uuid == uuid
            ? entry with
            {
                State = File.Exists(CheckpointOf(uuid)) ? DomainState.Suspended : DomainState.Halted,
            }
            : throw DomainConfigReader.Invalid($"it is of the domain {entry.Uuid}; the directory's name must be the domain's UUID");
    }

    private static DomainEntry Parse(string text) =>
        text.Length > LongestFile ? throw TooLong()
        : SxpReader.Read(text) is SList { Name: "domain" or "vm" } source ? ManagedDomainForm.Read(source)
        : throw DomainConfigReader.Invalid("it is not a domain's s-expression");

    private static XendError TooLong() => DomainConfigReader.Invalid("it is longer than 1 MiB");

    /// <summary>What is not ours, and a saved image above all, is never removed.</summary>
    private void RemoveRemains(string home)
    {
        files.Delete(Path.Combine(home, FileName + AtomicFile.TemporarySuffix));
        if (Directory.EnumerateFileSystemEntries(home).FirstOrDefault() is { } stranger)
        {
            log.Warning("{Directory} is kept: {File} in it is not xend's", home, Path.GetFileName(stranger));
            return;
        }
        files.DeleteDirectory(home);
        files.FlushDirectory(directory);
    }

    private string DirectoryOf(Guid uuid) => Path.Combine(directory, uuid.ToString());

    /// <summary>Where a domain's memory is while it is suspended.</summary>
    public string CheckpointOf(Guid uuid) => Path.Combine(DirectoryOf(uuid), CheckpointName);

    private string FileOf(Guid uuid) => Path.Combine(DirectoryOf(uuid), FileName);
}
