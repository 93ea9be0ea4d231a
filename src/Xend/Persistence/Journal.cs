using System.Globalization;
using System.Text;
using Serilog;
using Sxp;
using Xend.Domains;

namespace Xend.Persistence;

/// <summary>The journal as a directory of small files, one an operation, appended to line by line.</summary>
/// <remarks>
/// It lies on a tmpfs: a machine that goes down takes its guests and all that is under way with it, so only the daemon's own
/// death has to be survived, and for that a write needs no fsync.
/// </remarks>
public sealed class Journal(string directory, TimeProvider clock, ILogger log) : IJournal
{
    private long _sequence;

    public IJournalEntry Open(OperationKind kind, Guid domain, string name)
    {
        var file = Path.Combine(
            directory,
            $"{clock.GetUtcNow().ToUnixTimeMilliseconds()}-{Interlocked.Increment(ref _sequence)}-{domain}.journal"
        );
        try
        {
            Directory.CreateDirectory(directory);
            var stream = new FileStream(
                file,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    Share = FileShare.Read,
                    BufferSize = 0,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }
            );
            var entry = new Entry(file, stream);
            entry.Append(SList.Of("operation", kind.Name, domain.ToString(), name));
            return entry;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"Cannot {kind} {name}: the journal cannot be written.",
                $"{file}: {FileFailure.Reason(error)}",
                FileFailure.Hint(error),
                error
            );
        }
    }

    public IReadOnlyList<UnfinishedOperation> ReadUnfinished()
    {
        if (!Directory.Exists(directory))
        {
            return [];
        }
        return
        [
            .. Directory.EnumerateFiles(directory, "*.journal").Order(StringComparer.Ordinal).Select(Read).OfType<UnfinishedOperation>(),
        ];
    }

    public IJournalEntry Continue(UnfinishedOperation operation) =>
        new Entry(operation.Path, new FileStream(operation.Path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0));

    public void RemoveEmpty()
    {
        if (!Directory.Exists(directory))
        {
            return;
        }
        foreach (var path in Directory.EnumerateFiles(directory, "*.journal").Where(path => Read(path) is null))
        {
            log.Warning("The journal file {Path} says nothing and is removed", path);
            File.Delete(path);
        }
    }

    public void ForgetEarlier(Guid domain, IJournalEntry than)
    {
        foreach (var path in Directory.EnumerateFiles(directory, $"*-{domain}.journal"))
        {
            if (path != ((Entry)than).Path && string.CompareOrdinal(Path.GetFileName(path), Path.GetFileName(((Entry)than).Path)) < 0)
            {
                log.Information("The journal file {Path} is of an earlier life of its domain and is removed", path);
                File.Delete(path);
            }
        }
    }

    private static UnfinishedOperation? Read(string path)
    {
        try
        {
            return Parse(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // Its operation ended while it was looked at.
        }
    }

    private static UnfinishedOperation? Parse(string path)
    {
        UnfinishedOperation? found = null;
        foreach (var line in File.ReadLines(path))
        {
            // The last line may be cut short; what it would have noted had not begun.
            if (ReadNote(line) is not { } note)
            {
                break;
            }
            found = note.Name switch
            {
                "operation" when note.Count == 4 && Guid.TryParse(note[2].ToString(), out var domain) => new UnfinishedOperation(
                    path,
                    note[1].ToString()!,
                    domain,
                    note[3].ToString()!,
                    null,
                    null
                ),
                "step" when found is not null => found with { LastStep = note[1].ToString() },
                "domid"
                    when found is not null
                        && uint.TryParse(note[1].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) => found with
                {
                    DomainId = id,
                },
                "note" when found is not null && note.Count == 3 => found with
                {
                    Notes = found.Notes.SetItem(note[1].ToString()!, note[2].ToString()!),
                },
                _ => found,
            };
        }
        return found;
    }

    private static SList? ReadNote(string line)
    {
        try
        {
            return SxpReader.Read(line) as SList is { Count: > 1 } note ? note : null;
        }
        catch (SxpException)
        {
            return null;
        }
    }

    private sealed class Entry(string path, FileStream stream) : IJournalEntry
    {
        private readonly Lock _lock = new();
        private bool _keep;

        public string Path => path;

        public void StepStarts(string step) => Append(SList.Of("step", step));

        public void DomainCreated(uint domainId) => Append(SList.Of("domid", domainId));

        public void Remember(string name, string value) => Append(SList.Of("note", name, value));

        public void KeepForNextStart() => _keep = true;

        public void Append(SList note)
        {
            lock (_lock)
            {
                stream.Write(Encoding.UTF8.GetBytes(SxpWriter.OneLine(note) + "\n"));
            }
        }

        public void Dispose()
        {
            stream.Dispose();
            if (!_keep)
            {
                File.Delete(path);
            }
        }
    }
}
