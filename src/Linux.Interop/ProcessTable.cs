using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Linux.Interop;

/// <summary>The processes of this host, as /proc shows them (proc(5)).</summary>
/// <remarks>
/// What is written there about arguments and environment is the process's own word: it is read with bounds, and believed only as far as it
/// has to be. A process that ends while it is looked at is none.
/// </remarks>
/// <param name="directory">Where proc is mounted.</param>
public sealed class ProcessTable(string directory = "/proc")
{
    /// <summary>Bytes of a command line or an environment; what is behind them is not seen.</summary>
    private const int LongestRead = 128 * 1024;

    /// <summary>All that live now; remains that wait for their parent's notice are left out.</summary>
    /// <remarks>Arguments and environments are read when they are asked for, into one buffer for the whole list.</remarks>
    public IEnumerable<ProcessEntry> List()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            foreach (var path in Directory.EnumerateDirectories(directory))
            {
                if (
                    int.TryParse(Path.GetFileName(path.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                    && ReadStat(path, ref buffer) is { IsDead: false } stat
                )
                {
                    yield return new ProcessEntry(this, id, stat);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>One that lives; null where there is none of that number.</summary>
    public ProcessEntry? Find(int id)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            return ReadStat(PathOf(id), ref buffer) is { IsDead: false } stat ? new ProcessEntry(this, id, stat) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Whether the process that has a number lives, and is the one that started then.</summary>
    public bool IsAlive(int id, ulong started) => Find(id)?.Stat.Started == started;

    /// <summary>Looks for a text in a list of texts that end with a zero byte; null where it is not there.</summary>
    /// <param name="id">The process.</param>
    /// <param name="file">cmdline or environ.</param>
    /// <param name="mark">The text before what is wanted.</param>
    /// <param name="wholeText">Whether the mark is a text of its own, and the next one is wanted.</param>
    internal string? After(int id, string file, string mark, bool wholeText)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            Span<byte> sought = stackalloc byte[Encoding.UTF8.GetMaxByteCount(mark.Length) + 1];
            var length = Encoding.UTF8.GetBytes(mark, sought);
            if (wholeText)
            {
                sought[length++] = 0;
            }
            sought = sought[..length];
            var count = Read($"{PathOf(id)}/{file}", ref buffer, LongestRead);
            var rest = buffer.AsSpan(0, count);
            while (!rest.IsEmpty)
            {
                if (rest.StartsWith(sought))
                {
                    var wanted = rest[length..];
                    var end = wanted.IndexOf((byte)0);
                    return Encoding.UTF8.GetString(end < 0 ? wanted : wanted[..end]);
                }
                var next = rest.IndexOf((byte)0);
                rest = next < 0 ? [] : rest[(next + 1)..];
            }
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ProcessStat? ReadStat(string path, ref byte[] buffer)
    {
        var length = Read($"{path}/stat", ref buffer, buffer.Length);
        return length == 0 ? null : ProcessStat.Parse(buffer.AsSpan(0, length));
    }

    private string PathOf(int id) => string.Create(CultureInfo.InvariantCulture, $"{directory}/{id}");

    /// <summary>Reads a file's start into a buffer, which grows with what there is; 0 where it cannot be read.</summary>
    private static int Read(string path, ref byte[] buffer, int most)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = 0;
            while (ReadOnce(file, buffer.AsSpan(length), length) is > 0 and var count)
            {
                length += count;
                if (length < buffer.Length)
                {
                    continue;
                }
                if (length >= most)
                {
                    break;
                }
                var larger = ArrayPool<byte>.Shared.Rent(Math.Min(most, 4 * buffer.Length));
                buffer.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
            return Math.Min(length, most);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return 0; // It ended while it was looked at, or is not ours to look at.
        }
    }

    private static int ReadOnce(SafeFileHandle file, Span<byte> free, int offset) => RandomAccess.Read(file, free, offset);
}

/// <summary>One process of the table, at the moment of the look.</summary>
public sealed class ProcessEntry
{
    private readonly ProcessTable _table;

    internal ProcessEntry(ProcessTable table, int id, ProcessStat stat) => (_table, Id, Stat) = (table, id, stat);

    public int Id { get; }

    /// <summary>Parent, state, start: with <see cref="Id"/> the start names a process for ever.</summary>
    public ProcessStat Stat { get; }

    /// <summary>The argument behind an option, "-xen-domid"; null where there is none. Read now.</summary>
    public string? ArgumentAfter(string option) => _table.After(Id, "cmdline", option, wholeText: true);

    /// <summary>The value of a variable of its environment as it was started; null where there is none. Read now.</summary>
    public string? Variable(string name) => _table.After(Id, "environ", name + "=", wholeText: false);

    /// <summary>Takes hold of it, to send signals; null where it has ended by now.</summary>
    public ProcessHandle? Open() => ProcessHandle.Open(Id, Stat.Started);
}
