using System.Collections.Immutable;
using System.Text;
using Xend.Persistence;

namespace Xend.Tests.Operations;

/// <summary>Notes every file operation, and knows in which states a power cut may leave the disk.</summary>
/// <remarks>
/// As file systems promise, and no more: names (a file made, renamed, removed) become durable in the order in which they were changed, but
/// any
/// number of the latest may be missing until the directory is flushed. Contents are durable when the file is flushed; before that, any part
/// from the beginning may be there.
/// </remarks>
internal sealed class CutDisk
{
    private readonly List<DiskState> _possible = [DiskState.Empty];
    private readonly HashSet<DiskState> _everPossible = [];
    private DiskState _now = DiskState.Empty;

    /// <summary>True where all that was done is durable.</summary>
    public bool IsSettled => _possible.Count == 1 && _possible[0].Equals(_now);

    /// <summary>File operations below <paramref name="root"/>, done and noted.</summary>
    public IDurableFiles Over(string root) => new NotedFiles(this, root);

    /// <summary>All that was done until now is durable.</summary>
    public void Settle()
    {
        _possible.Clear();
        _possible.Add(_now);
        _everPossible.Clear();
    }

    public IEnumerable<DiskState> States() => _everPossible;

    public DiskState Last() => _now;

    /// <summary>A change of names: durable or not, after those before it.</summary>
    private void Change(Func<DiskState, DiskState> change)
    {
        _now = change(_now);
        _possible.Add(_now);
        _everPossible.UnionWith(_possible);
    }

    private void Write(string path, byte[] contents)
    {
        // While it is written, any part of it may be there, under a name that may not be durable.
        for (var length = 0; length <= contents.Length; length++)
        {
            _everPossible.Add(_now with { Files = _now.Files.SetItem(path, Encoding.Latin1.GetString(contents[..length])) });
        }
        _everPossible.UnionWith(_possible);
        _now = _now with { Files = _now.Files.SetItem(path, Encoding.Latin1.GetString(contents)) };
        _possible.Add(_now);
    }

    private sealed class NotedFiles(CutDisk disk, string root) : IDurableFiles
    {
        private readonly DurableFiles _real = new();

        public void CreateDirectory(string path)
        {
            _real.CreateDirectory(path);
            // Durable when it returns, step by step on the way.
            disk.Change(state => state with { Directories = state.Directories.Add(Name(path)) });
            disk._possible.Clear();
            disk._possible.Add(disk._now);
        }

        public void Write(string path, ReadOnlySpan<byte> contents)
        {
            _real.Write(path, contents);
            disk.Write(Name(path), contents.ToArray());
        }

        public void Rename(string from, string to)
        {
            _real.Rename(from, to);
            disk.Change(state => state with { Files = state.Files.SetItem(Name(to), state.Files[Name(from)]).Remove(Name(from)) });
        }

        public void Delete(string path)
        {
            _real.Delete(path);
            disk.Change(state => state with { Files = state.Files.Remove(Name(path)) });
        }

        public void DeleteDirectory(string path)
        {
            _real.DeleteDirectory(path);
            disk.Change(state => state with { Directories = state.Directories.Remove(Name(path)) });
        }

        public void FlushDirectory(string path)
        {
            _real.FlushDirectory(path);
            disk._possible.Clear();
            disk._possible.Add(disk._now);
        }

        private string Name(string path) => Path.GetRelativePath(root, path);
    }
}

/// <summary>Files and directories as a cut leaves them.</summary>
internal sealed record DiskState(ImmutableSortedDictionary<string, string> Files, ImmutableSortedSet<string> Directories)
{
    public static DiskState Empty { get; } = new(ImmutableSortedDictionary<string, string>.Empty, ImmutableSortedSet<string>.Empty);

    public void LayOut(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (var name in Directories)
        {
            Directory.CreateDirectory(Path.Combine(directory, name));
        }
        foreach (var (name, contents) in Files)
        {
            File.WriteAllText(Path.Combine(directory, name), contents, Encoding.Latin1);
        }
    }

    public bool Equals(DiskState? other) =>
        other is not null && Files.SequenceEqual(other.Files) && Directories.SetEquals(other.Directories);

    public override int GetHashCode() => HashCode.Combine(Files.Count, Files.Values.Sum(text => text.Length), Directories.Count);

    public override string ToString() =>
        string.Join('\n', Directories.Select(name => $"{name}/").Concat(Files.Select(file => $"{file.Key}: {file.Value}")));
}
